import { describe, expect, test } from 'vitest';
import { expectNothingWritten } from '../support/command-results.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { owned, products, proposedEntries } from '../support/two-repositories.ts';

const NAMES = ['Product 0', 'Product 1', 'Product 2', 'Product 3', 'Product 4', 'Product 5', 'Product 6'];
const DRAFT = `portal: default
api_products:
  - { name: Second API, type: gateway, status: draft, auth: { key_auth: {} } }
`;
const EXTERNALS = `portal: default
api_products:
${NAMES.map((name) => `  - { name: ${name}, type: external, status: published, openapi_file: b.yaml, server_urls: [https://${name.at(-1)}.example.com] }\n`).join('')}`;
const OPENAPI = 'openapi: 3.0.3\ninfo: { title: B, version: "1" }\npaths: {}\n';

const DIALECTS = ['path', 'query'] as const;
type Dialect = (typeof DIALECTS)[number];

interface Portal {
  readonly dialect: Dialect;
  readonly owner: string | undefined;
  readonly file?: string;
  readonly switches?: Parameters<typeof atWorkplace>[0]['switches'];
}

/** A portal with seven published products of one repository; two of them have subscribers. */
async function atPortal(
  { dialect, owner, file = products(7), switches = {} }: Portal,
  use: (
    place: Workplace,
    sync: (line: string) => ReturnType<Workplace['adc']>,
    line: (line: string) => string,
  ) => Promise<void>,
): Promise<void> {
  const files = { 'seven.yaml': owned(owner, file), 'b.yaml': OPENAPI };
  await atWorkplace({ files, switches }, async (place) => {
    const line = (words: string): string => `${words} --dialect ${dialect}`;
    expect(await place.adc(line('sync -f seven.yaml'))).toMatchObject({ exitCode: 0 });
    if (file !== EXTERNALS) {
      place.emulator.store.subscribeActively('shop', 'Product 1');
      place.emulator.store.subscribe('mobile', 'Product 1');
    }
    await use(place, (words) => place.adc(line(words)), line);
  });
}

const namesOf = ({ emulator }: Workplace): readonly string[] =>
  emulator.store.products.map(({ fields }) => fields.name).toSorted();

describe.each(DIALECTS)('a second repository on the portal (%s dialect)', (dialect) => {
  test.each([
    ['another owner', 'acme.one', 'acme.two'],
    ['an owner, unlike the first', undefined, 'acme.two'],
    ['no owner, unlike the first', 'acme.one', undefined],
  ])('with %s deletes nothing of the first', async (_, first, second) => {
    await atPortal({ dialect, owner: first }, async (place, sync) => {
      await place.write({ 'team2.yaml': owned(second, DRAFT) });
      const before = place.emulator.store.products;
      expect(await sync('sync -f team2.yaml')).toMatchObject({ exitCode: 0 });
      expect(namesOf(place)).toEqual([...NAMES, 'Second API']);
      expect(place.emulator.store.products.filter(({ fields }) => fields.name !== 'Second API')).toEqual(
        before,
      );
      expect(place.emulator.store.endedSubscriptions).toEqual([]);
    });
  });

  test.each([
    ['the same owner', 'acme.one'],
    ['no owner, like the first', undefined],
  ])('with %s is refused; the pasted entries have the described effect', async (_, owner) => {
    await atPortal({ dialect, owner }, async (place, sync, line) => {
      await place.write({ 'team2.yaml': owned(owner, DRAFT) });
      const refused = await expectNothingWritten(place, line('sync -f team2.yaml'), 4);
      const entries = proposedEntries(refused);
      for (const name of NAMES) expect(entries).toContain(`  - product: ${name}\n`);
      expect(refused.out.indexOf(entries)).toBeLessThan(refused.out.indexOf('--max-deletes'));
      await place.write({ 'team2.yaml': owned(owner, DRAFT) + entries });
      expect(await sync('sync -f team2.yaml')).toMatchObject({ exitCode: 0 });
      expect(namesOf(place)).toEqual(['Second API']);
      expect(place.emulator.store.endedSubscriptions).toHaveLength(2);
      expect(await sync('diff -f team2.yaml --exit-code')).toMatchObject({ exitCode: 0 });
    });
  });

  test.each([
    ['an owner', 'acme.one'],
    ['no owner', undefined],
  ])('one file of several, with %s, is refused, and applied with the proposed entries', async (_, owner) => {
    await atPortal({ dialect, owner }, async (place, sync, line) => {
      const one = owned(owner, products(1));
      await place.write({ 'one.yaml': one });
      const refused = await expectNothingWritten(place, line('sync -f one.yaml'), 4);
      const entries = proposedEntries(refused);
      expect(entries).not.toContain('Product 0');
      expect(entries).toContain(
        '  - product: Product 1\n    subscription_loss: 4\n    unauthenticated: [default/orders]\n    delete: true\n    until: 2026-12-07\n',
      );
      await place.write({ 'one.yaml': one + entries });
      expect(await sync('sync -f one.yaml')).toMatchObject({ exitCode: 0 });
      expect(namesOf(place)).toEqual(['Product 0']);
      expect(place.emulator.store.product('Product 0').fields.status).toBe('published');
    });
  });

  test('a part of the products is synced with --product, and the others stay', async () => {
    await atPortal({ dialect, owner: 'acme.one' }, async (place) => {
      await place.write({
        'one.yaml': owned('acme.one', products(1)).replace('gateway\n', 'gateway\n    desc: New\n'),
      });
      const before = namesOf(place);
      const { exitCode, out } = await place.adc([
        'sync',
        '-f',
        'one.yaml',
        '--product',
        'Product 0',
        '--dialect',
        dialect,
      ]);
      expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
      expect(out).toContain('Product 0');
      expect(namesOf(place)).toEqual(before);
      expect(place.emulator.store.product('Product 0').fields.desc).toBe('New');
    });
  });

  test.each([
    ['keeps', 'keep', 4],
    ['does not keep', 'drop', 0],
  ] as const)(
    'deletes no external product by absence if the server %s their labels',
    async (_, externalLabels, exitCode) => {
      await atPortal(
        { dialect, owner: 'acme.one', file: EXTERNALS, switches: { externalLabels } },
        async (place, sync) => {
          await place.write({ 'team2.yaml': owned('acme.one', DRAFT) });
          expect(await sync('sync -f team2.yaml')).toMatchObject({ exitCode });
          expect(namesOf(place)).toEqual(exitCode === 4 ? NAMES : [...NAMES, 'Second API']);
        },
      );
    },
  );
});
