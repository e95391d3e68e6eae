import { describe, expect, test } from 'vitest';
import type { FaultAction } from '../../src/emulator/faults.ts';
import { OPENAPI, product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const BEFORE = { 'api-products.yaml': productFile(product('A', 'orders')), 'a.yaml': OPENAPI };
const AFTER = {
  'api-products.yaml':
    'portal: default\napi_products:\n  - { name: A, type: external, status: published, openapi_file: a.yaml }\n',
};
const REFUSED: FaultAction = { kind: 'status', status: 403 };

/** A published gateway product that is to become an external one. */
async function atReplacement(use: (place: Workplace) => Promise<void>): Promise<void> {
  await atWorkplace({ files: BEFORE }, async (place) => {
    expect((await place.adc('sync')).exitCode).toBe(0);
    await place.write(AFTER);
    place.emulator.journal.clear();
    await use(place);
  });
}

const now = ({ emulator }: Workplace) =>
  emulator.store.products.map(({ type, fields }) => [fields.name, type, fields.status]);

test.each(['merge', 'replace'] as const)(
  'an external product becomes a gateway product on a server that returns no documents, PUT: %s',
  async (putSemantics) => {
    const switches = { getReturnsOpenapi: 'none', putSemantics, externalLabels: 'keep' } as const;
    await atWorkplace({ files: { ...BEFORE, ...AFTER }, switches }, async (place) => {
      expect((await place.adc('sync')).exitCode).toBe(0);
      await place.write(BEFORE);
      const { out } = await place.adc('diff');
      expect(out).not.toMatch(/unpublish/);
      expect(await place.adc('sync')).toMatchObject({ exitCode: 0 });
      expect(now(place)).toEqual([['A', 'gateway', 'published']]);
      expect((await place.adc('diff --exit-code')).exitCode).toBe(0);
    });
  },
);

describe('a replacement', () => {
  test.each([1, 2, 3, 4])('Ctrl-C at write %i: adc completes the replacement', async (write) => {
    await atReplacement(async (place) => {
      const stop = new AbortController();
      let writes = 0;
      place.emulator.onRequest(({ method }) => {
        if (method !== 'GET') writes += 1;
        if (writes === write) stop.abort('SIGINT');
      });
      expect((await place.adc('sync --allow-unauthenticated all', { signal: stop.signal })).exitCode).toBe(
        130,
      );
      expect(now(place)).toEqual([['A', 'external', 'published']]);
    });
  });

  test('the deletion is refused: the old product is published again', async () => {
    await atReplacement(async (place) => {
      place.emulator.faults.add({ on: { method: 'DELETE' }, do: REFUSED });
      const { exitCode, out } = await place.adc('sync --allow-unauthenticated all');
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +delete "A".*published again as it was/);
      expect(now(place)).toEqual([['A', 'gateway', 'published']]);
    });
  });

  test('the result of the deletion is unknown: a read shows it, and the run continues', async () => {
    await atReplacement(async (place) => {
      place.emulator.faults.add({
        on: { method: 'DELETE' },
        do: { kind: 'status', status: 500, after: true },
      });
      expect((await place.adc('sync --allow-unauthenticated all')).exitCode).toBe(0);
      expect(now(place)).toEqual([['A', 'external', 'published']]);
    });
  });

  test('the result of the deletion is unknown, and no read shows it: no second product is created', async () => {
    await atReplacement(async (place) => {
      place.emulator.faults.add({
        on: { method: 'DELETE' },
        times: Infinity,
        do: { kind: 'status', status: 500 },
      });
      place.emulator.onRequest(({ method }) => {
        if (method === 'DELETE')
          place.emulator.faults.add({ on: { method: 'GET' }, times: Infinity, do: REFUSED });
      });
      const { exitCode, out } = await place.adc('sync --allow-unauthenticated all');
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +delete "A"/);
      expect(out).toMatch(/skipped: +create "A"/);
      expect(now(place)).toEqual([['A', 'gateway', 'published']]);
    });
  });

  test.each([1, 2, 3])('the deletion has response 404 %i times: two products never exist', async (times) => {
    await atReplacement(async (place) => {
      place.emulator.faults.add({ on: { method: 'DELETE' }, times, do: { kind: 'status', status: 404 } });
      expect((await place.adc('sync --allow-unauthenticated all')).exitCode).toBe(3);
      expect(now(place)).toHaveLength(1);
      place.emulator.faults.clear();
      expect((await place.adc('sync --allow-unauthenticated all')).exitCode).toBe(0);
      expect(now(place)).toEqual([['A', 'external', 'published']]);
    });
  });
});
