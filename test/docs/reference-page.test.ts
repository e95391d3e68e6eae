import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePage } from '../../scripts/reference-page.ts';

const page = referencePage();

test('docs/reference.md is as `npm run docs` makes it', () => {
  expect(readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8')).toBe(page);
});

test('every environment variable that the program reads is on the page', () => {
  const sources = ['connection.ts', 'settings.ts'].map((file) =>
    readFileSync(new URL(`../../src/cli/${file}`, import.meta.url), 'utf8'),
  );
  const read = sources.flatMap((text) => [...text.matchAll(/'(ADC_[A-Z_]+|[A-Z]+_PROXY)'/g)]);
  const missing = read.map(([, name = '']) => name).filter((name) => !page.includes(`\`${name}\``));
  expect(missing).toEqual([]);
  expect(read.length).toBeGreaterThan(8);
});
