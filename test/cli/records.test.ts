import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { atRepublish, CHANGED_AUTH, seen } from '../support/republish.ts';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { portalContents } from '../support/portal-contents.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const recordOf = async ({ folder }: Workplace): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(join(folder, 'record.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Runs with the portal token that the embedded backend accepts. */
function withPortal(place: Workplace, token = place.emulator.portalToken): Workplace['adc'] {
  const { url, token: adminToken, backendUrl = '' } = place.emulator;
  const env = {
    ADC_SERVER: url,
    ADC_TOKEN: adminToken,
    ADC_PORTAL_SERVER: backendUrl,
    ADC_PORTAL_TOKEN: token,
  };
  return (line) => place.adc(line, { env });
}

function subscribed({ emulator }: Workplace): readonly string[] {
  return emulator.store.subscriptions
    .map(({ application_id: id, status }) => `${emulator.store.tables.applications.get(id)?.name} ${status}`)
    .toSorted();
}

const BOTH = ['mobile wait_for_approval', 'shop subscribed'];
const BACKEND = { backend: true };

describe('sync --record', () => {
  test('writes the product, the subscriptions and each write, readable only for its owner', async () => {
    await atRepublish({}, async (place) => {
      expect(await place.adc('sync --record record.jsonl --allow-subscription-loss')).toMatchObject({
        exitCode: 0,
      });
      const entries = await recordOf(place);
      expect(entries.map(({ entry }) => entry)).toEqual([
        'start',
        'product',
        'subscriptions',
        'intent',
        'answer',
        'intent',
        'answer',
        'intent',
        'answer',
      ]);
      expect(entries[1]).toMatchObject({
        fields: { status: 'published', auth: { key_auth: { header: 'apikey' } } },
      });
      expect(entries[2]).toMatchObject({ rows: [{ status: 'active' }, { status: 'pending' }] });
      expect(JSON.stringify(entries)).not.toContain(place.emulator.token);
      expect((await stat(join(place.folder, 'record.jsonl'))).mode & 0o777).toBe(0o600);
    });
  });

  test('replaces no file, and sends nothing if the record cannot be written', async () => {
    await atRepublish({}, async (place) => {
      await writeFile(join(place.folder, 'record.jsonl'), 'mine');
      const taken = await place.adc('sync --record record.jsonl --allow-subscription-loss');
      expect(taken).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining('a record is never overwritten'),
      });
      expect(place.emulator.journal.requests).toEqual([]);
      const nowhere = await place.adc('sync --record record.jsonl/x --allow-subscription-loss');
      expect(nowhere).toMatchObject({ exitCode: 1, err: expect.stringContaining('cannot be written') });
      expect(place.emulator.journal.writes()).toEqual([]);
      expect(await readFile(join(place.folder, 'record.jsonl'), 'utf8')).toBe('mine');
    });
  });

  test('names the file in a directory by time and plan, and writes none if nothing changes', async () => {
    await atRepublish({}, async (place) => {
      await mkdir(join(place.folder, 'records'));
      const { err } = await place.adc('sync --record records --allow-subscription-loss');
      expect(err).toMatch(/recording in records\/adc-record-\d{8}T\d{6}Z-[0-9a-f]{8}\.jsonl/);
      const again = await place.adc('sync --record record.jsonl');
      expect(again).toMatchObject({ exitCode: 0 });
      await expect(stat(join(place.folder, 'record.jsonl'))).rejects.toThrow('ENOENT');
    });
  });
});

describe('the hint to record', () => {
  const LOSS = 'sync --allow-subscription-loss';
  test.each([
    ['a loss by consent', LOSS, 1],
    ['a loss by consent, as JSON', `${LOSS} --format json`, 1],
    ['a record', `${LOSS} --record record.jsonl`, 0],
    ['a restore', 'sync --restore-subscriptions', 0],
    ['a refusal', 'sync', 0],
  ])('after %s', async (_, line, times) => {
    await atRepublish(BACKEND, async (place) => {
      const { out, err } = await withPortal(place)(line);
      expect(err.split('hint: Pass --record FILE')).toHaveLength(times + 1);
      expect(out).not.toContain('--record');
    });
  });

  test('comes before the question, and not where the server lists no subscriptions', async () => {
    const asked = async (place: Workplace): Promise<string> => {
      let said = '';
      const err = (text: string): void => void (said += text);
      const confirm = async (): Promise<boolean> => {
        said += 'asked';
        return false;
      };
      await place.adc(LOSS, { interactive: true, err, confirm });
      return said;
    };
    await atRepublish({}, async (place) => expect(await asked(place)).toMatch(/Pass --record FILE[^]*asked/));
    const unlisted = { switches: { subscriptionsEndpoint: 'off' } } as const;
    await atRepublish(unlisted, async (place) =>
      expect(await asked(place)).toMatch(/^(?![^]*--record)[^]*asked/),
    );
  });
});

describe('sync --restore-subscriptions', () => {
  test('changes auth without consent, and restores all subscriptions; another application stays pending', async () => {
    await atRepublish(BACKEND, async (place) => {
      const { emulator } = place;
      emulator.store.tables.applications.put({
        ...emulator.store.application('shop'),
        id: 'ab000000-0000-4000-8000-000000000009',
        name: 'stranger',
      });
      const stop = emulator.onRequest(({ path }) => {
        const isBack = path.includes('subscri') && seen(place).status === 'published';
        if (isBack && seen(place).header === 'x-key' && !subscribed(place).join().includes('stranger'))
          emulator.store.subscribe('stranger', 'Payments API');
      });
      const ran = await withPortal(place)('sync --restore-subscriptions --format json');
      stop();
      expect(ran).toMatchObject({
        exitCode: 0,
        err: expect.stringMatching(/\n2 subscriptions restored\.\n$/),
      });
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
      expect(JSON.parse(ran.out).subscriptions).toMatchObject([
        { status: 'active', outcome: 'restored', seconds: expect.any(Number) },
        { status: 'pending', outcome: 'restored' },
      ]);
      expect(subscribed(place).filter((one) => !one.startsWith('stranger'))).toEqual(BOTH);
      expect(subscribed(place).filter((one) => one.startsWith('stranger subscribed'))).toEqual([]);
    });
  });

  test.each([
    ['no portal token', '', 'no portal token was given', 1],
    ['a wrong portal token', 'a7prt-wrong-token', 'refuses the portal token', 1],
  ])('with %s, nothing is written', async (_, token, words, exitCode) => {
    await atRepublish(BACKEND, async (place) => {
      const ran = await withPortal(place, token)('sync --restore-subscriptions');
      expect(ran).toMatchObject({ exitCode, err: expect.stringContaining(words) });
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test.each(['http://127.0.0.1:1', 'nonsense'])(
    'names the option of the portal server %s',
    async (server) => {
      await atRepublish(BACKEND, async (place) => {
        const { err } = await withPortal(place)(`sync --restore-subscriptions --portal-server ${server}`);
        expect(err).toContain('--portal-server or ADC_PORTAL_SERVER');
        expect(err).not.toMatch(/ --server|Admin API/);
        expect(place.emulator.journal.writes()).toEqual([]);
      });
    },
  );

  test('needs consent if an auth type is removed', async () => {
    await atRepublish(BACKEND, async (place) => {
      await place.write({ 'api-products.yaml': PAYMENTS.replace('key_auth: {}', 'basic_auth: {}') });
      const ran = await withPortal(place)('sync --restore-subscriptions');
      expect(ran).toMatchObject({
        exitCode: 4,
        err: expect.stringContaining('does not accept key_auth any more'),
      });
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });

  test('needs consent if the server lists no subscriptions', async () => {
    await atRepublish({ ...BACKEND, switches: { subscriptionsEndpoint: 'off' } }, async (place) => {
      expect(await withPortal(place)('sync --restore-subscriptions')).toMatchObject({ exitCode: 4 });
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });
});

describe('adc restore', () => {
  test('can be repeated, and restores the subscriptions of a product that was deleted and created again', async () => {
    await atRepublish(BACKEND, async (place) => {
      const adc = withPortal(place);
      await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
      const gone =
        'sync --record record.jsonl --allow-subscription-loss --max-deletes 1 --allow-unauthenticated all';
      expect(await adc(gone)).toMatchObject({ exitCode: 0 });
      const early = await adc('restore record.jsonl');
      expect(early).toMatchObject({ exitCode: 1 });
      await place.write({ 'api-products.yaml': CHANGED_AUTH });
      expect(await adc('sync')).toMatchObject({ exitCode: 0 });
      for (let turn = 0; turn < 2; turn += 1) {
        expect(await adc('restore record.jsonl --format json')).toMatchObject({ exitCode: 0 });
        expect(subscribed(place)).toEqual(BOTH);
      }
    });
  });
});

describe('adc undo', () => {
  const FILES = {
    'openapi.yaml': OPENAPI,
    'api-products.yaml': productFile(
      product('Payments API', 'payments'),
      '  - name: Docs\n    type: external\n    status: published\n    openapi_file: openapi.yaml\n    server_urls: [https://x.example.com]\n',
    ),
  };
  const CONSENT = '--allow-subscription-loss --max-deletes 9 --allow-unauthenticated all --no-rename-check';

  /** Applies the next file, undoes it, and checks that the file and the portal are as before. */
  async function undone(place: Workplace, next: string): Promise<void> {
    const { emulator, adc } = place;
    const before = portalContents(emulator.store);
    await place.write({ 'api-products.yaml': next });
    expect(await adc(`sync --record record.jsonl ${CONSENT}`)).toMatchObject({ exitCode: 0 });
    const edited = await adc('undo record.jsonl --format json');
    expect(edited).toMatchObject({ exitCode: 0 });
    const text = await readFile(join(place.folder, 'api-products.yaml'), 'utf8');
    expect(JSON.parse((await adc('undo record.jsonl --format json')).out).files).toEqual([]);
    expect(await readFile(join(place.folder, 'api-products.yaml'), 'utf8')).toBe(text);
    expect(await adc(`sync ${CONSENT}`)).toMatchObject({ exitCode: 0 });
    expect(portalContents(emulator.store)).toEqual(before);
  }

  test.each([
    [
      'changed fields',
      (text: string) => text.replace('key_auth: {}', 'key_auth: { header: x }').replace('published', 'draft'),
    ],
    [
      'a rename',
      (text: string) => text.replace('name: Payments API', 'name: Pay API\n    previous_name: Payments API'),
    ],
    ['a created product', (text: string) => text + product('Orders API', 'orders')],
    ['a deleted product', (text: string) => text.slice(0, text.indexOf('  - name: Docs'))],
    ['every product deleted', () => 'portal: default\napi_products: []\n'],
  ])('%s: sync, undo and sync leave the portal as it was', async (_, next) => {
    await atWorkplace({ files: FILES, switches: { externalLabels: 'keep' } }, async (place) => {
      expect(await place.adc('sync')).toMatchObject({ exitCode: 0 });
      await undone(place, next(FILES['api-products.yaml']));
    });
  });

  test('--dry-run writes nothing; undo also restores a field that changed in the file later', async () => {
    await atRepublish({}, async (place) => {
      await place.adc('sync --record record.jsonl --allow-subscription-loss');
      const dry = await place.adc('undo record.jsonl --dry-run');
      expect(dry.out).toContain('api-products.yaml: "Payments API": auth');
      expect(dry.out).toContain('2 subscriptions ended: adc restore brings them back after the next sync.');
      expect(await readFile(join(place.folder, 'api-products.yaml'), 'utf8')).toBe(CHANGED_AUTH);
      await place.adc('undo record.jsonl');
      expect(await readFile(join(place.folder, 'api-products.yaml'), 'utf8')).toContain('header: apikey');
    });
  });

  test('a record that ends after any of its entries removes no product that was on the portal before the run', async () => {
    await atRepublish({}, async (place) => {
      await place.adc('sync --record whole.jsonl --allow-subscription-loss');
      const lines = (await readFile(join(place.folder, 'whole.jsonl'), 'utf8')).trimEnd().split('\n');
      expect(lines.length).toBeGreaterThan(4);
      for (const end of lines.keys()) {
        const text = lines.slice(0, end + 1).join('\n');
        await place.write({ 'record.jsonl': `${text}\n`, 'api-products.yaml': CHANGED_AUTH });
        const ran = await place.adc('undo record.jsonl --format json');
        expect(JSON.parse(ran.out)).toMatchObject({ removed: [] });
        expect(await readFile(join(place.folder, 'api-products.yaml'), 'utf8')).toContain('Payments API');
      }
      await place.write({ 'record.jsonl': `${lines[0]}\n` });
      const { out } = await place.adc('undo record.jsonl');
      expect(out).toContain(
        'The record ends before the state of "Payments API", so the files keep it. A run that ended there had not changed it.',
      );
    });
  });

  test('a record of another portal edits nothing', async () => {
    await atRepublish({}, async (place) => {
      await place.adc('sync --record record.jsonl --allow-subscription-loss');
      const other = CHANGED_AUTH.replace('portal: default', 'portal: default-partners');
      await place.write({ 'api-products.yaml': other });
      const ran = await place.adc('undo record.jsonl');
      expect(ran).toMatchObject({ exitCode: 1, err: expect.stringContaining('default-partners') });
    });
  });
});
