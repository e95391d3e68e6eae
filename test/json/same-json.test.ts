import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { numbering, sameJson } from '../../src/json/canonical.ts';

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Few keys and values, so that equal ones come often. */
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 0, 1, '', 'a', true),
    fc.array(tie('tree'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), tie('tree'), { maxKeys: 3 }),
  ),
}));

test('two values are equal if and only if Node.js finds their JSON equal', () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const same = isDeepStrictEqual(asJson(a), asJson(b));
      expect(sameJson(a, b)).toBe(same);
      const numberOf = numbering();
      expect(numberOf(a) === numberOf(b)).toBe(same);
    }),
    { numRuns: 2000 },
  );
});

test('the order of keys does not matter, that of lists does', () => {
  expect(sameJson({ a: 1, b: { c: [1, 2], d: 3 } }, { b: { d: 3, c: [1, 2] }, a: 1 })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
});

test.each([
  [{ a: undefined }, {}, true],
  [{ a: undefined, b: 1 }, { b: 1 }, true],
  [{ a: undefined }, { b: 1 }, false],
  [{ a: undefined }, { a: null }, false],
  [{ toString: 1 }, {}, false],
  [{}, [], false],
  [[], {}, false],
  [null, {}, false],
  ['1', 1, false],
])('%j and %j', (a, b, same) => {
  expect(sameJson(a, b)).toBe(same);
  expect(sameJson(b, a)).toBe(same);
  const numberOf = numbering();
  expect(numberOf(a) === numberOf(b)).toBe(same);
});
