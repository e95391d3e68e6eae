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
  const quoted = quotedInJson(secret);
  const plain = [secret, encoded, quoted, quotedInJson(quoted), base64, base64.replace(/=+$/, '')];
  return plain.flatMap((spelling) => [spelling, ...inHtml(spelling)]);
}

function quotedInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As pages of errors write what was sent to them: numbers or names for what means something in HTML. */
function inHtml(text: string): readonly string[] {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return ['&#34;', '&quot;'].flatMap((quote) =>
    ['&#39;', '&#x27;', '&apos;'].map((one) => escaped.replaceAll('"', quote).replaceAll("'", one)),
  );
}
