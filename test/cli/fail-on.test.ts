import { describe, expect, test } from 'vitest';
import { OPENAPI, PAYMENTS } from '../support/product-files.ts';
import { expectNothingWritten, report } from '../support/command-results.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const external = (status: string, openapi: string, more = ''): string => `portal: default
api_products:
  - name: Billing API
    type: external
    status: ${status}
    server_urls: [https://api.example.com]
    raw_openapi: |
${openapi.replaceAll(/^/gm, '      ').trimEnd()}
${more}`;
const WITHOUT_INVOICES = OPENAPI.replace('/invoices', '/bills');
const ENTRY = `allow:
  - product: Billing API
    breaking_openapi: true
    until: 2026-12-07
`;

/** Syncs one file, then runs `diff` of another. */
async function diffOf(before: string, after: string, use: (place: Workplace) => Promise<void>) {
  await atWorkplace({ files: { 'api-products.yaml': before } }, async (place) => {
    expect((await place.adc('sync')).exitCode).toBe(0);
    if (before.includes('Payments')) place.emulator.store.subscribeActively('shop', 'Payments API');
    await place.write({ 'api-products.yaml': after });
    place.emulator.journal.clear();
    await use(place);
  });
}

const REFUSED = PAYMENTS.replace('key_auth: {}', 'basic_auth: {}');
const CHANGED = PAYMENTS.replace('status: published', 'status: published\n    desc: new');
const WARNING = PAYMENTS.replace(
  'status: published',
  'status: published\n    labels: { managed-by: another-tool }',
);

describe('diff --fail-on', () => {
  test.each([
    ['changes', CHANGED, 'changes', 2, ['changes']],
    ['no changes', PAYMENTS, 'changes,refused,breaking,warnings', 0, []],
    ['changes that are not asked for', CHANGED, 'refused,breaking,warnings', 0, []],
    ['a plan that sync refuses', REFUSED, 'refused', 4, ['refused']],
    ['changes that sync refuses', REFUSED, 'changes,refused', 4, ['changes', 'refused']],
    ['changes that sync refuses, of which only changes count', REFUSED, 'changes', 2, ['changes']],
    ['a warning', WARNING, 'warnings', 4, ['warnings']],
    ['a warning that is not asked for', WARNING, 'changes, refused', 0, []],
  ])('reports %s', async (_, file, reasons, code, failed) => {
    await diffOf(PAYMENTS, file, async (place) => {
      const line = ['diff', '--fail-on', reasons];
      const { exitCode, out } = await place.adc([...line, '--format', 'json']);
      expect(exitCode).toBe(code);
      expect(JSON.parse(out)).toMatchObject({ exit_code: code, failed_on: failed });
      const told = failed.length === 0 ? '' : `Exit code ${code}: --fail-on ${failed.join(',')}.`;
      for (const format of ['text', 'markdown', 'github'])
        expect((await place.adc([...line, '--format', format])).out).toContain(told);
    });
  });

  test('means changes and refused as --exit-code, and nothing without either', async () => {
    await diffOf(PAYMENTS, REFUSED, async (place) => {
      await expectNothingWritten(place, 'diff --exit-code', 4);
      expect((await report(place, 'diff --exit-code')).failed_on).toEqual(['changes', 'refused']);
      expect((await place.adc('diff')).exitCode).toBe(0);
      expect((await place.adc('diff --exit-code --max-subscription-loss 1')).exitCode).toBe(2);
    });
  });

  test.each(['everything', 'changes,everything', 'changes,'])('is wrong usage with %j', async (reasons) => {
    await atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, async ({ adc, emulator }) => {
      emulator.journal.clear();
      const { exitCode, err } = await adc(['diff', '--fail-on', reasons]);
      expect({ exitCode, err }).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/--fail-on.*must be one of changes, refused, breaking/) as string,
      });
      expect(emulator.journal.requests).toEqual([]);
    });
  });

  test('saves the plan that it fails on', async () => {
    await diffOf(PAYMENTS, REFUSED, async ({ adc }) => {
      expect((await adc('diff --fail-on refused -o plan.json')).exitCode).toBe(4);
      expect((await adc('sync --plan plan.json --allow-subscription-loss')).exitCode).toBe(0);
    });
  });
});

describe('diff --fail-on breaking', () => {
  test.each([
    ['a published document that loses an operation', 'published', WITHOUT_INVOICES, 4],
    ['a draft', 'draft', WITHOUT_INVOICES, 0],
    [
      'a document that gains an operation',
      'published',
      `${OPENAPI}  /bills: { get: { responses: {} } }\n`,
      0,
    ],
  ])('checks %s', async (_, status, openapi, code) => {
    await diffOf(external(status, OPENAPI), external(status, openapi), async ({ adc }) => {
      expect((await adc('diff --fail-on breaking')).exitCode).toBe(code);
    });
  });

  test('proposes the entry that allows it', async () => {
    const broken = external('published', WITHOUT_INVOICES);
    await diffOf(external('published', OPENAPI), broken, async (place) => {
      for (const format of ['text', 'markdown'])
        expect((await place.adc(`diff --fail-on breaking --format ${format}`)).out).toContain(ENTRY);
      expect((await place.adc('diff --fail-on breaking --format github')).out).toMatch(
        /^::error file=api-products\.yaml,line=3,[^\n]*breaking_openapi: true/m,
      );
      expect((await report(place, 'diff --fail-on breaking')).allow).toEqual([
        { product: 'Billing API', breaking_openapi: true, until: '2026-12-07' },
      ]);
      expect((await report(place, 'diff')).allow).toEqual([]);
      await place.write({ 'api-products.yaml': broken + ENTRY });
      expect((await place.adc('diff --fail-on breaking,warnings')).exitCode).toBe(0);
      await place.write({ 'api-products.yaml': broken + ENTRY.replace('2026-12-07', '2026-11-29') });
      expect((await place.adc('diff --fail-on breaking')).exitCode).toBe(4);
    });
  });
});
