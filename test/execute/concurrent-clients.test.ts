import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atRepublish, seen } from '../support/republish.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

/**
 * Calls `act` between the plan and its application: during the second read of the product, because a plan reads it once.
 */
function meanwhile(emulator: Emulator, name: string, act: () => void): void {
  const { id } = emulator.store.product(name);
  let reads = 0;
  emulator.onRequest(({ method, path }) => {
    if (method !== 'GET' || !path.replace(/\?.*/, '').endsWith(`/${id}`)) return;
    reads += 1;
    if (reads === 2) act();
  });
}

const SYNC = 'sync --max-subscription-loss 2';

describe.each(['path', 'query'])('between the plan and its first write, in the %s dialect', (dialect) => {
  test('a new subscription: the product is not changed, and the reason is reported', async () => {
    await atRepublish({}, async (place) => {
      const { store, journal } = place.emulator;
      store.addApplication('third', 'de000000-0000-4000-8000-000000000001');
      meanwhile(place.emulator, 'Payments API', () => store.subscribe('third', 'Payments API'));
      const { exitCode, out } = await place.adc(`${SYNC} --dialect ${dialect}`);
      expect(exitCode).toBe(4);
      expect(out).toMatch(/"Payments API" was not changed: 3 .* 2 are allowed/);
      expect(journal.writes()).toEqual([]);
      expect(store.subscriptionsOf('Payments API')).toEqual({ active: 1, pending: 2 });
    });
  });

  test('a new subscription within the consent: the change is applied', async () => {
    await atRepublish({}, async (place) => {
      const { store } = place.emulator;
      store.addApplication('third', 'de000000-0000-4000-8000-000000000001');
      meanwhile(place.emulator, 'Payments API', () => store.subscribe('third', 'Payments API'));
      expect((await place.adc(`sync --max-subscription-loss 3 --dialect ${dialect}`)).exitCode).toBe(0);
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
    });
  });

  test('adc can no longer read the counts: it refuses the change', async () => {
    await atRepublish({}, async (place) => {
      const { faults, journal } = place.emulator;
      meanwhile(place.emulator, 'Payments API', () =>
        faults.add({ on: { path: '*subscriptions*' }, times: Infinity, do: { kind: 'status', status: 404 } }),
      );
      const { exitCode, out } = await place.adc(`${SYNC} --dialect ${dialect}`);
      expect(exitCode).toBe(4);
      expect(out).toMatch(/"Payments API" was not changed/);
      expect(journal.writes()).toEqual([]);
    });
  });

  test('another client changes the product: adc does not change it, and reports that', async () => {
    await atRepublish({}, async (place) => {
      const { store, journal } = place.emulator;
      meanwhile(
        place.emulator,
        'Payments API',
        () => void store.alterProduct('Payments API', { desc: 'by hand' }),
      );
      const { exitCode, out } = await place.adc(`${SYNC} --dialect ${dialect}`);
      expect(exitCode).toBe(1);
      expect(out).toMatch(/"Payments API".*changed/);
      expect(journal.writes()).toEqual([]);
      expect((await place.adc(SYNC)).exitCode).toBe(0);
      expect(store.product('Payments API').fields.desc).toBe('by hand');
    });
  });

  test('another client deletes a product to be deleted: the step is done', async () => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async (place) => {
      await place.adc('sync');
      await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
      const { store } = place.emulator;
      meanwhile(place.emulator, 'Payments API', () => store.removeProduct('Payments API'));
      expect(
        await place.adc(`sync --max-deletes 1 --allow-unauthenticated all --dialect ${dialect}`),
      ).toMatchObject({ exitCode: 0 });
      expect(store.products).toEqual([]);
    });
  });

  test('another client deletes a product to be updated: the step fails', async () => {
    await atRepublish({}, async (place) => {
      const { store } = place.emulator;
      meanwhile(place.emulator, 'Payments API', () => store.removeProduct('Payments API'));
      const { exitCode, out } = await place.adc(`${SYNC} --dialect ${dialect}`);
      expect(exitCode).toBe(1);
      expect(out).toMatch(/"Payments API".*deleted/);
    });
  });
});

describe('a server that changes more than the request', () => {
  /** In-place updates of A, and then of B. */
  async function atUpdates(use: (place: Workplace) => Promise<void>): Promise<void> {
    const file = (lines: readonly string[]) => ({
      'api-products.yaml': productFile(product('A', 'orders', lines), product('B', 'payments', lines)),
    });
    await atWorkplace({ files: file([]) }, async (place) => {
      await place.adc('sync');
      await place.write(file(['desc: New']));
      await use(place);
    });
  }

  test.each([
    ['drops a field', { labels: { 'managed-by': 'adc', by: 'somebody' } }, /labels/],
    ['adds something', { visibility: 'logged_in' }, /visibility/],
  ])('%s: adc reports it, and the run stops', async (_, moved, named) => {
    await atUpdates(async (place) => {
      const { store, faults } = place.emulator;
      // The response to the write has only an id, and the product changes before the read that follows.
      faults.add({ on: { method: 'PUT' }, do: { kind: 'status', status: 200, body: 'empty', after: true } });
      let written = false;
      place.emulator.onRequest(({ method }) => {
        if (written && method === 'GET') store.alterProduct('A', moved);
        written = method === 'PUT';
      });
      const { exitCode, out } = await place.adc('sync --request-concurrent 1');
      expect(out).toMatch(/failed: +update "A"/);
      expect(out).toMatch(named);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/skipped: update "B"/);
      expect(store.product('B').fields.desc).toBe('');
    });
  });
});
