import { expect, test } from 'vitest';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

const FILES = {
  'api-products.yaml': PAYMENTS,
  'before.yaml': productFile(product('Orders API', 'orders')),
  'openapi.yaml': OPENAPI,
};

test.each([
  'ping --portal default',
  'validate',
  'list --portal default',
  'subscribers --portal default',
  'diff',
  'diff -o plan.json',
  'check-openapi openapi.yaml --service default/payments',
  'dump --portal default',
  'dump --portal default --force -o out/',
  'preview -f before.yaml -o site/',
])('%s sends only GET, in both dialects', async (line) => {
  await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
    expect((await adc('sync -f before.yaml')).exitCode).toBe(0);
    for (const dialect of ['path', 'query']) {
      emulator.journal.clear();
      expect(await adc(`${line} --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      const { requests } = emulator.journal;
      expect(requests.length).toBeGreaterThan(2);
      expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    }
  });
});
