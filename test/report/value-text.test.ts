import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth, printable } from '../../src/lib/printable.ts';
import { shortened, shortenedPair, valueText } from '../../src/report/change-text.ts';
import { codePoint } from '../support/code-point.ts';

const text = fc.string({ unit: codePoint, maxLength: 120 }).map(printable);

test('values are on one line, as a person would write them', () => {
  expect(valueText('a\nb')).toBe('"a\\nb"');
  expect(valueText({ header: 'x', hide_credentials: false })).toBe(
    '{ header: "x", hide_credentials: false }',
  );
  expect(valueText([{ a: 1 }, 'b'])).toBe('[{ a: 1 }, "b"]');
  expect(valueText({})).toBe('{}');
});

test('control characters in a value are visible', () => {
  expect(valueText('\u001b[2J\u202e')).toBe('"\\u001b[2J\\u202e"');
});

test('a shortened text is within the width, and complete if it fits', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 10, max: 80 }), (value, width) => {
      const short = shortened(value, width);
      expect(displayWidth(short)).toBeLessThanOrEqual(width);
      if (displayWidth(value) <= width) expect(short).toBe(value);
      else expect(short).toMatch(/…$/u);
    }),
  );
});

test('two texts that differ still differ when they are shortened, and both fit', () => {
  fc.assert(
    fc.property(text, text, text, fc.integer({ min: 32, max: 80 }), (shared, a, b, width) => {
      fc.pre(a !== b);
      const [before, after] = shortenedPair(shared + a, shared + b, width);
      expect(before).not.toBe(after);
      expect(Math.max(displayWidth(before), displayWidth(after))).toBeLessThanOrEqual(width);
      expect(before + after).not.toMatch(/\p{Cs}/u);
    }),
  );
});
