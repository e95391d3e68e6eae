import { hiding, secretsOf, type Hide } from '../lib/hidden-texts.ts';
import type { Secret } from '../lib/secret.ts';
import { printable } from '../lib/printable.ts';
import { proxySecrets } from './proxy.ts';

export type Redact = Hide;

/**
 * Makes text from the server or from a library safe to show: every spelling of the token and of a proxy's credentials
 * becomes `***`, wherever it was echoed, and control characters are made visible (contract §9).
 */
export function redactor(token: Secret, proxies: readonly string[]): Redact {
  const hide = hiding([...secretsOf(token.reveal()), ...proxies.flatMap(proxySecrets)]);
  return (text) => printable(hide(text));
}
