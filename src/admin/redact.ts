import type { Secret } from '../lib/secret.ts';
import { printable } from '../lib/printable.ts';
import { proxySecrets } from './proxy.ts';

export type Redact = (text: string) => string;

/**
 * Makes text from the server or from a library safe to show: every spelling of the token and of a proxy's credentials
 * becomes `***`, wherever it was echoed, and control characters are made visible (contract §9).
 */
export function redactor(token: Secret, proxies: readonly string[]): Redact {
  const secrets = [...ofToken(token.reveal()), ...proxies.flatMap(proxySecrets)];
  const spellings = new Set(secrets.flatMap(spellingsOf).filter((text) => text !== ''));
  // Longest first: a spelling that holds another one is taken out whole.
  const ordered = [...spellings].toSorted((a, b) => b.length - a.length);
  return (text) => printable(ordered.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
}

/** For basic, the password alone is as secret as the pair. */
function ofToken(token: string): readonly string[] {
  const colon = token.indexOf(':');
  return colon < 0 ? [token] : [token, token.slice(colon + 1)];
}

function spellingsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64');
  // Through bytes, since half a surrogate pair can't be percent-encoded.
  const encoded = encodeURIComponent(Buffer.from(secret).toString());
  return [secret, encoded, JSON.stringify(secret).slice(1, -1), base64, base64.replace(/=+$/, '')];
}
