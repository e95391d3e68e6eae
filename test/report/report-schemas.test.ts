import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { jsonReport } from '../../src/report/json-report.ts';
import { arbitrarySituation } from '../support/arbitrary-situation.ts';
import { planOf } from '../support/plan-of.ts';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';
import { REPORT_SCHEMAS, validReport } from '../support/published-schemas.ts';
import { diffReport, syncReport } from './support/report-of.ts';

const FILES = { 'api-products.yaml': PAYMENTS };
const NO_PORTAL = { 'api-products.yaml': PAYMENTS.replace('portal: default\n', '') };
const MISTAKE = { 'api-products.yaml': PAYMENTS.replace('status:', 'stats:') };
const TWO = { 'api-products.yaml': productFile(product('A', 'payments'), product('B', 'users')) };
const OTHER_AUTH = { 'api-products.yaml': PAYMENTS.replace('key_auth: {}', 'basic_auth: {}') };

interface Case {
  readonly line: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly before?: (place: Workplace) => Promise<void> | void;
  readonly exitCode: number;
  readonly has?: readonly string[];
}

const synced = async ({ adc }: Workplace): Promise<void> => void (await adc('sync --yes'));
const subscribed = async (place: Workplace): Promise<void> => {
  await synced(place);
  place.emulator.store.subscribeActively('shop', 'Payments API');
  await place.write(OTHER_AUTH);
};
const down = ({ emulator }: Workplace): void =>
  emulator.faults.add({ on: {}, times: Infinity, do: { kind: 'status', status: 401 } });
const secondWriteFails = ({ emulator }: Workplace): void =>
  emulator.faults.add({ on: { write: true, request: 2 }, do: { kind: 'status', status: 400 } });

const CASES: readonly (readonly [string, Case])[] = [
  ['diff with changes', { line: 'diff', exitCode: 0, has: ['steps', 'summary', 'target'] }],
  ['diff without changes', { line: 'diff', before: synced, exitCode: 0, has: ['steps'] }],
  ['diff --exit-code', { line: 'diff --exit-code', exitCode: 2 }],
  ['diff of what would be refused', { line: 'diff', before: subscribed, exitCode: 0, has: ['refused'] }],
  ['diff of a mistake', { line: 'diff', files: MISTAKE, exitCode: 1 }],
  ['diff without a portal', { line: 'diff', files: NO_PORTAL, exitCode: 1 }],
  ['diff that is not authorised', { line: 'diff', before: down, exitCode: 1 }],
  ['diff with an unknown option', { line: 'diff --frmat', exitCode: 1 }],
  ['sync', { line: 'sync', exitCode: 0, has: ['steps', 'outcomes', 'auth_gaps'] }],
  ['sync of nothing', { line: 'sync', before: synced, exitCode: 0, has: ['outcomes'] }],
  ['sync that is refused', { line: 'sync', before: subscribed, exitCode: 4, has: ['refused'] }],
  ['sync with a republish', { line: 'sync --max-subscription-loss 1', before: subscribed, exitCode: 0 }],
  ['sync that failed in the middle', { line: 'sync', files: TWO, before: secondWriteFails, exitCode: 3 }],
  ['sync of a plan that is none', { line: 'sync --plan api-products.yaml', exitCode: 1 }],
  ['sync of a mistake', { line: 'sync', files: MISTAKE, exitCode: 1 }],
  ['validate', { line: 'validate', exitCode: 0, has: ['target'] }],
  ['validate of a mistake', { line: 'validate', files: MISTAKE, exitCode: 1 }],
  ['validate that is not authorised', { line: 'validate', before: down, exitCode: 1 }],
  ['ping', { line: 'ping --portal default', exitCode: 0, has: ['target', 'version', 'credential', 'user'] }],
  ['ping that is not authorised', { line: 'ping --portal default', before: down, exitCode: 1 }],
  ['ping of no such portal', { line: 'ping --portal nowhere', exitCode: 1 }],
  ['list', { line: 'list --portal default', before: subscribed, exitCode: 0, has: ['target', 'products'] }],
  [
    'subscribers',
    { line: 'subscribers --portal default', before: subscribed, exitCode: 0, has: ['products'] },
  ],
  ['subscribers of no such product', { line: 'subscribers Nothing --portal default', exitCode: 1 }],
  ['lint', { line: 'lint', exitCode: 0 }],
  ['lint of a mistake', { line: 'lint', files: MISTAKE, exitCode: 1 }],
  ['an unknown command', { line: 'dif', exitCode: 1 }],
];

describe('--format json is one document that is valid against its schema', () => {
  test.each(CASES)('%s', async (_, { line, files = FILES, before, exitCode, has = [] }) => {
    await atWorkplace({ files }, async (place) => {
      await before?.(place);
      const ran = await place.adc(`${line} --format json`);
      const document = validReport(ran.out);
      expect([ran.exitCode, document['exit_code']]).toEqual([exitCode, exitCode]);
      expect(Object.keys(document)).toEqual(expect.arrayContaining([...has]));
    });
  });
});

test('reports of any plan follow their schema', () => {
  fc.assert(
    fc.property(arbitrarySituation(), (situation) => {
      const plan = planOf(situation);
      validReport(jsonReport(diffReport(plan)));
      validReport(jsonReport(syncReport(plan)));
    }),
    runs(50),
  );
});

test('shared parts of schemas have the same description', () => {
  const shared = new Map<string, unknown>();
  for (const { definitions } of REPORT_SCHEMAS.values()) {
    for (const [name, definition] of Object.entries(definitions ?? {})) {
      expect(definition).toEqual(shared.get(name) ?? definition);
      shared.set(name, definition);
    }
  }
});

test('adc schema prints each of them, and by default that of product files', async () => {
  await atWorkplace({}, async ({ adc }) => {
    const titles = [...REPORT_SCHEMAS].map(async ([command, { title }]) => {
      const { out, exitCode } = await adc(`schema ${command}`);
      expect([exitCode, JSON.parse(out).title]).toEqual([0, title]);
    });
    await Promise.all(titles);
    expect(JSON.parse((await adc('schema')).out).$id).toBe('api-products.schema.json');
    expect(JSON.parse((await adc('schema plan')).out).$id).toBe('plan.schema.json');
    expect((await adc('schema difff')).exitCode).toBe(1);
  });
});
