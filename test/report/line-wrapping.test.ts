import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/lib/printable.ts';
import { wrapped } from '../../src/report/page.ts';

test('a text that fits does not change, with any number of spaces', () => {
  expect(wrapped('  a  b', 6, '    ')).toEqual(['  a  b']);
});

test('a long text is broken at spaces, and its own indentation stays', () => {
  expect(wrapped('  one two three', 9, '    ')).toEqual(['  one two', '    three']);
});

test('does not split a word that is longer than a line', () => {
  expect(wrapped('see https://example.com/long now', 10, '  ')).toEqual([
    'see',
    '  https://example.com/long',
    '  now',
  ]);
});

test('loses no word, and no line is longer than necessary', () => {
  const words = fc.array(
    fc.string({ unit: fc.constantFrom('a', '\u65e5', '-'), minLength: 1, maxLength: 12 }),
  );
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), (some, width) => {
      const lines = wrapped(some.join(' '), width, '');
      expect(lines.join(' ')).toBe(some.join(' '));
      for (const line of lines) expect(displayWidth(line) <= width || !line.includes(' ')).toBe(true);
    }),
  );
});
