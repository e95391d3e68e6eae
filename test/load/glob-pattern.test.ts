import { expect, test } from 'vitest';
import { globPattern } from '../../src/load/files.ts';

test.each([
  ['*.yaml', 'a.yaml', true],
  ['*.yaml', 'a/b.yaml', false],
  ['**/*.yaml', 'a.yaml', true],
  ['**/*.yaml', 'a/b/c.yaml', true],
  ['a/**', 'b/c.yaml', true],
  ['?.yaml', 'a.yaml', true],
  ['?.yaml', 'ab.yaml', false],
  ['{a,b*}.y{a,}ml', 'bcd.yml', true],
  ['{a,b}.yaml', 'c.yaml', false],
  ['*.yaml', 'ayaml', false],
  ['{a/b,c}.yaml', 'a/b.yaml', true],
  ['a(1)+[x]*.yaml', 'a(1)+[x]y.yaml', true],
  ['{a.yaml*', '{a.yaml', true],
])('%s and %s: %s', (pattern, path, matches) => {
  expect(globPattern(pattern)?.matches(path)).toBe(matches);
});

test.each([
  ['p/q/*.yaml', 'p/q', 0],
  ['*/x.yaml', '.', 1],
  ['/p/**/x.yaml', '/p', Infinity],
  ['/*.yaml', '/', 0],
])('%s is looked for in %s, %s folders deep', (pattern, base, depth) => {
  expect(globPattern(pattern)).toMatchObject({ base, depth });
});

test('a plain path is not a glob', () => {
  expect(globPattern('p/a[1].yaml')).toBeUndefined();
});
