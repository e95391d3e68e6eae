import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnownEqual, LONG, PackedText, textOf, type LongText } from '../../src/model/long-text.ts';
import { codePoint } from '../support/code-point.ts';

/** A long text that holds the given one, over and over. */
const long = (part: string): string => `${part}|`.repeat(Math.ceil(LONG / (part.length + 1)));

describe('a long text', () => {
  it('is unchanged, for any characters', () => {
    const characters = string({ unit: codePoint, maxLength: 200 });
    assert(
      property(characters, (part) => {
        expect(textOf(PackedText.of(long(part))) === long(part)).toBe(true);
      }),
    );
  });

  it('is unchanged if it is not well-formed Unicode', () => {
    for (const broken of ['\ud800', 'a\udc00b', '\udc00\ud800']) {
      expect(textOf(PackedText.of(long(broken))) === long(broken)).toBe(true);
    }
  });

  it('keeps its byte order mark and its line ends', () => {
    const text = `\ufeff${long('a\r\nb\r')}`;
    expect(textOf(PackedText.of(text)) === text).toBe(true);
  });

  it('is known to be equal only to the same text', () => {
    const [text, other] = [long('a'), `${long('a')}b`];
    const equal = (a: LongText, b: LongText): boolean => isKnownEqual(a, b);
    expect(equal(PackedText.of(text), PackedText.of(text))).toBe(true);
    expect(equal(PackedText.of(text), PackedText.of(other))).toBe(false);
    expect(equal(PackedText.of(text), text)).toBe(false);
  });

  it('is compressed once if it is known', () => {
    const first = PackedText.of(long('a'));
    if (typeof first === 'string') throw new Error('it is not packed');
    const known = new Map([[first.digest, first]]);
    expect(PackedText.of(long('a'), known)).toBe(first);
    expect(PackedText.of(long('b'), known)).not.toBe(first);
  });

  it('a short text is not compressed', () => {
    expect(PackedText.of('short')).toBe('short');
  });
});
