import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wildcard } from '../../src/lib/wildcard.ts';
import { runs } from '../support/runs.ts';

test.each([
  ['*', '', true],
  ['Pay*', 'Payments API', true],
  ['pay*', 'Payments API', false],
  ['*API', 'Payments API', true],
  ['?', '\u{1f600}', true],
  ['??', '\u{1f600}', false],
  ['a.c', 'abc', false],
  ['a*', 'a/b\nc', true],
  ['[a]{b,c}', '[a]{b,c}', true],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['a\\', 'a\\', true],
])('%j and %j: %s', (pattern, text, expected) => {
  expect(wildcard(pattern)(text)).toBe(expected);
});

test('every text matches itself, with escaped special characters', () => {
  const text = fc.string({
    unit: fc.constantFrom(...Array.from('*?\\[](){}^$.|+-/a\n'), '\u{1f600}', '\ud800'),
  });
  fc.assert(
    fc.property(text, fc.string(), (one, other) => {
      const fits = wildcard(one.replaceAll(/[*?\\]/g, String.raw`\$&`));
      expect(fits(one)).toBe(true);
      expect(fits(other)).toBe(other === one);
    }),
    runs(200),
  );
});
