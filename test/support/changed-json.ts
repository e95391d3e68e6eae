import * as fc from 'fast-check';
import type { Json } from '../../src/model/product.ts';

/** One of the values, with one to four changes: each replaces a part, or adds a key. */
export function changedJson(
  values: readonly Json[],
  keys: readonly string[],
  odd: fc.Arbitrary<Json>,
): fc.Arbitrary<Json> {
  return fc
    .tuple(
      fc.constantFrom(...values),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...keys), odd), { minLength: 1, maxLength: 4 }),
    )
    .map(([value, changes]) =>
      changes.reduce<Json>((part, [at, key, one]) => changed(part, at % sizeOf(part), key, one), value),
    );
}

/** The value with a replaced part, or an added key, at place number `at` in reading order. */
function changed(value: Json, at: number, key: string, odd: Json): Json {
  let left = at;
  const walk = (part: Json): Json => {
    if (left-- === 0) return odd;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    const entries = Object.entries(part).map(([name, one]): [string, Json] => [name, walk(one)]);
    return Object.fromEntries(left-- === 0 ? [...entries, [key, odd]] : entries);
  };
  return walk(value);
}

const sizeOf = (value: Json): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, part) => sum + sizeOf(part), 2)
    : 1;
