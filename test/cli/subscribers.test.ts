import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const FILES = {
  'openapi.yaml': OPENAPI,
  'api-products.yaml': productFile(
    product('Payments API', 'payments'),
    product('Orders API', 'orders').replace('published', 'draft'),
    '  - name: Docs\n    type: external\n    status: published\n    openapi_file: openapi.yaml\n',
  ).replace('portal: default\n', 'portal: default\nowner: acme\n'),
};

/** `shop` and `mobile` of `dora` subscribe to the published gateway product; `mobile` waits for approval. */
async function subscribed(options: EmulatorOptions, use: (place: Workplace) => Promise<void>): Promise<void> {
  await atWorkplace({ files: FILES, ...options }, async (place) => {
    expect(await place.adc('sync')).toMatchObject({ exitCode: 0, err: expect.not.stringContaining('error') });
    place.emulator.store.subscribeActively('shop', 'Payments API');
    place.emulator.store.subscribe('mobile', 'Payments API');
    await use(place);
  });
}

const IN = '--portal default';

describe.each(['path', 'query'] as const)('in the %s dialect', (dialect) => {
  test.each(['on', 'nested', 'flat'] as const)('adc subscribers reads the lists: %s', async (lists) => {
    await subscribed({ dialects: [dialect], switches: { subscriptionsEndpoint: lists } }, async ({ adc }) => {
      expect(await adc(`subscribers ${IN}`)).toEqual({
        exitCode: 0,
        err: '',
        out: [
          'PRODUCT         DEVELOPER  APPLICATION  STATUS',
          '"Payments API"  dora       shop         active',
          '"Payments API"  dora       mobile       pending',
          '',
        ].join('\n'),
      });
      const { out } = await adc(['subscribers', 'Payments API', '--portal', 'default', '--format', 'json']);
      expect(JSON.parse(out).products).toMatchObject([
        {
          name: 'Payments API',
          subscribers: [
            { developer: 'dora', application: 'shop', status: 'active' },
            { developer: 'dora', application: 'mobile', status: 'pending' },
          ],
        },
      ]);
      expect((await adc(`subscribers ${IN} --format csv`)).out.split('\r\n')).toEqual([
        '"product","developer","application","status"',
        '"Payments API","dora","shop","active"',
        '"Payments API","dora","mobile","pending"',
        '',
      ]);
    });
  });

  test('adc list shows the live products with owners and subscriptions', async () => {
    await subscribed({ dialects: [dialect], switches: { externalLabels: 'keep' } }, async ({ adc }) => {
      const { out } = await adc(`list ${IN} --format json`);
      const products = JSON.parse(out).products.map(({ id, ...rest }: { id: string }) => {
        expect(id).not.toBe('');
        return rest;
      });
      const shared = { visibility: 'public', owner: 'acme' };
      expect(products).toEqual([
        { name: 'Docs', type: 'external', status: 'published', ...shared, active: 0, pending: 0 },
        { name: 'Orders API', type: 'gateway', status: 'draft', ...shared, active: 0, pending: 0 },
        { name: 'Payments API', type: 'gateway', status: 'published', ...shared, active: 1, pending: 1 },
      ]);
    });
  });

  test('without a list from the server, adc subscribers fails and adc list shows unknown', async () => {
    await subscribed({ dialects: [dialect], switches: { subscriptionsEndpoint: 'off' } }, async ({ adc }) => {
      const { exitCode, out, err } = await adc(`subscribers ${IN}`);
      expect([exitCode, out]).toEqual([1, '']);
      expect(err).toMatch(/no reliable list of the subscriptions of "Orders API", "Payments API"\nhint: /);
      expect((await adc(`list ${IN}`)).out).toMatch(/^"Payments API" .* acme +unknown +unknown$/m);
      const { out: json } = await adc(`list ${IN} --format json`);
      expect(JSON.parse(json).products[2]).toMatchObject({ active: null, pending: null });
    });
  });
});

test('adc subscribers requests only the named products, and no subscriptions of an external product', async () => {
  await subscribed({}, async ({ adc, emulator }) => {
    const asked = async (...names: readonly string[]): Promise<readonly string[]> => {
      emulator.journal.clear();
      const ran = await adc(['subscribers', ...names, '--portal', 'default']);
      expect(ran).toMatchObject({ exitCode: 0, out: 'No subscribers.\n' });
      return emulator.journal.requests
        .map(({ path }) => path)
        .filter((path) => path.includes('subscriptions'));
    };
    expect(await asked('Docs')).toEqual([]);
    const { id = '' } = emulator.store.products.find(({ fields }) => fields.name === 'Orders API') ?? {};
    const paths = await asked('Orders API', 'Docs');
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !path.includes(id))).toEqual([]);
  });
});

test('adc subscribers accepts ids, and suggests the nearest name for an unknown one', async () => {
  await subscribed({}, async ({ adc, emulator }) => {
    const { id = '' } = emulator.store.products.find(({ fields }) => fields.name === 'Payments API') ?? {};
    expect((await adc(`subscribers ${id} ${IN}`)).out).toContain('"Payments API"  dora       shop');
    const wrong = await adc(['subscribers', 'Paymnts API', '--portal', 'default']);
    expect(wrong).toMatchObject({ exitCode: 1, out: '' });
    expect(wrong.err).toBe(
      'error: the portal has no product "Paymnts API"\nhint: Did you mean "Payments API"?\n',
    );
  });
});

test('products that adc does not manage have no owner in adc list', async () => {
  await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async ({ adc }) => {
    await adc('sync --no-managed-by-label');
    const { out } = await adc(`list ${IN} --format csv`);
    expect(out).toMatch(/^"name","id","type","status","visibility","owner","active","pending"\r\n/);
    expect(out).toMatch(/"Payments API","[^"]+","gateway","published","public","","0","0"\r\n$/);
  });
});

test('formats that are not for tables are refused', async () => {
  await atWorkplace({}, async ({ adc }) => {
    const { exitCode, out } = await adc(`list ${IN} --format markdown`);
    expect(exitCode).toBe(1);
    expect(out).toContain('text, json, csv');
    expect((await adc('diff --format csv')).exitCode).toBe(1);
  });
});
