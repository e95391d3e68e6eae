import { describe, expect, test } from 'vitest';
import { OPENAPI, PAYMENTS, product, productFile } from '../support/product-files.ts';
import { portalContents } from '../support/portal-contents.ts';
import { expectNothingWritten, report } from '../support/command-results.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { owned } from '../support/two-repositories.ts';

interface Rule {
  readonly title: string;
  /** The files of the first sync, and the files of the second sync. */
  readonly before: Files;
  readonly after: Files;
  readonly meanwhile?: (place: Workplace) => void;
  readonly switches?: Parameters<typeof atWorkplace>[0]['switches'];
  readonly hazard: string;
  /** Options that do not allow the change. */
  readonly stays: readonly string[];
  readonly lifts: readonly string[];
}
type Files = Readonly<Record<string, string>>;

const file = (text: string): Files => ({ 'api-products.yaml': owned('acme.shop', text), 'b.yaml': OPENAPI });
const ALL_CONSENT =
  '--allow-subscription-loss --max-deletes 100% --no-rename-check --yes --max-subscription-loss 9 --allow-unauthenticated all';
const subscribed = ({ emulator }: Workplace): void => {
  emulator.store.subscribeActively('shop', 'Payments API');
  emulator.store.subscribe('mobile', 'Payments API');
};
const oneWord = PAYMENTS.replace('Payments API', 'Payments');
const changedAuth = PAYMENTS.replace('key_auth: {}', 'key_auth: { header: x-key }');
const external = `portal: default
api_products:
  - { name: Payments API, type: external, status: published, openapi_file: b.yaml, server_urls: [https://b.example.com] }
`;
const losing = {
  before: file(PAYMENTS),
  meanwhile: subscribed,
  hazard: 'subscription-loss',
  stays: ['', '--max-subscription-loss 1', '--max-deletes 9', '--yes'],
  lifts: ['--max-subscription-loss 2', '--allow-subscription-loss'],
};

/** Adds the consent that services of deleted products may accept unauthenticated requests. */
const open = (options: string): string => `${options} --allow-unauthenticated all`.trim();

const SERVICES = ['payments', 'orders', 'refunds', 'users', 'catalog', 'ledger', 'payments-internal'];
/** Up to ten products. Drafts, so that no subscription ends. */
const many = (count: number): string =>
  productFile(
    ...Array.from({ length: count }, (_, at) =>
      at < SERVICES.length
        ? product(`Product ${at}`, SERVICES[at] ?? '')
        : `  - { name: Product ${at}, type: gateway, status: draft, auth: { key_auth: {} } }\n`,
    ),
  );

const RULES: readonly Rule[] = [
  { title: 'a republish that ends subscriptions', after: file(changedAuth), ...losing },
  {
    ...losing,
    title: 'an unpublish that ends subscriptions',
    after: file(PAYMENTS.replace('published', 'draft')),
    lifts: losing.lifts.map((one) => `${one} --allow-unauthenticated default/payments`),
  },
  {
    ...losing,
    title: 'a deletion that ends subscriptions',
    after: file('portal: default\napi_products: []\n'),
    lifts: losing.lifts.map((one) => `${one} --max-deletes 1 --allow-unauthenticated all`),
  },
  {
    ...losing,
    title: 'a replacement that ends subscriptions',
    after: file(external),
    lifts: losing.lifts.map((one) => `${one} --allow-unauthenticated all`),
  },
  {
    title: 'an unpublish whose service would be left without authentication',
    before: file(PAYMENTS),
    after: file(PAYMENTS.replace('published', 'draft')),
    hazard: 'services-left-open',
    stays: ['', '--allow-unauthenticated default/orders', '--allow-subscription-loss --max-deletes 9'],
    lifts: ['--allow-unauthenticated default/payments', '--allow-unauthenticated all'],
  },
  {
    title: 'a product of another owner',
    before: file(oneWord),
    after: { 'api-products.yaml': owned('acme.other', oneWord) },
    hazard: 'owned-by-another',
    stays: ['', ALL_CONSENT, '--delete-unmanaged'],
    lifts: ['--take-over Payments'],
  },
  {
    ...losing,
    title: 'subscriptions without a known count',
    after: file(changedAuth),
    switches: { subscriptionsEndpoint: 'off' },
    stays: ['', '--max-subscription-loss 100'],
    lifts: ['--allow-subscription-loss'],
  },
  {
    title: 'four of ten products deleted at once',
    before: file(many(10)),
    after: file(many(6)),
    hazard: 'deletes',
    stays: ['', '--max-deletes 3', '--max-deletes 39%', '--allow-subscription-loss'].map(open),
    lifts: ['--max-deletes 4', '--max-deletes 40%', '--no-delete'].map(open),
  },
  {
    title: 'files that manage no product',
    before: file(PAYMENTS),
    after: file('portal: default\n'),
    hazard: 'empty-input',
    stays: ['', ALL_CONSENT],
    lifts: [],
  },
  {
    title: 'all of ten products removed from the files',
    before: file(many(10)),
    after: file('portal: default\napi_products: []\n'),
    hazard: 'owner-elsewhere',
    stays: ['', '--max-deletes 9'].map(open),
    lifts: ['--max-deletes 10', '--max-deletes 100%'].map(open),
  },
  {
    title: 'a republish of a product without a declared status',
    before: file(PAYMENTS),
    after: file(changedAuth.replace('    status: published\n', '')),
    hazard: 'status-not-declared',
    stays: ['', ALL_CONSENT],
    lifts: [],
  },
  {
    title: 'a suspected rename, by its services',
    before: file(PAYMENTS),
    after: file(PAYMENTS.replace('Payments API', 'Pay API')),
    hazard: 'looks-like-rename',
    stays: ['', '--allow-subscription-loss --max-deletes 5'],
    lifts: ['--no-rename-check --max-deletes 1'],
  },
  {
    title: 'a suspected rename, by its OpenAPI document',
    before: file(external),
    after: file(external.replace('Payments API', 'Pay API').replace('https://b', 'https://c')),
    hazard: 'looks-like-rename',
    stays: [''],
    lifts: ['--no-rename-check --max-deletes 1'],
  },
  {
    title: 'a suspected rename, by its servers',
    before: file(external),
    after: {
      'api-products.yaml': owned('acme.shop', external.replace('Payments API', 'Pay API')),
      'b.yaml': OPENAPI.replace('Billing', 'Pay'),
    },
    hazard: 'looks-like-rename',
    stays: [''],
    lifts: ['--no-rename-check --max-deletes 1'],
  },
  {
    title: 'a replacement where nothing may be deleted',
    before: file(PAYMENTS),
    after: file(external),
    hazard: 'replacement-needs-delete',
    stays: ['--no-delete', `--no-delete ${ALL_CONSENT}`],
    lifts: [open('')],
  },
  {
    title: 'a product of another owner with another type',
    before: file(PAYMENTS),
    meanwhile: ({ emulator: { store } }) => void store.alterProduct('Payments API', { labels: {} }),
    after: file(external),
    hazard: 'replaces-unmanaged',
    stays: ['', ALL_CONSENT],
    lifts: [open('--delete-unmanaged')],
  },
];

/** Creates the state in which the rule applies, and calls `use`. */
async function atRule(rule: Rule, use: (place: Workplace) => Promise<void>): Promise<void> {
  const { before, after, meanwhile, switches = {} } = rule;
  await atWorkplace({ files: before, switches: { externalLabels: 'keep', ...switches } }, async (place) => {
    expect((await place.adc('sync')).exitCode).toBe(0);
    meanwhile?.(place);
    await place.write(after);
    await use(place);
  });
}

const all = (options: string): string => (options === '' ? 'sync' : `sync ${options}`);

describe.each(RULES)('exit 4: $title', (rule) => {
  test.each(rule.stays)('is refused with "%s", and nothing is written', async (options) => {
    await atRule(rule, async (place) => {
      const before = portalContents(place.emulator.store);
      await expectNothingWritten(place, all(options), 4);
      expect(portalContents(place.emulator.store)).toEqual(before);
    });
  });

  test('is reported as JSON, and by diff as well', async () => {
    await atRule(rule, async (place) => {
      const line = all(rule.stays[0] ?? '');
      const { exit_code, refused } = await report(place, line);
      expect({ exit_code, codes: refused?.map(({ code }) => code) }).toEqual({
        exit_code: 4,
        codes: expect.arrayContaining([rule.hazard]) as string[],
      });
      const shown = await report(place, line.replace('sync', 'diff').replace(/ --yes\b/, ''));
      expect(shown.refused).toEqual(refused);
    });
  });

  test.each(rule.lifts)('is allowed by "%s"', async (options) => {
    await atRule(rule, async (place) => {
      const { exitCode, out, err } = await place.adc(all(options));
      expect({ exitCode, out, err }).toMatchObject({ exitCode: 0 });
      expect(await place.adc(`diff --exit-code ${options}`.trim())).toMatchObject({ exitCode: 0 });
    });
  });
});

describe('plans that sync does not refuse', () => {
  test.each([
    ['three of ten deleted', many(10), many(7)],
    ['one of two deleted', many(2), many(1)],
    ['an empty list on an empty portal', 'portal: default\napi_products: []\n', 'portal: default\n'],
  ])('%s', async (_, before, after) => {
    await atWorkplace({ files: file(before), switches: { externalLabels: 'keep' } }, async (place) => {
      await place.adc('sync');
      await place.write(file(after));
      expect((await place.adc(open('sync'))).exitCode).toBe(0);
      expect(place.emulator.store.products.length).toBe(after.match(/name: Product/g)?.length ?? 0);
    });
  });

  test('a republish without subscriptions', async () => {
    await atWorkplace({ files: file(PAYMENTS) }, async (place) => {
      await place.adc('sync');
      await place.write(file(changedAuth));
      expect((await place.adc('sync')).exitCode).toBe(0);
    });
  });
});

test('the sum over all products must not exceed the consent', async () => {
  const two = (auth: string): string =>
    productFile(product('A', 'orders'), product('B', 'payments')).replaceAll('key_auth: {}', auth);
  await atWorkplace({ files: file(two('key_auth: {}')) }, async (place) => {
    await place.adc('sync');
    const { store } = place.emulator;
    for (const name of ['A', 'B']) store.subscribeActively('shop', name);
    await place.write(file(two('basic_auth: {}')));
    await expectNothingWritten(place, 'sync --max-subscription-loss 1', 4);
    expect((await place.adc('sync --max-subscription-loss 2')).exitCode).toBe(0);
    expect(store.endedSubscriptions.length).toBe(2);
  });
});

test('the hint for a refused replacement of an unmanaged product works if the server keeps no labels', async () => {
  const options = { files: file(external), switches: { externalLabels: 'refuse' } } as const;
  await atWorkplace(options, async (place) => {
    await place.adc('sync');
    const { store } = place.emulator;
    store.addProduct('default', { name: 'Of others', type: 'gateway', auth: { key_auth: {} } });
    await place.write(file(PAYMENTS));
    const { refused } = await report(place, 'sync');
    expect(refused).toMatchObject([
      {
        code: 'replaces-unmanaged',
        hint: expect.stringContaining("--delete-unmanaged --product 'Payments API'"),
      },
    ]);
    const words = [
      'sync',
      '--delete-unmanaged',
      '--product',
      'Payments API',
      '--allow-unauthenticated',
      'all',
    ];
    expect((await place.adc(words)).exitCode).toBe(0);
    expect(portalContents(store).map(({ name, type }) => `${name}: ${type}`)).toEqual(
      expect.arrayContaining(['Of others: gateway', 'Payments API: gateway']),
    );
  });
});
