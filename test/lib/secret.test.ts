import { format, inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from '../../src/lib/redaction.ts';

it('a secret is shown only to explicit callers', () => {
  const secret = new Secret('a7ee-token');
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    format('%s %o %j', secret, secret, secret),
  ];
  expect(shown.join(' ')).not.toContain('a7ee');
  expect(secret.reveal()).toBe('a7ee-token');
});
