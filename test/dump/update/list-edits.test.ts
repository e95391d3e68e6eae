import { expect, test } from 'vitest';
import { applyEdits } from '../../../src/dump/update/splice.ts';
import { textListEdits } from '../../../src/fields/edits.ts';

test.each([
  [['a', 'b'], ['b', 'a'], ['set']],
  [['a', 'b'], ['a', 'b', 'c'], ['append']],
  [
    ['a', 'b', 'c'],
    ['a', 'c', 'd'],
    ['remove', 'append'],
  ],
  [['a', 'b'], ['c', 'a', 'b'], ['set']],
  [['a', 'a'], ['a'], ['set']],
  [['a'], ['a', 'a'], ['append']],
])('a list in order: %j becomes %j by %j', (written, wanted, ops) => {
  const edits = textListEdits(['urls'], written, wanted);
  expect(edits.map(({ op }) => op)).toEqual(ops);
  expect(applyEdits({ urls: written }, edits)).toEqual({ urls: wanted });
});
