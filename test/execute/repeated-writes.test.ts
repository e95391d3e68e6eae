import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atRepublish, seen } from '../support/republish.ts';
import { atWorkplace } from '../support/run-adc.ts';

const OTHER_AUTH = { key_auth: { header: 'x-other' } };
const NEW = { status: 'published', header: 'x-key' };
const THEIRS = { status: 'published', header: 'x-other' };
/** Consent to delete a product and end its two subscriptions. */
const DELETION_CONSENT = '--max-subscription-loss 2 --max-deletes 1 --allow-unauthenticated all';
const DORA = 'de000000-0000-4000-8000-000000000001';

/** Calls `act` when the server receives the n-th write with a method, before it applies the write. */
function atWrite(emulator: Emulator, method: string, n: number, act: () => void | Promise<void>): void {
  let writes = 0;
  emulator.onRequest(async (request) => {
    if (request.method !== method) return;
    writes += 1;
    if (writes === n) await act();
  });
}

/** Changes the product as a user of the dashboard does, which ends its subscriptions. */
function changeAuth({ store }: Emulator): void {
  for (const fields of [{ status: 'draft' }, { auth: OTHER_AUTH }, { status: 'published' }]) {
    store.alterProduct('Payments API', fields);
  }
}

function subscriberArrives({ store }: Emulator): void {
  store.addApplication('third', DORA);
  store.subscribe('third', 'Payments API');
}

const isPut = ({ method }: { readonly method: string }): boolean => method === 'PUT';
const statuses = ({ journal }: Emulator): readonly number[] => journal.writes().map(({ status }) => status);

describe.each(['path', 'query'] as const)('a repeated write, in the %s dialect', (dialect) => {
  const options = { dialects: [dialect] } as const;

  test('another client changes auth during the unpublish: adc does not repeat it without auth', async () => {
    await atRepublish({ ...options, switches: { putSemantics: 'merge' } }, async (place) => {
      const { emulator } = place;
      const { store } = emulator;
      atWrite(emulator, 'PUT', 1, () => {
        changeAuth(emulator);
        subscriberArrives(emulator);
      });
      const { exitCode, out } = await place.adc('sync --max-subscription-loss 2');
      expect(statuses(emulator)).toEqual([400]);
      expect(seen(place)).toEqual(THEIRS);
      expect(store.subscriptionsOf('Payments API')).toEqual({ active: 0, pending: 1 });
      expect(exitCode).toBe(1);
      expect(out).toMatch(/failed: +unpublish "Payments API".*another client changed it/);
    });
  });

  test('another client changes a product during its update, and the server locks auth: their change stays', async () => {
    const switches = { putSemantics: 'merge', authEchoLocks: true } as const;
    await atRepublish({ ...options, switches }, async (place) => {
      const { emulator } = place;
      await place.write({ 'api-products.yaml': `${PAYMENTS}    desc: New\n` });
      atWrite(emulator, 'PUT', 1, () => {
        changeAuth(emulator);
        emulator.store.alterProduct('Payments API', { desc: 'by hand' });
      });
      expect((await place.adc('sync')).exitCode).toBe(1);
      expect(emulator.store.product('Payments API').fields.desc).toBe('by hand');
    });
  });

  test('a new subscription before the repeated unpublish without auth: adc checks the count again', async () => {
    await atRepublish({ ...options, switches: { authEchoLocks: true } }, async (place) => {
      const { emulator } = place;
      atWrite(emulator, 'PUT', 1, () => subscriberArrives(emulator));
      const { exitCode, out } = await place.adc('sync --max-subscription-loss 2');
      expect(statuses(emulator)).toEqual([400]);
      expect(emulator.store.subscriptionsOf('Payments API')).toEqual({ active: 1, pending: 2 });
      expect(exitCode).toBe(4);
      expect(out).toMatch(/"Payments API" was not changed: 3 .* 2 are allowed/);
    });
  });

  test('an unchanged count is read only once', async () => {
    await atRepublish({ ...options, switches: { authEchoLocks: true } }, async (place) => {
      expect(await place.adc('sync --max-subscription-loss 2')).toMatchObject({ exitCode: 0 });
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('another client changes auth between the read and the repeated unpublish: their auth is published', async () => {
    const switches = { putSemantics: 'merge', authEchoLocks: true } as const;
    await atRepublish({ ...options, switches }, async (place) => {
      const { emulator } = place;
      atWrite(emulator, 'PUT', 2, () => changeAuth(emulator));
      const { exitCode, out } = await place.adc('sync --max-subscription-loss 2');
      expect(seen(place)).toEqual(THEIRS);
      expect(exitCode).toBe(3);
      expect(out).toMatch(
        /failed: +unpublish "Payments API".*auth.*published with the changes of another client/,
      );
    });
  });

  describe('its response was lost', () => {
    test('the unpublish was applied: a read shows it, and adc does not repeat it', async () => {
      await atRepublish(options, async (place) => {
        place.emulator.faults.add({ on: { method: 'PUT' }, do: { kind: 'close-after' } });
        expect((await place.adc('sync --max-subscription-loss 2')).exitCode).toBe(0);
        expect(place.emulator.journal.writes()).toHaveLength(3);
        expect(seen(place)).toEqual(NEW);
      });
    });

    test('the unpublish was not applied, and there is a new subscription: adc checks the count again', async () => {
      await atRepublish(options, async (place) => {
        const { emulator } = place;
        emulator.faults.add({ on: { method: 'PUT' }, do: { kind: 'close-before' } });
        atWrite(emulator, 'PUT', 1, () => subscriberArrives(emulator));
        const { exitCode, out } = await place.adc('sync --max-subscription-loss 2');
        expect(emulator.journal.writes()).toHaveLength(1);
        expect(emulator.store.endedSubscriptions).toEqual([]);
        expect(exitCode).toBe(3);
        expect(out).toMatch(/"Payments API" was not changed: 3 .* 2 are allowed/);
      });
    });

    test('the unpublish was not applied, and another client changed the product: adc does not change it', async () => {
      await atRepublish(options, async (place) => {
        const { emulator } = place;
        emulator.faults.add({ on: { method: 'PUT' }, do: { kind: 'status', status: 503 } });
        atWrite(
          emulator,
          'PUT',
          1,
          () => void emulator.store.alterProduct('Payments API', { desc: 'by hand' }),
        );
        expect((await place.adc('sync --max-subscription-loss 2')).exitCode).toBe(3);
        expect(emulator.journal.writes()).toHaveLength(1);
        expect(emulator.store.product('Payments API').fields).toMatchObject({
          desc: 'by hand',
          status: 'published',
        });
      });
    });

    test('the unpublish was not applied: adc repeats it', async () => {
      await atRepublish(options, async (place) => {
        place.emulator.faults.add({ on: { method: 'PUT' }, times: 2, do: { kind: 'status', status: 503 } });
        expect((await place.adc('sync --max-subscription-loss 2')).exitCode).toBe(0);
        expect(statuses(place.emulator)).toEqual([503, 503, 200, 200, 200]);
        expect(seen(place)).toEqual(NEW);
      });
    });

    test('a deletion was not applied, and there is a new subscription: adc checks the count again', async () => {
      await atRepublish(options, async (place) => {
        const { emulator } = place;
        await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
        emulator.faults.add({ on: { method: 'DELETE' }, do: { kind: 'close-before' } });
        atWrite(emulator, 'DELETE', 1, () => subscriberArrives(emulator));
        const { out } = await place.adc(`sync ${DELETION_CONSENT}`);
        expect(emulator.store.subscriptionsOf('Payments API')).toEqual({ active: 1, pending: 2 });
        expect(out).toMatch(/"Payments API" was not changed: 3 .* 2 are allowed/);
      });
    });
  });
});

test('429 for the update of a republish: adc repeats it without a read', async () => {
  await atRepublish({}, async (place) => {
    const { emulator } = place;
    emulator.faults.add({ on: { method: 'PUT', request: 2 }, do: { kind: 'status', status: 429 } });
    expect((await place.adc('sync --max-subscription-loss 2')).exitCode).toBe(0);
    const { requests } = emulator.journal;
    const [first, last] = [requests.findIndex(isPut), requests.findLastIndex(isPut)];
    expect(requests.slice(first, last + 1).map(({ status }) => status)).toEqual([200, 429, 200, 200]);
    expect(seen(place)).toEqual(NEW);
  });
});

describe('a write that the server applies and refuses', () => {
  const REFUSED = { kind: 'status', status: 403, after: true } as const;

  test('a final unpublish: a read shows that it is done', async () => {
    await atRepublish({}, async (place) => {
      await place.write({ 'api-products.yaml': PAYMENTS.replace('published', 'draft') });
      place.emulator.faults.add({ on: { method: 'PUT' }, do: REFUSED });
      const { exitCode, out } = await place.adc(`sync ${DELETION_CONSENT}`);
      expect(seen(place)).toEqual({ status: 'draft', header: 'apikey' });
      expect(exitCode).toBe(0);
      expect(out).toMatch(/ended 1 active and 1 pending subscriptions/);
    });
  });

  test('a deletion: a read shows that it is done', async () => {
    await atRepublish({}, async (place) => {
      await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
      place.emulator.faults.add({ on: { method: 'DELETE' }, do: REFUSED });
      expect((await place.adc(`sync ${DELETION_CONSENT}`)).exitCode).toBe(0);
      expect(place.emulator.store.products).toEqual([]);
    });
  });
});

describe('a write that the server applies late', () => {
  /** Delays the n-th PUT until `open` is called. adc no longer waits for its response then. */
  function delayPut(emulator: Emulator, n: number): { readonly open: () => void } {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    atWrite(emulator, 'PUT', n, () => opened);
    return { open: () => open() };
  }

  test.each([
    ['unpublish', 1, '1s'],
    ['update of a republish', 2, '3s'],
  ])('the %s, between two reads: the republish continues', async (_, put, retryTimeout) => {
    await atRepublish({}, async (place) => {
      const late = delayPut(place.emulator, put);
      const { id } = place.emulator.store.product('Payments API');
      let reads = 0;
      place.emulator.onRequest(({ method, path }) => {
        if (method === 'GET' && path.replace(/\?.*/, '').endsWith(`/${id}`)) reads += 1;
        // Reads: for the plan, before the write, after it, and once more, when it is applied.
        if (reads === 3) late.open();
      });
      const patience = `--timeout 1s --retry-timeout ${retryTimeout}`;
      expect((await place.adc(`sync --max-subscription-loss 2 ${patience}`)).exitCode).toBe(0);
      late.open();
      await new Promise(setImmediate);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test.each([
    ['unpublish', { put: 1, next: 2, retryTimeout: '1s', failed: 'unpublish' }],
    ['update of a republish', { put: 2, next: 5, retryTimeout: '3s', failed: 'publish' }],
  ] as const)(
    'the %s, after this run stopped waiting: adc publishes again at the end, and reports it',
    async (_, { put, next, retryTimeout, failed }) => {
      const files = (header: string) =>
        productFile(product('A', 'orders'), product('B', 'payments')).replaceAll('key_auth: {}', header);
      await atWorkplace({ files: { 'api-products.yaml': files('key_auth: {}') } }, async (place) => {
        await place.adc('sync');
        await place.write({ 'api-products.yaml': files('key_auth: { header: x-key }') });
        const { emulator } = place;
        emulator.journal.clear();
        const late = delayPut(emulator, put);
        const patience = `--timeout 1s --retry-timeout ${retryTimeout}`;
        // The unpublish of B, after adc stopped waiting for the write of A.
        atWrite(emulator, 'PUT', next, async () => {
          late.open();
          await new Promise(setImmediate);
        });
        const { exitCode, out } = await place.adc(`sync --request-concurrent 1 ${patience}`);
        expect(emulator.store.products.map(({ fields }) => fields.status)).toEqual([
          'published',
          'published',
        ]);
        expect(exitCode).toBe(3);
        expect(out.replaceAll(/\s+/g, ' ')).toMatch(
          new RegExp(
            `failed: ${failed} "A".*the server applied an unpublish late, and adc published the product again`,
          ),
        );
      });
    },
  );
});
