import { expect, test } from 'vitest';
import { checkedFiles } from '../support/checked-files.ts';
import { tempFiles } from '../support/temp-files.ts';

test('L12 a document that cannot be read is told of once, and not for the servers that it may name', async () => {
  const cwd = await tempFiles({
    'a.yaml': 'api_products:\n  - { name: A, type: external, status: published, openapi_file: b.yml }\n',
    'b.yml': 'openapi: [',
  });
  const { diagnostics } = await checkedFiles({ cwd, patterns: ['a.yaml'] });
  expect(diagnostics.map(({ code, location }) => [code, location?.file])).toEqual([['yaml-syntax', 'b.yml']]);
});
