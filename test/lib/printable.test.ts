import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson } from '../../src/lib/printable.ts';

/** Contains an escape sequence, a change of the writing direction, and an invisible tag. */
const HOSTILE = 'a\u009B2J\u202E\u007F\u{E0041}\u2028b';

describe('text that is safe to print', () => {
  it('escapes characters that a terminal would interpret', () => {
    expect(printable(HOSTILE)).toBe(String.raw`a\x9b2J\u202e\x7f\u{e0041}\u2028b`);
  });

  it('JSON has escapes of its own, and is the same value', () => {
    const json = JSON.stringify({ [HOSTILE]: [HOSTILE] }, null, 2);
    expect(printableJson(json)).toContain(String.raw`a\u009b2J\u202e\u007f\udb40\udc41\u2028b`);
    expect(JSON.parse(printableJson(json))).toEqual(JSON.parse(json));
  });

  it('JSON has the same value after escaping, and no control characters', () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\u009B', '\u202E', '\\', '"', '\n', '\u0000'), fc.string()),
    });
    fc.assert(
      fc.property(text, (value) => {
        const json = printableJson(JSON.stringify({ value }, null, 2));
        expect(JSON.parse(json)).toEqual({ value });
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
