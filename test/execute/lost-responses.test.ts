import { describe, expect, test } from 'vitest';
import type { FaultAction } from '../../src/emulator/faults.ts';
import { OPENAPI, product, productFile } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

const FILES = {
  'api-products.yaml': `${productFile(product('A', 'orders'), product('B', 'payments'))}
  - { name: C, type: external, status: published, openapi_file: c.yaml, server_urls: [https://c.example.com] }
  - { name: D, type: gateway, status: draft, auth: { basic_auth: {} } }
`,
  'c.yaml': OPENAPI,
};

const LOST: readonly (readonly [string, FaultAction])[] = [
  ['is lost after the server processed the request', { kind: 'close-after' }],
  ['is lost before the server processed the request', { kind: 'close-before' }],
  ['is a 502 after the server processed the request', { kind: 'status', status: 502, after: true }],
  ['is a 503 before the server processed the request', { kind: 'status', status: 503 }],
  ['is a 200 with HTML', { kind: 'garbage', as: 'html' }],
  ['is a 200 with half of the JSON', { kind: 'garbage', as: 'cut-json' }],
];
const cases = LOST.flatMap(([title, fault]) =>
  ['path', 'query'].map((dialect) => [title, dialect, fault] as const),
);

describe.concurrent('the response to a creation', () => {
  test.each(cases)(
    '%s, in the %s dialect: no product exists twice, for each write',
    async (_, dialect, fault) => {
      const atPlace = (request: number) =>
        atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
          emulator.faults.add({ on: { method: 'POST', request }, do: fault });
          expect(await adc(`sync --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
          const names = emulator.store.products.map(({ fields }) => fields.name).toSorted();
          expect(names).toEqual(['A', 'B', 'C', 'D']);
          expect((await adc('diff --exit-code')).exitCode).toBe(0);
        });
      // In parallel, because the program waits a second before it reads again.
      await Promise.all([1, 2, 3, 4].map(atPlace));
    },
  );

  // Keeps labels: if the refusal of labels is lost, adc cannot repeat the write without labels.
  const KEPT = { externalLabels: 'keep' } as const;

  test('is lost for every product of the run', async () => {
    await atWorkplace({ files: FILES, switches: KEPT }, async ({ adc, emulator }) => {
      emulator.faults.add({ on: { method: 'POST' }, times: Infinity, do: { kind: 'close-after' } });
      expect(await adc('sync')).toMatchObject({ exitCode: 0 });
      expect(emulator.store.products.length).toBe(4);
      expect(emulator.journal.writes().filter(({ method }) => method === 'POST').length).toBe(4);
    });
  });

  test('is lost while another owner has a product with that name: adc does not confuse the two', async () => {
    await atWorkplace({ files: FILES, switches: KEPT }, async ({ adc, emulator }) => {
      const { store, faults } = emulator;
      const foreign = { type: 'gateway', auth: { key_auth: {} }, desc: 'by hand' };
      store.addProduct('default-partners', { name: 'A', ...foreign });
      faults.add({ on: { method: 'POST' }, times: Infinity, do: { kind: 'close-after' } });
      expect(await adc('sync')).toMatchObject({ exitCode: 0 });
      expect(store.product('A', 'default-partners').fields.desc).toBe('by hand');
      expect(store.products.length).toBe(5);
    });
  });

  test('is a 400: the request is not repeated', async () => {
    await atWorkplace({ files: FILES }, async ({ adc, emulator }) => {
      emulator.faults.add({ on: { method: 'POST' }, times: Infinity, do: { kind: 'status', status: 400 } });
      expect((await adc('sync')).exitCode).toBe(1);
      expect(emulator.journal.writes().length).toBe(4);
    });
  });
});
