import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { external, published } from './support/bodies.ts';
import { client, emulated } from './support/emulated.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'adc-emulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state.json');
}

test('restores everything after a restart, and continues ids and times', async () => {
  const stateFile = temporaryFile();
  const first = await client('path', { stateFile });
  const id = await first.create(published('path', first.emulator, { labels: { a: 'b' } }));
  first.emulator.store.subscribe('shop', id);
  const gone = await first.create(external());
  await first.products('DELETE', `/${gone}`);
  const before = first.emulator.store;
  await first.emulator.close();
  const second = await client('path', { stateFile });
  const { store } = second.emulator;
  for (const name of Object.keys(store.tables) as (keyof typeof store.tables)[]) {
    expect(store.tables[name].all()).toEqual(before.tables[name].all());
  }
  const next = store.product(await second.create(external()));
  expect([id, gone]).not.toContain(next.id);
  expect(next.created_at).toBeGreaterThan(store.subscriptions[0]!.created_at);
});

test('writes the state before the response, and leaves no other file', async () => {
  const stateFile = temporaryFile();
  const { create, products } = await client('query', { stateFile });
  const id = await create(external());
  expect(readFileSync(stateFile, 'utf8')).toContain(id);
  await products('DELETE', `/${id}`);
  expect(readFileSync(stateFile, 'utf8')).not.toContain(id);
  expect(readdirSync(join(stateFile, '..'))).toEqual(['state.json']);
});

test('does not apply the seed again', async () => {
  const stateFile = temporaryFile();
  const { store } = await emulated({ stateFile });
  store.addProduct('default', external());
  const again = await emulated({ stateFile, seed: { portals: [{ name: 'other' }] } });
  expect(again.store.products).toHaveLength(1);
  expect(again.store.portal('default').name).toBe('default');
});

test.each(['', 'garbage', '{}', '[]', 'null', '{"format":"adc/emulator-state","format_version":2}'])(
  'the content %j is refused, and left as it is',
  async (content) => {
    const stateFile = temporaryFile();
    writeFileSync(stateFile, content);
    await expect(startEmulator({ stateFile })).rejects.toThrow(stateFile);
    expect(readFileSync(stateFile, 'utf8')).toBe(content);
  },
);

test('refuses invalid rows', async () => {
  const stateFile = temporaryFile();
  const state = {
    format: 'adc/emulator-state',
    format_version: 1,
    now: 1,
    last_ids: {},
    tables: { portals: [1] },
  };
  writeFileSync(stateFile, JSON.stringify(state));
  await expect(startEmulator({ stateFile })).rejects.toThrow('portals');
});
