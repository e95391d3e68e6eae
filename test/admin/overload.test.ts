import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Emulator } from '../../src/emulator/start-emulator.ts';
import type { Admin } from '../../src/model/admin.ts';
import { portalAdmin } from '../../src/admin/connect.ts';
import { openSession } from '../../src/admin/session.ts';
import { connectionTo } from './support/connection.ts';
import { connectedFast, emulated, fastClock } from './support/emulated.ts';
import { newGateway } from './support/products.ts';

const CONCURRENCY = 4;

/** A portal with one product, and a connection whose clock never waits. */
async function atPortal() {
  const emulator = await emulated();
  const { admin, clock } = await connectedFast(emulator.url, { concurrency: CONCURRENCY, timeoutMs: 10_000 });
  const { id } = await admin.createProduct(newGateway());
  return { emulator, admin, clock, id };
}

/** The largest number of requests that were in flight while a product was read many times at once. */
async function mostInFlight(emulator: Emulator, admin: Admin, id: string, times: number): Promise<number> {
  emulator.journal.clear();
  // Each request waits until all other allowed requests have arrived. Both sides are in this process, so a few turns are enough.
  const stop = emulator.onRequest(async () => {
    for (let turns = 0; turns < 200; turns += 1) await setImmediate();
  });
  await Promise.all(Array.from({ length: times }, async () => admin.readProduct(id)));
  stop();
  return emulator.journal.mostInFlight;
}

describe('an overloaded server', () => {
  it('returns 429: adc sends fewer concurrent requests, and more again after successes', async () => {
    const { emulator, admin, id } = await atPortal();
    expect(await mostInFlight(emulator, admin, id, 8)).toBe(CONCURRENCY);
    emulator.faults.add({ on: {}, do: { kind: 'status', status: 429 }, times: 3 });
    await admin.readProduct(id);
    expect(await mostInFlight(emulator, admin, id, 2)).toBeLessThan(CONCURRENCY);
    await mostInFlight(emulator, admin, id, 20);
    expect(await mostInFlight(emulator, admin, id, 8)).toBe(CONCURRENCY);
  });

  it('responds slowly: adc sends fewer concurrent requests', async () => {
    const { emulator, admin, clock, id } = await atPortal();
    const stop = emulator.onRequest(async () => clock.sleep(6_000));
    for (let time = 0; time < 3; time += 1) await admin.readProduct(id);
    stop();
    expect(await mostInFlight(emulator, admin, id, 2)).toBe(1);
  });

  it('is retried until the time is up once; then reads are not retried until it responds', async () => {
    const { emulator, admin, id } = await atPortal();
    const tries = async (): Promise<number> => {
      emulator.journal.clear();
      await admin.readProduct(id).catch(() => undefined);
      return emulator.journal.requests.length;
    };
    emulator.faults.add({ on: {}, do: { kind: 'status', status: 503 }, times: Infinity });
    expect(await tries()).toBeGreaterThan(3);
    expect(await tries()).toBe(1);
    emulator.faults.clear();
    expect(await tries()).toBe(1);
    emulator.faults.add({ on: {}, do: { kind: 'status', status: 503 }, times: 2 });
    expect(await tries()).toBe(3);
  });

  it('a write that publishes is still retried', async () => {
    const { emulator, admin, id } = await atPortal();
    const live = await admin.readProduct(id);
    emulator.faults.add({ on: {}, do: { kind: 'status', status: 503 }, times: Infinity });
    await admin.readProduct(id).catch(() => undefined);
    emulator.journal.clear();
    await admin.updateProduct(live!, { status: 'published' }).catch(() => undefined);
    expect(emulator.journal.writes().length).toBeGreaterThan(3);
  });
});

describe('reads that wait for Retry-After', () => {
  it('do not delay a write, which may publish a product again', async () => {
    const { emulator, id } = await atPortal();
    const fault = { kind: 'status', status: 429, retryAfter: 20 } as const;
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    let sleepers = 0;
    const sleep = async (): Promise<void> => {
      sleepers += 1;
      return asleep;
    };
    const options = connectionTo(emulator.url, { concurrency: CONCURRENCY, retryTimeoutMs: 60_000 });
    const session = await openSession(options, { ...fastClock(), sleep });
    onTestFinished(async () => session.close());
    const admin = portalAdmin(session);
    const live = await admin.readProduct(id);
    emulator.faults.add({ on: { method: 'GET' }, do: fault, times: CONCURRENCY });
    const readings = Array.from({ length: 2 * CONCURRENCY }, async () => admin.readProduct(id));
    await vi.waitUntil(() => sleepers === CONCURRENCY);
    await admin.updateProduct(live!, { desc: 'new' });
    wake();
    expect((await Promise.all(readings)).map((product) => product?.fields.desc)).toEqual(
      readings.map(() => 'new'),
    );
  });
});

describe('a 404 for an existing product', () => {
  it('is an error if the list has the product', async () => {
    const { emulator, admin, id } = await atPortal();
    const path = `*/${id}*`;
    emulator.faults.add({ on: { path }, do: { kind: 'status', status: 404 }, times: Infinity });
    const errors = await Promise.all([admin.readProduct(id), admin.deleteProduct(id)].map(failure));
    expect(errors).toEqual([
      expect.objectContaining({ name: 'AdminError', mayHaveHappened: false }),
      expect.objectContaining({ name: 'AdminError', mayHaveHappened: false }),
    ]);
  });
});

describe('whether a failed write may have happened', () => {
  it.each(['value', 'id-only', 'empty'] as const)(
    'an applied creation that cannot be read afterwards: %s',
    async (writeAnswer) => {
      const emulator = await emulated({ switches: { writeAnswer } });
      const { admin } = await connectedFast(emulator.url);
      await admin.readPortal();
      const path = '*a0000000-*';
      emulator.faults.add({ on: { method: 'GET', path }, do: { kind: 'status', status: 403 }, times: 9 });
      const created = await failure(admin.createProduct(newGateway()));
      expect(created).toMatchObject(
        writeAnswer === 'value' ? { type: 'gateway' } : { mayHaveHappened: true },
      );
    },
  );

  it.each([
    ['refused', [409], false],
    ['first overloaded, then refused', [429, 400], false],
    ['a gateway error, then refused', [502, 400], true],
    ['an internal server error', [500], true],
  ] as const)('%s', async (_, statuses, mayHaveHappened) => {
    const { emulator, admin, id } = await atPortal();
    const live = await admin.readProduct(id);
    for (const status of statuses)
      emulator.faults.add({ on: { method: 'PUT' }, do: { kind: 'status', status } });
    const failed = await failure(admin.updateProduct(live!, { status: 'published' }));
    expect(failed).toMatchObject({ mayHaveHappened });
  });
});

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}
