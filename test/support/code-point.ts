import * as fc from 'fast-check';

/** The first surrogate code point, and the number of surrogates. */
const FIRST_HALF = 0xd800;
const HALVES = 0x800;

/**
 * Any Unicode character, as `unit` of fc.string(). The unit "binary" has the same characters, but its setup takes a second
 * of CPU in each worker.
 */
export const codePoint: fc.Arbitrary<string> = fc.nat(0x10ffff - HALVES).map(
  (place) => String.fromCodePoint(place < FIRST_HALF ? place : place + HALVES),
  (text) => {
    const code = typeof text === 'string' ? (text.codePointAt(0) ?? FIRST_HALF) : FIRST_HALF;
    const isHalf = code >= FIRST_HALF && code < FIRST_HALF + HALVES;
    if (isHalf || String.fromCodePoint(code) !== text) throw new Error('not one character');
    return code < FIRST_HALF ? code : code - HALVES;
  },
);
