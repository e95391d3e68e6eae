import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/emulator/faults.ts';
import { OPENAPI, PAYMENTS } from '../support/product-files.ts';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';

const FILES = { 'api-products.yaml': PAYMENTS, 'openapi.yaml': OPENAPI };
const COMMANDS = [
  'ping --portal default',
  'validate',
  'diff',
  'sync',
  'dump --portal default',
  'check-openapi openapi.yaml --service default/payments',
  'list --portal default',
  'subscribers --portal default',
];
/** Requests with faults: all requests, or only requests for products. */
const WHERE = ['*', '*/api_products', '*/api_products/*'];

/** Standard output is empty, and standard error has one error and no bug report. */
function expectRefusal({ exitCode, out, err }: Ran): void {
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  expect(err).toMatch(/^error: /m);
  expect(err).not.toMatch(/\n +at |bug|TypeError|RangeError|undefined/);
}

function addExternal({ emulator }: Workplace, fields: object): void {
  const raw_openapi = 'openapi: 3.0.3\ninfo: { title: B, version: "1" }\npaths: {}\n';
  emulator.store.addProduct('default', { name: 'B', type: 'external', raw_openapi, ...fields });
}

describe('a hostile portal', () => {
  test.each(COMMANDS)(
    'returns garbage for any request: %s ends with 1 and writes nothing',
    async (command) => {
      await atWorkplace({ files: FILES }, async (place) => {
        addExternal(place, {});
        for (const where of command.startsWith('ping') ? ['*'] : WHERE) {
          for (const kind of ['garbage-html', 'garbage-json', 'garbage-deep']) {
            place.emulator.faults.add(parseFault(`GET ${where}: ${kind} x*`));
            expectRefusal(await place.adc(`${command} --dialect path --auth-scheme bearer`));
            place.emulator.faults.clear();
          }
        }
        expect(place.emulator.journal.writes()).toEqual([]);
      });
    },
  );

  test('returns a huge body: adc stops reading', async () => {
    await atWorkplace({ files: FILES }, async (place) => {
      addExternal(place, {});
      // adc requests a list three times, with smaller pages each time.
      place.emulator.faults.add(parseFault('GET */api_products/*: huge x*'));
      const ran = await place.adc('diff --dialect path');
      expectRefusal(ran);
      expect(ran.err).toContain('the response is larger than 67108864 bytes');
    });
  });

  test('has endless pages: adc stops reading', async () => {
    // With complete rows, adc does not also request each of ten thousand products.
    await atWorkplace({ files: FILES, switches: { paging: 'endless', listRows: 'full' } }, async (place) => {
      addExternal(place, {});
      const ran = await place.adc('diff');
      expectRefusal(ran);
      expect(ran.err).toContain('endless pages: more than 101 pages for a total of ');
    });
  });

  test('has names with control characters: all output shows them as escapes', async () => {
    await atWorkplace({ files: FILES, switches: { externalLabels: 'keep' } }, async (place) => {
      const evil = 'B\u001B[2J\u001B]0;owned\u0007\r\u202E\u009B1A';
      addExternal(place, { name: evil, desc: evil, labels: { 'managed-by': 'adc', x: 'y\u001B[31m' } });
      place.emulator.store.alterService(place.emulator.store.service('payments'), { hosts: [evil] });
      const lines = [
        'diff',
        'diff --format markdown',
        'diff --format json',
        'diff --format github',
        'diff --format html',
        'validate',
        'dump --portal default',
        'list --portal default',
        'list --portal default --format json',
      ];
      for (const line of [...lines, 'sync']) {
        const { out, err } = await place.adc(line);
        expect(`${line}: ${out}${err}`.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    });
  });

  test('has keys with the names of inherited properties: adc does not read them as fields', async () => {
    await atWorkplace({ files: FILES, switches: { externalLabels: 'keep' } }, async (place) => {
      const hostile = JSON.parse(
        '{"__proto__":{"status":"published","polluted":true},"constructor":{"prototype":{}}}',
      ) as object;
      addExternal(place, { ...hostile, labels: JSON.parse('{"constructor":"a","toString":"b"}') as object });
      const { exitCode, out } = await place.adc('dump --portal default');
      expect({ exitCode, out }).toEqual({
        exitCode: 0,
        out: expect.stringMatching(/constructor: a\n +toString: b/),
      });
      expect(out).toContain('status: draft');
      expect(await place.adc('sync')).toMatchObject({ exitCode: 0 });
      expect(await place.adc('diff --exit-code')).toMatchObject({ exitCode: 0 });
      expect({}).not.toHaveProperty('polluted');
    });
  });
});
