import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fittingSubset } from '../../src/lib/lists.ts';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

test('takes all valid items, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 60 }), fc.array(fc.nat({ max: 60 })), async (count, bad) => {
      const fits = (all: readonly number[]): boolean => !all.some((one) => bad.includes(one));
      expect(await fittingSubset(upTo(count), fits)).toEqual(upTo(count).filter((one) => !bad.includes(one)));
    }),
  );
});

test('takes the first of two conflicting items', async () => {
  const fits = (all: readonly string[]): boolean => !(all.includes('b') && all.includes('d'));
  expect(await fittingSubset(['a', 'b', 'c', 'd', 'e'], fits)).toEqual(['a', 'b', 'c', 'e']);
});

test('one of many that does not fit is found in few tries', async () => {
  let tries = 0;
  const fits = (all: readonly number[]): boolean => {
    tries += 1;
    return !all.includes(700);
  };
  expect(await fittingSubset(upTo(1600), fits)).toHaveLength(1599);
  expect(tries).toBeLessThan(30);
});
