import { describe, expect, test } from 'vitest';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atRepublish, seen } from '../support/republish.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

/** Runs the command, and sends the signal during the n-th write. */
async function interrupted(place: Workplace, write: number, line: string) {
  const controller = new AbortController();
  let writes = 0;
  place.emulator.onRequest(({ method }) => {
    if (method === 'GET') return;
    writes += 1;
    if (writes === write) controller.abort('SIGINT');
  });
  return place.adc(line, { signal: controller.signal });
}

describe('Ctrl-C', () => {
  test.each([1, 2, 3])('at write %i of a republish finishes it', async (write) => {
    await atRepublish({}, async (place) => {
      const { exitCode, out } = await interrupted(place, write, 'sync --max-subscription-loss 2');
      expect(exitCode).toBe(130);
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
      expect(out).toMatch(/unpublished 1/);
    });
  });

  test('starts no other step, and reports skipped steps', async () => {
    const names = ['A', 'B', 'C'];
    const services = ['orders', 'payments', 'refunds'];
    const text = productFile(...names.map((name, at) => product(name, services[at] ?? '')));
    await atWorkplace({ files: { 'api-products.yaml': text } }, async (place) => {
      const { exitCode, out } = await interrupted(place, 1, 'sync --request-concurrent 1');
      expect(exitCode).toBe(130);
      expect(place.emulator.store.products.length).toBe(1);
      expect(out).toMatch(/skipped: create "B"/);
      expect(out).toMatch(/skipped: create "C"/);
      expect((await place.adc('sync')).exitCode).toBe(0);
      expect(place.emulator.store.products.map(({ fields }) => fields.status)).toEqual(
        names.map(() => 'published'),
      );
    });
  });

  test('before the first write changes nothing', async () => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async ({ adc, emulator }) => {
      const controller = new AbortController();
      const whenShown = { signal: controller.signal, out: () => controller.abort('SIGINT') };
      const { exitCode, out } = await adc('sync', whenShown);
      expect(exitCode).toBe(130);
      expect(emulator.journal.writes()).toEqual([]);
      expect(out).toMatch(/changed nothing; 2 steps skipped/);
    });
  });
});
