import { expect, test, vi } from 'vitest';
import { Composer } from 'yaml';
import { compare } from '../../src/diff/compare.ts';
import type { Names } from '../../src/model/desired.ts';
import { cached } from '../../src/openapi/read-openapi.ts';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

const documentOf = (description: string) =>
  `openapi: 3.0.3\ninfo: { title: T, version: "1", description: ${description} }\npaths: {}\n`;
const PRODUCT =
  'api_products: [{ name: A, type: external, status: draft, openapi_file: o.yaml, server_urls: [https://a.example.com] }]\n';

/** Lints a product with a document. */
async function lint(declared: string): Promise<void> {
  const cwd = await tempFiles({ 'a.yaml': PRODUCT, 'o.yaml': declared });
  expect((await checkedFiles({ cwd, patterns: ['a.yaml'] })).codes).toEqual([]);
}

test('the comparison of a YAML document uses the value that its validation parsed', async () => {
  const declared = documentOf('once');
  await lint(declared);
  const parseAgain = vi.fn(() => null);
  expect(cached(declared, parseAgain)).toMatchObject({ info: { description: 'once' } });
  expect(parseAgain).not.toHaveBeenCalled();
});

test('lint and comparison compose each of two documents with an anchor once', async () => {
  const compose = vi.spyOn(Composer.prototype, 'compose');
  const [declared, live] = [documentOf('&a declared'), documentOf('&a live')];
  await lint(declared);
  const { changes } = compare({ raw_openapi: declared }, { raw_openapi: live }, {} as Names);
  expect(changes[0]?.openapi).toMatchObject([{ name: 'info.description' }]);
  expect(compose).toHaveBeenCalledTimes(2);
  compose.mockRestore();
});
