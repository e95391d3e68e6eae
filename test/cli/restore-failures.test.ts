import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/emulator/faults.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import { atRepublish } from '../support/republish.ts';
import type { Ran, Workplace } from '../support/run-adc.ts';

type Prepare = (place: Workplace) => unknown;

const edited =
  (change: (text: string) => string): Prepare =>
  async ({ folder }) => {
    const path = join(folder, 'record.jsonl');
    await writeFile(path, change(await readFile(path, 'utf8')));
  };
const changed =
  (fields: Parameters<Workplace['emulator']['store']['alterProduct']>[1]): Prepare =>
  ({ emulator: { store } }) =>
    store.alterProduct('Payments API', fields);
const faulty =
  (fault: string): Prepare =>
  ({ emulator }) =>
    emulator.faults.add(parseFault(fault));

/** The status of each subscription, by application. */
function held({ emulator: { store } }: Workplace): Readonly<Record<string, string>> {
  const nameOf = (id: string) => store.tables.applications.get(id)?.name ?? id;
  return Object.fromEntries(store.subscriptions.map((row) => [nameOf(row.application_id), row.status]));
}

const BACK = { shop: 'subscribed', mobile: 'wait_for_approval' };

/** After a recorded run that ended an active and a pending subscription; the journal is empty. */
async function atRecord(
  { switches, prepare }: { readonly switches?: Partial<Switches>; readonly prepare: Prepare },
  use: (place: Workplace, adc: (line: string, token?: string) => Promise<Ran>) => Promise<void>,
): Promise<void> {
  await atRepublish({ backend: true, ...(switches && { switches }) }, async (place) => {
    const { url, token: adminToken, backendUrl = '', portalToken, journal } = place.emulator;
    const adc = (line: string, token = portalToken): Promise<Ran> => {
      const portal = { ADC_PORTAL_SERVER: backendUrl, ADC_PORTAL_TOKEN: token };
      return place.adc(line, { env: { ADC_SERVER: url, ADC_TOKEN: adminToken, ...portal } });
    };
    expect(await adc('sync --record record.jsonl --allow-subscription-loss')).toMatchObject({ exitCode: 0 });
    await prepare(place);
    journal.clear();
    await use(place, adc);
    const requested = journal.effects('subscription-requested').map(({ application }) => application);
    expect(requested).toEqual([...new Set(requested)]);
    expect(journal.effects('approval-accepted').filter(({ application }) => application !== 'shop')).toEqual(
      [],
    );
  });
}

const otherPortal = ({ emulator }: Workplace): string => emulator.store.tables.portals.all()[1]?.token ?? '';

describe('restore sends nothing', () => {
  test.each<readonly [string, Prepare, string]>([
    ['an empty file', edited(() => ''), '"record.jsonl" is not a record of adc'],
    ['a file cut in its first line', edited((text) => text.slice(0, 200)), 'of a run that sent nothing'],
    [
      'a newer format',
      edited((text) => text.replace('"format_version":1', '"format_version":2')),
      'the record "record.jsonl" has format version 2, and this adc reads version 1',
    ],
    [
      'a file edited by hand',
      edited((text) => text.replace('"status":"pending"', '"status":"active"')),
      'line 3 of the record "record.jsonl" was changed, or lines are missing before it',
    ],
    [
      'a file without a line in the middle',
      edited((text) => text.split('\n').toSpliced(2, 1).join('\n')),
      'line 3 of the record "record.jsonl" was changed',
    ],
  ])('for %s', async (_, prepare, words) => {
    await atRecord({ prepare }, async ({ emulator }, adc) => {
      for (const command of ['restore', 'undo'])
        expect(await adc(`${command} record.jsonl`)).toMatchObject({
          exitCode: 1,
          err: expect.stringContaining(words),
        });
      expect(emulator.journal.requests).toEqual([]);
    });
  });
});

describe('restore writes nothing and reports the reason', () => {
  test.each<readonly [string, Prepare, Partial<Switches>, string]>([
    [
      'without a backend',
      () => undefined,
      { backend: 'off' },
      'the portal server has no Developer Portal backend',
    ],
    [
      'for a deleted product',
      ({ emulator: { store } }) => store.removeProduct('Payments API'),
      {},
      'failed: the portal does not offer the product to this developer',
    ],
    [
      'for an unpublished product',
      changed({ status: 'draft' }),
      {},
      'failed: the portal does not offer the product to this developer',
    ],
    [
      'for a deleted developer',
      ({ emulator: { store } }) => store.tables.developers.remove(store.tables.developers.all()[0]!),
      {},
      'the portal of this token does not have this developer',
    ],
    [
      'for another auth type',
      ({ emulator: { store } }) => {
        store.alterProduct('Payments API', { status: 'draft' });
        store.alterProduct('Payments API', { auth: { basic_auth: {} } });
        store.alterProduct('Payments API', { status: 'published' });
      },
      {},
      'the product accepts basic_auth now, so keys for key_auth do not fit any more',
    ],
  ])('%s', async (_, prepare, switches, words) => {
    await atRecord({ switches, prepare }, async ({ emulator }, adc) => {
      expect(await adc('restore record.jsonl')).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining(words),
      });
      expect(emulator.journal.writes()).toEqual([]);
    });
  });

  test('with the token of another portal', async () => {
    await atRecord({ prepare: () => undefined }, async (place, adc) => {
      const words = 'the portal of this token does not have';
      const ran = await adc('restore record.jsonl', otherPortal(place));
      expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining(words) });
      place.emulator.store.subscribe('shop', 'Payments API');
      await place.write({
        'api-products.yaml': (await readFile(join(place.folder, 'api-products.yaml'), 'utf8')).replace(
          'x-key',
          'y-key',
        ),
      });
      const synced = await adc('sync --restore-subscriptions', otherPortal(place));
      expect(synced).toMatchObject({ exitCode: 4, err: expect.stringContaining(words) });
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });
});

describe('restore restores all other subscriptions', () => {
  test.each<readonly [string, Prepare, Partial<Switches>, string, object]>([
    [
      'of a file that is cut at its end',
      edited((text) => text.slice(0, -20)),
      {},
      'warning: the last entry of the record "record.jsonl" is incomplete',
      { exitCode: 0, held: BACK },
    ],
    ['of a renamed product', changed({ name: 'Pay API' }), {}, 'restored after', { exitCode: 0, held: BACK }],
    [
      'if an application was deleted',
      ({ emulator: { store } }) => store.tables.applications.remove(store.application('shop')),
      {},
      'the application does not exist any more',
      { exitCode: 3, held: { mobile: BACK.mobile } },
    ],
    [
      'on a backend without approvals',
      () => undefined,
      { approvals: 'off' },
      'waits for approval: the backend has no approvals: accept it in the dashboard',
      { exitCode: 3, held: { ...BACK, shop: 'wait_for_approval' } },
    ],
    [
      'if the product needs no approval any more',
      changed({ subscription_auto_approval: true }),
      {},
      'restored after 0.0 s: it is active now',
      { exitCode: 0, held: { shop: 'subscribed', mobile: 'subscribed' } },
    ],
  ])('%s', async (_, prepare, switches, words, end) => {
    await atRecord({ switches, prepare }, async (place, adc) => {
      const { exitCode, err } = await adc('restore record.jsonl');
      expect(err.replaceAll(/\d+\.\d s/g, '0.0 s')).toContain(words);
      expect({ exitCode, held: held(place) }).toEqual(end);
      const again = await adc('restore record.jsonl');
      expect({ exitCode: again.exitCode, held: held(place) }).toEqual(end);
    });
  });
});

describe('restore completes after a fault', () => {
  test.concurrent.each([
    ['POST /api/subscriptions: 429', 0],
    ['POST /api/subscriptions: 429 retry-after 3600', 3],
    ['POST /api/subscriptions: 401', 3],
    ['POST /api/subscriptions: 502-after', 0],
    ['POST /api/subscriptions: close-before', 1],
    ['GET /api/subscriptions #2: 403', 1],
    ['POST /api/approvals/*: 429', 0],
    ['POST /api/approvals/*: 502-after', 0],
    ['POST /api/approvals/*: close-before', 0],
    ['POST /api/approvals/*: close-before x5', 1],
  ])('after %s, at the latest when it is run again', async (fault, first) => {
    await atRecord({ prepare: faulty(fault) }, async (place, adc) => {
      expect(await adc('restore record.jsonl')).toMatchObject({ exitCode: first });
      expect(await adc('restore record.jsonl')).toMatchObject({ exitCode: 0 });
      expect(held(place)).toEqual(BACK);
    });
  });
});

test('restore stops if another process writes to the record, and completes when it is run again', async () => {
  await atRecord({ prepare: () => undefined }, async (place, adc) => {
    const ended = place.emulator.onRequest(async ({ method }) => {
      if (method === 'POST') await appendFile(join(place.folder, 'record.jsonl'), '{}\n');
    });
    expect(await adc('restore record.jsonl')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('another process writes to the record "record.jsonl"'),
    });
    ended();
    expect(await adc('restore record.jsonl')).toMatchObject({ exitCode: 0 });
    expect(held(place)).toEqual(BACK);
  });
});
