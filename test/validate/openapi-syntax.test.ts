import { expect, test } from 'vitest';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

test('a document that cannot be read is reported once, and not for the servers that it may name', async () => {
  const cwd = await tempFiles({
    'a.yaml': 'api_products:\n  - { name: A, type: external, status: published, openapi_file: b.yml }\n',
    'b.yml': 'openapi: [',
  });
  const { diagnostics } = await checkedFiles({ cwd, patterns: ['a.yaml'] });
  expect(diagnostics.map(({ code, location }) => [code, location?.file])).toEqual([['yaml-syntax', 'b.yml']]);
});

test('JSON may contain unescaped U+0080 to U+009F', async () => {
  const cwd = await tempFiles({
    'a.yaml':
      'api_products: [{ name: A, type: external, status: draft, openapi_file: b.json, server_urls: [https://a.example.com] }]\n',
    'b.json': JSON.stringify({
      openapi: '3.1.0',
      info: { title: 'a\u0080b\u0085c\u009F', version: '1' },
      paths: {},
    }),
  });
  expect((await checkedFiles({ cwd, patterns: ['a.yaml'] })).codes).toEqual([]);
});
