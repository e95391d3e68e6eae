import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/start-emulator.ts';
import { UNKNOWN_SUBSCRIPTIONS } from '../../src/model/live.ts';
import { PAYMENTS, product, productFile } from '../support/product-files.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const OTHER_AUTH = { 'api-products.yaml': PAYMENTS.replace('key_auth: {}', 'basic_auth: {}') };
const TERMINAL = { columns: () => 200 };

/** `shop` has an active and `mobile` a pending subscription. The files change auth, which would end both. */
async function subscribed(
  use: (place: Workplace) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  await atWorkplace({ files: { 'api-products.yaml': PAYMENTS }, ...options }, async (place) => {
    await place.adc('sync');
    const { store } = place.emulator;
    store.subscribeActively('shop', 'Payments API');
    store.subscribe('mobile', 'Payments API');
    await place.write(OTHER_AUTH);
    await use(place);
  });
}

const named = (text: string): readonly string[] =>
  ['shop', 'mobile', 'dora'].filter((name) => new RegExp(String.raw`\b${name}\b`).test(text));
const ALL = ['shop', 'mobile', 'dora'];

describe('subscribers are named', () => {
  test.each([
    ['on a terminal', '', TERMINAL, ALL],
    ['on a terminal in CI', '', { ...TERMINAL, CI: 'true' }, []],
    ['in a pipe', '', {}, []],
    ['in a pipe, on request', '--subscribers names', {}, ALL],
    ['in CI, on request', '--subscribers names', { CI: 'true' }, ALL],
    ['on a terminal, with counts', '--subscribers counts', TERMINAL, []],
    ['on a terminal, with none', '--subscribers none', TERMINAL, []],
  ] as const)('%s', async (_, flag, { CI, ...io }: { CI?: string; columns?: () => number }, expected) => {
    await subscribed(async ({ adc, emulator }) => {
      const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, ...(CI && { CI }) };
      for (const command of ['diff', 'sync'])
        for (const format of ['text', 'json', 'markdown', 'github', 'html']) {
          if (format === 'html' && command !== 'diff') continue;
          const line = `${command} --format ${format} ${flag}`.trim();
          const { out, err } = await adc(line, { ...io, env });
          expect([line, named(out + err)]).toEqual([line, expected]);
        }
    });
  });

  test('none leaves out the section, and keeps numbers and refusals', async () => {
    await subscribed(async ({ adc }) => {
      const { out } = await adc('diff --subscribers none');
      expect(out).not.toContain('Impact on subscribers');
      expect(out).toContain('sync refuses this plan');
      expect(out).toContain('ends 1 active and 1 pending subscription');
      const { out: json } = await adc('diff --subscribers none --format json');
      expect(JSON.parse(json).steps[0].impact.subscriptions).toEqual({ active: 1, pending: 1, known: true });
      for (const format of ['markdown', 'github', 'html'])
        expect((await adc(`diff --subscribers none --format ${format}`)).out).not.toContain('Impact on');
    });
  });

  test('sync shows names before the question', async () => {
    await subscribed(async ({ adc }) => {
      let seen = '';
      let asked = '';
      await adc('sync --max-subscription-loss 2', {
        ...TERMINAL,
        interactive: true,
        out: (text) => (seen += text),
        confirm: (question) => {
          asked = seen;
          return Promise.resolve(question === '');
        },
      });
      expect(named(asked)).toEqual(ALL);
    });
  });
});

describe('the names in a plan', () => {
  test.each(['path', 'query'] as const)('come from the existing lists (%s)', async (dialect) => {
    for (const subscriptionsEndpoint of ['on', 'nested', 'flat'] as const)
      await subscribed(
        async ({ adc }) => {
          const { out } = await adc('diff --subscribers names --format json');
          expect(JSON.parse(out).steps[0].impact).toMatchObject({
            subscriptions: { active: 1, pending: 1, known: true },
            subscribers: [
              { developer: 'dora', application: 'shop', status: 'active' },
              { developer: 'dora', application: 'mobile', status: 'pending' },
            ],
          });
        },
        { dialects: [dialect], switches: { subscriptionsEndpoint } },
      );
  });

  test.each([
    ['the server has no list', { subscriptionsEndpoint: 'off' }],
    ['the lists hold subscriptions of other products', { subscriptionsFilter: 'ignored' }],
  ] as const)('are omitted if the number is unknown: %s', async (_, switches) => {
    const two = productFile(product('A', 'payments'), product('B', 'users'));
    await atWorkplace({ files: { 'api-products.yaml': two }, switches }, async (place) => {
      await place.adc('sync');
      for (const name of ['A', 'B']) place.emulator.store.subscribeActively('shop', name);
      await place.write({ 'api-products.yaml': two.replace('key_auth: {}', 'basic_auth: {}') });
      const { out } = await place.adc('diff --subscribers names --format json');
      const { impact } = JSON.parse(out).steps[0];
      expect(impact).toEqual({
        subscriptions: UNKNOWN_SUBSCRIPTIONS,
        services_without_auth: ['default/payments'],
      });
    });
  });

  test('are not in a saved plan unless requested, even on a terminal', async () => {
    await subscribed(async ({ adc, folder }) => {
      const saved = async (line: string): Promise<readonly string[]> => {
        const { out } = await adc(line, TERMINAL);
        expect(named(out)).toEqual(ALL);
        return named(await readFile(join(folder, 'plan.json'), 'utf8'));
      };
      expect(await saved('diff -o plan.json')).toEqual([]);
      expect(await saved('diff -o plan.json --subscribers names')).toEqual(ALL);
      const { out, exitCode } = await adc('sync --plan plan.json --max-subscription-loss 2 --format json');
      expect([exitCode, named(out)]).toEqual([0, []]);
    });
  });

  test('are read again when a saved plan is applied', async () => {
    await subscribed(async ({ adc, emulator }) => {
      await adc('diff -o plan.json --subscribers names');
      const { store } = emulator;
      for (const { id } of store.subscriptions) store.cancelSubscription(id);
      store.subscribeActively('mobile', 'Payments API');
      store.subscribe('shop', 'Payments API');
      const { out, exitCode } = await adc('sync --plan plan.json --subscribers names');
      expect(exitCode).toBe(4);
      expect(out).toContain('subscribers: "mobile" of "dora", "shop" of "dora" (pending)');
    });
  });

  test('are read before the first write, and never while the product is unpublished', async () => {
    await subscribed(async ({ adc, emulator }) => {
      emulator.journal.clear();
      const { exitCode } = await adc('sync --max-subscription-loss 2 --subscribers names');
      expect(exitCode).toBe(0);
      const { requests } = emulator.journal;
      const first = requests.findIndex(({ method }) => method === 'PUT');
      const lists = requests.flatMap(({ path }, place) => (path.includes('subscriptions') ? [place] : []));
      expect(lists.length).toBeGreaterThan(0);
      expect(lists.every((place) => place < first)).toBe(true);
    });
  });
});
