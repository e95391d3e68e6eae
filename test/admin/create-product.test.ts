import { describe, expect, it } from 'vitest';
import type { FaultAction } from '../../src/emulator/faults.ts';
import { BOTH, connected, connectedFast, emulated } from './support/emulated.ts';
import { newExternal, newGateway, OPENAPI } from './support/products.ts';

const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** Faults that lose the response of a processed request. */
const AFTER: readonly FaultAction[] = [
  { kind: 'close-after' },
  { kind: 'status', status: 502, after: true },
  { kind: 'status', status: 504, after: true },
  { kind: 'garbage', as: 'html' },
  { kind: 'garbage', as: 'cut-json' },
];
/** Faults of an unprocessed request that do not report that. */
const BEFORE: readonly FaultAction[] = [
  { kind: 'close-before' },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfter: 1 },
];

describe.each(BOTH)('a creation in the %s dialect', (dialect) => {
  it.each(['value', 'id-only', 'empty'] as const)(
    'returns the complete product if the response is %s',
    async (writeAnswer) => {
      const emulator = await emulated({ dialects: [dialect], switches: { writeAnswer } });
      const { admin } = await connectedFast(emulator.url);
      const live = await admin.createProduct(
        newExternal({ desc: 'Bills', server_urls: ['https://a.example.com'] }),
      );
      expect(live).toEqual(await admin.readProduct(live.id));
      expect(live.fields).toMatchObject({ desc: 'Bills', status: 'draft' });
      expect(emulator.store.products).toHaveLength(1);
    },
  );

  it.each(AFTER)('is found and not retried after %j', async (fault) => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    emulator.faults.add({ on: { method: 'POST' }, do: fault });
    const live = await admin.createProduct(newGateway());
    expect(live).toMatchObject({ fields: { name: 'Payments API' } });
    expect(emulator.journal.writes()).toHaveLength(1);
  });

  it.each(BEFORE)('is retried once after %j if the product does not exist', async (fault) => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    emulator.faults.add({ on: { method: 'POST' }, do: fault });
    expect(await admin.createProduct(newGateway())).toMatchObject({ type: 'gateway' });
    expect(emulator.journal.writes()).toHaveLength(2);
    expect((await admin.readPortal()).products).toHaveLength(1);
  });

  it('is sent at most twice', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-before' }, times: Infinity });
    expect(await errorOf(admin.createProduct(newGateway()))).toMatchObject({ name: 'AdminError' });
    expect(emulator.journal.writes()).toHaveLength(2);
  });

  it('is not retried if adc cannot check whether the product exists, and reports that', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    await admin.readPortal();
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-after' } });
    emulator.faults.add({ on: { method: 'GET' }, do: { kind: 'status', status: 500 } });
    expect(await errorOf(admin.createProduct(newGateway()))).toMatchObject({
      name: 'AdminError',
      message: expect.stringMatching(/"Payments API".*lost.*GET/),
    });
    expect(emulator.journal.writes()).toHaveLength(1);
  });

  it('is not retried after a refusal', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'status', status: 400 } });
    expect(await errorOf(admin.createProduct(newGateway()))).toMatchObject({ status: 400 });
    expect(emulator.journal.writes()).toHaveLength(1);
  });

  it('ignores an existing product with the same name', async () => {
    for (const readFirst of [true, false]) {
      const emulator = await emulated({ dialects: [dialect] });
      const other = await (await connected(emulator.url)).createProduct(newExternal());
      const { admin } = await connectedFast(emulator.url);
      if (readFirst) await admin.readPortal();
      emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-after' } });
      const live = await admin.createProduct(newExternal());
      expect(live.id).not.toBe(other.id);
      expect((await admin.readPortal()).products).toHaveLength(2);
    }
  });

  it('fails for several new products with the name, and lists them', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    await admin.readPortal();
    const other = await connected(emulator.url);
    const twin = await other.createProduct(newExternal());
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-after' } });
    expect(await errorOf(admin.createProduct(newExternal()))).toMatchObject({
      name: 'AdminError',
      hint: expect.stringContaining(twin.id),
    });
  });

  it('ignores a new product with the name and another type', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    await admin.readPortal();
    await (await connected(emulator.url)).createProduct(newGateway({ name: 'Twin' }));
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-after' } });
    expect(await admin.createProduct(newExternal({ name: 'Twin' }))).toMatchObject({ type: 'external' });
  });

  it('detects a first request that the server applied late', async () => {
    const emulator = await emulated({ dialects: [dialect] });
    const { admin } = await connectedFast(emulator.url);
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-before' } });
    let posts = 0;
    emulator.onRequest(({ method }) => {
      posts += method === 'POST' ? 1 : 0;
      const { name } = newExternal().fields;
      if (posts === 2) emulator.store.addProduct('default', { type: 'external', name, raw_openapi: OPENAPI });
    });
    expect(await errorOf(admin.createProduct(newExternal()))).toMatchObject({ name: 'AdminError' });
  });
});

it('waits a moment before it retries a creation', async () => {
  const emulator = await emulated();
  const { admin, clock } = await connectedFast(emulator.url);
  emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'close-before' } });
  await admin.createProduct(newGateway());
  expect(clock.slept).toEqual([1000]);
});

it('shares one read of the existing products between concurrent creations', async () => {
  const emulator = await emulated();
  const admin = await connected(emulator.url);
  emulator.journal.clear();
  await Promise.all(['A', 'B', 'C'].map((name) => admin.createProduct(newGateway({ name }))));
  const reads = emulator.journal.requests.filter(({ method }) => method === 'GET');
  expect(reads.filter(({ path }) => !path.includes('search='))).toHaveLength(1);
});
