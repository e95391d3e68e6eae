import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { declaredContents } from '../support/declared-contents.ts';
import { portalContents } from '../support/portal-contents.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { atTwoPortals } from '../support/two-portals.ts';
import { SWITCH_VALUES, switchesOf } from '../support/switch-values.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;
const folders = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !existsSync(join(EXAMPLES, entry.name, 'adc.config.yaml')))
  .map(({ name }) => name);
const cases = folders.flatMap((name) => ['path', 'query'].map((dialect) => [name, dialect] as const));

/** The example's files, and the dialect, as options. */
const options = (name: string, dialect: string): string => `-f ${join(EXAMPLES, name)} --dialect ${dialect}`;

async function synced(place: Workplace, name: string, dialect: string): Promise<void> {
  const { exitCode, err } = await place.adc(`sync ${options(name, dialect)}`);
  expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
}

test('there are examples', () => expect(folders).not.toEqual([]));

describe.each(cases)('the example %s in the %s dialect', (name, dialect) => {
  test('lints', async () => {
    await atWorkplace({ dialects: [] }, async ({ adc, emulator }) => {
      const { exitCode, err } = await adc(`lint -f ${join(EXAMPLES, name)}`, { env: {} });
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(emulator.journal.requests).toEqual([]);
    });
  });

  test('validates without diagnostics, and differs from an empty portal', async () => {
    await atWorkplace({}, async ({ adc, emulator }) => {
      expect(await adc(`validate --strict ${options(name, dialect)}`)).toMatchObject({
        exitCode: 0,
        err: '',
      });
      expect((await adc(`diff --exit-code ${options(name, dialect)}`)).exitCode).toBe(2);
      expect(emulator.journal.writes()).toEqual([]);
    });
  });

  test('syncs: the portal matches the files, and a second sync sends no write', async () => {
    await atWorkplace({ switches: { externalLabels: 'keep' } }, async (place) => {
      await synced(place, name, dialect);
      const { store, journal } = place.emulator;
      expect(portalContents(store)).toEqual(declaredContents(join(EXAMPLES, name), store));
      const { exitCode, out } = await place.adc(`diff --exit-code ${options(name, dialect)}`);
      expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
      journal.clear();
      await synced(place, name, dialect);
      expect(journal.writes()).toEqual([]);
    });
  });

  test('matches the portal if external products keep no labels, and its dump gives the same portal', async () => {
    await atWorkplace({}, async (place) => {
      await synced(place, name, dialect);
      expect(await place.adc(`diff --exit-code ${options(name, dialect)}`)).toMatchObject({ exitCode: 0 });
      expect((await place.adc(`dump -o live/ --dialect ${dialect} --portal default`)).exitCode).toBe(0);
      const { exitCode, out } = await place.adc(`diff --exit-code -f live --dialect ${dialect}`);
      expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
      expect((await place.adc('lint -f live')).exitCode).toBe(0);
      const there = portalContents(place.emulator.store);
      await atWorkplace({}, async (other) => {
        await other.adc(`sync -f ${join(place.folder, 'live')} --dialect ${dialect}`);
        expect(portalContents(other.emulator.store)).toEqual(there);
      });
    });
  });
});

test('the example environments is published in staging, and a draft in production', async () => {
  await atTwoPortals({}, async ({ adc, staging, production }) => {
    const cwd = join(EXAMPLES, 'environments');
    expect(await adc('lint', { cwd })).toMatchObject({ exitCode: 0, err: '' });
    for (const [name, portal, status] of [
      ['staging', staging, 'published'],
      ['production', production, 'draft'],
    ] as const) {
      expect(await adc(`sync --env ${name}`, { cwd })).toMatchObject({ exitCode: 0 });
      expect(portal.store.product('Payments API').fields).toMatchObject({ status });
      expect(await adc(`diff --exit-code --env ${name}`, { cwd })).toMatchObject({ exitCode: 0 });
    }
  });
});

test('examples/consent.yaml consents to the take-over between the examples', async () => {
  await atWorkplace({}, async (place) => {
    const takeOver = `sync -f ${join(EXAMPLES, 'teams/payments')}`;
    await synced(place, 'payments', 'path');
    expect((await place.adc(takeOver)).exitCode).toBe(4);
    const env = { ADC_SERVER: place.emulator.url, ADC_TOKEN: place.emulator.token, UNTIL: '2026-12-07' };
    const allowed = await place.adc(`${takeOver} -f ${join(EXAMPLES, 'consent.yaml')}`, { env });
    expect(allowed.exitCode).toBe(0);
    expect(place.emulator.store.product('Payments API').fields.labels).toMatchObject({
      'managed-by': 'adc/acme.teams.payments',
    });
  });
});

/** Examples that can be on one portal together. */
const TOGETHER = ['payments', 'dcr'];
/** Without a list of contact points, adc cannot resolve the names in the examples. */
const values = SWITCH_VALUES.filter((setting) => setting !== 'contactPoints=off');

describe.each(values)('the examples on a server with %s', (setting) => {
  const dialect = SWITCH_VALUES.indexOf(setting) % 2 === 0 ? 'path' : 'query';
  const files = TOGETHER.map((name) => `-f ${join(EXAMPLES, name)}`).join(' ');

  test('after the sync there is no difference, and a second sync sends no write', async () => {
    await atWorkplace({ switches: switchesOf(setting) }, async ({ adc, emulator }) => {
      expect(await adc(`sync ${files} --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      emulator.journal.clear();
      const { exitCode, out } = await adc(`diff --exit-code ${files} --dialect ${dialect}`);
      expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
      expect(await adc(`sync ${files} --dialect ${dialect}`)).toMatchObject({ exitCode: 0 });
      expect(emulator.journal.writes()).toEqual([]);
    });
  });
});
