import { describe, expect, test } from 'vitest';
import { product, productFile } from '../support/product-files.ts';
import { report } from '../support/command-results.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const SYNC = 'sync --max-deletes 1 --allow-unauthenticated all';

const file = (...products: readonly string[]) => ({ 'api-products.yaml': productFile(...products) });

/**
 * Two independent changes: the service `orders` moves from A to B (which waits until A releases it), and C gets an update. The
 * server refuses the first PUT of A.
 */
async function atBrokenMove(use: (place: Workplace) => Promise<void>): Promise<void> {
  const before = file(product('A', 'orders'), product('B', 'payments'), product('C', 'refunds'));
  await atWorkplace({ files: before }, async (place) => {
    await place.adc(SYNC);
    const after = file(
      product('A', 'users'),
      product('B', 'orders'),
      product('C', 'refunds', ['desc: New']),
      product('D', 'catalog'),
    );
    await place.write(after);
    const { store, faults, journal } = place.emulator;
    const path = `*${store.product('A').id}*`;
    faults.add({ on: { method: 'PUT', path }, do: { kind: 'status', status: 400 } });
    journal.clear();
    await use(place);
  });
}

describe('a failed step', () => {
  test('skips only the steps that depend on it', async () => {
    await atBrokenMove(async (place) => {
      expect((await place.adc(SYNC)).exitCode).toBe(3);
      const { store } = place.emulator;
      const linked = (name: string) =>
        store.product(name).fields.linked_gateway_services?.map(({ service_id }) => service_id);
      expect(linked('A')).toEqual([store.service('orders').id]);
      expect(linked('B')).toEqual([store.service('payments').id]);
      expect(store.product('C').fields.desc).toBe('New');
      expect(store.product('D').fields.status).toBe('published');
    });
  });

  test('lists done, failed and skipped products by name', async () => {
    await atBrokenMove(async ({ adc }) => {
      const { out, err } = await adc(SYNC);
      expect(out).toMatch(/^failed: +update "A": .*400/m);
      expect(out).toMatch(/^skipped: update "B" \(update "A" failed\)/m);
      expect(out).toMatch(/\(created 1, updated 1, published 1\); 1 step failed; 1 step skipped\./);
      for (const line of [/updated "C"/, /created "D"/, /published "D"/, /could not update "A"/]) {
        expect(err).toMatch(line);
      }
    });
  });

  test('JSON has the same outcome for each step', async () => {
    await atBrokenMove(async (place) => {
      const { steps = [], outcomes = [] } = await report(place, SYNC);
      const statuses = Object.fromEntries(
        outcomes.map(({ step, status }) => [
          steps.find(({ id }) => id === step)?.action + ' ' + nameOf(steps, step),
          status,
        ]),
      );
      expect(statuses).toEqual({
        'update A': 'failed',
        'update B': 'skipped',
        'update C': 'done',
        'create D': 'done',
        'publish D': 'done',
      });
    });
  });

  test('the same command finishes the rest', async () => {
    await atBrokenMove(async (place) => {
      await place.adc(SYNC);
      expect((await place.adc(SYNC)).exitCode).toBe(0);
      expect((await place.adc('diff --exit-code')).exitCode).toBe(0);
    });
  });

  test('nothing is deleted after a failure', async () => {
    await atWorkplace({ files: file(product('A', 'orders'), product('Z', 'refunds')) }, async (place) => {
      await place.adc(SYNC);
      await place.write(file(product('A', 'orders', ['desc: New'])));
      const { store, faults } = place.emulator;
      faults.add({ on: { method: 'PUT' }, times: Infinity, do: { kind: 'status', status: 400 } });
      expect((await place.adc(SYNC)).exitCode).toBe(1);
      expect(store.products.map(({ fields }) => fields.name)).toEqual(['A', 'Z']);
    });
  });
});

function nameOf(steps: readonly object[], id: string): string {
  const step = (steps as readonly { id: string; product: { name: string } }[]).find((one) => one.id === id);
  return step?.product.name ?? '';
}

test('a failed second write of a product: the first is not reported as a change by another client', async () => {
  const file = (a: string, b: string): string =>
    productFile(product('A', a), product('B', b)).replaceAll('published', 'draft');
  await atWorkplace({ files: { 'api-products.yaml': file('orders', 'payments') } }, async (place) => {
    await place.adc('sync');
    await place.write({ 'api-products.yaml': file('payments', 'orders') });
    // One of the two products releases its service first, and takes the other service last.
    const done = { kind: 'status', status: 500, after: true } as const;
    place.emulator.faults.add({ on: { method: 'PUT', request: 3 }, do: done });
    const { outcomes } = await report(place, 'sync');
    expect(outcomes?.map(({ status }) => status)).toEqual(['done', 'done', 'failed']);
  });
});
