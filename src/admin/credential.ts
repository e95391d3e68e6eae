import { hiding, MIN_TOKEN_LENGTH, secretsOf, type Hide, type Secret } from '../lib/hidden-texts.ts';
import { printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import { proxySecrets } from './addresses.ts';
import type { AuthScheme } from './portal-settings.ts';

/** The one header that carries the token (docs/design/admin-api.md §15.2). */
export interface Credential {
  readonly header: string;
  readonly value: string;
  /** Description of the header for hints, without the token. */
  readonly shown: string;
}

const NOT_IN_A_HEADER = /[^\x21-\x7e]/;

/**
 * The header for a scheme (docs/design/admin-api.md §1.2). adc sends exactly one, since a server that reads several
 * may use the wrong one.
 * @throws UsageError if the token cannot be sent in this scheme.
 */
export function credential(scheme: AuthScheme, token: Secret): Credential {
  const text = token.reveal();
  if (text === '')
    throw new UsageError('the token is empty', { hint: 'Pass it with --token, --token-file or ADC_TOKEN.' });
  if (text.length < MIN_TOKEN_LENGTH) {
    throw new UsageError(`the token has fewer than ${MIN_TOKEN_LENGTH} characters`, {
      hint: 'adc cannot redact a token that short in its output, so it does not send it. Use a longer one.',
    });
  }
  if (scheme === 'basic') return basic(text);
  if (NOT_IN_A_HEADER.test(text)) {
    throw new UsageError(
      'the token holds spaces, line ends or other characters that an HTTP header cannot carry',
      {
        hint: 'Check that the file or variable holds only the token.',
      },
    );
  }
  if (scheme === 'bearer')
    return { header: 'authorization', value: `Bearer ${text}`, shown: 'Authorization: Bearer' };
  return { header: 'x-api-key', value: text, shown: 'X-API-KEY' };
}

function basic(text: string): Credential {
  if (!text.includes(':')) {
    throw new UsageError('with --auth-scheme basic the token must be `user:password`', {
      hint: 'Pass both, or use another --auth-scheme.',
    });
  }
  const value = `Basic ${Buffer.from(text).toString('base64')}`;
  return { header: 'authorization', value, shown: 'Authorization: Basic' };
}

export type Redact = Hide;

/**
 * Makes text from the server or from a library safe to show: every encoding of the token and of a proxy's credentials
 * becomes `***`, and control characters become visible (docs/design/contract.md §9).
 */
export function redactor(token: Secret, proxies: readonly string[]): Redact {
  const hide = hiding([...secretsOf(token.reveal()), ...proxies.flatMap(proxySecrets)]);
  return (text) => printable(hide(text));
}
