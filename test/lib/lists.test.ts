import { expect, test } from 'vitest';
import { sortedBy, sortedSet } from '../../src/lib/lists.ts';

test.each([
  [[], []],
  [['a', 'a'], ['a']],
  [
    ['a', 'a', 'b'],
    ['a', 'b'],
  ],
  [
    ['b', 'a', 'b'],
    ['a', 'b'],
  ],
])('%j is the set %j', (texts, set) => {
  expect(sortedSet(texts)).toEqual(set);
});

test('items of one text stay in their order, whether the others are in order or not', () => {
  const [first, second] = [
    { key: 'b', at: 1 },
    { key: 'b', at: 2 },
  ];
  const keyOf = ({ key }: { readonly key: string }): string => key;
  expect(sortedBy([first, second], keyOf)).toEqual([first, second]);
  expect(sortedBy([first, { key: 'a', at: 3 }, second], keyOf)).toEqual([{ key: 'a', at: 3 }, first, second]);
});
