import { expect, test } from 'vitest';
import { yamlTokens } from '../../src/yaml/exact-yaml.ts';

test.each([
  ['brackets', '['.repeat(100_000)],
  ['braces', '{a: '.repeat(100_000)],
  ['dashes', '- '.repeat(100_000)],
  ['brackets in JSON', `{"a":${'['.repeat(100_000)}`],
])('a text of too many %s is read no further than it may be deep', (_, text) => {
  const read = yamlTokens(text, 100);
  expect('tooDeepAt' in read && read.tooDeepAt).toBeLessThan(1_000);
});

test('a text that is not too deep is read to its end', () => {
  const read = yamlTokens('a: [1]\n---\n2\n', 10);
  expect('tokens' in read && read.tokens.map(({ type }) => type)).toEqual(['document', 'document']);
});
