import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import type { JsonObject } from '../../src/model/product.ts';
import { atWorkplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';

/** One live product, its declaration, and the consent for it. */
const productArbitrary = fc.record({
  label: fc.constantFrom(undefined, 'adc', 'adc/a', 'adc/b', 'adc/c'),
  active: fc.nat(2),
  pending: fc.nat(2),
  declaredBy: fc.constantFrom(undefined, undefined, 0, 1),
  change: fc.constantFrom('none', 'desc', 'auth', 'status'),
  entry: fc.option(
    fc.record({
      loss: fc.option(fc.nat(4), { nil: undefined }),
      fate: fc.constantFrom(undefined, 'delete', 'release', 'take-over'),
    }),
    { nil: undefined },
  ),
  flagLoss: fc.option(fc.nat(4), { nil: undefined, freq: 4 }),
  takeOver: fc.boolean(),
  named: fc.boolean(),
});

const world = fc.record({
  products: fc.array(productArbitrary, { minLength: 1, maxLength: 6 }),
  owners: fc.constantFrom<(readonly (string | undefined)[])[]>(
    ['a', 'b'],
    ['a', undefined],
    [undefined, 'b'],
  ),
  isPart: fc.boolean(),
  shared: fc.nat(6),
  maxDeletes: fc.constantFrom(undefined, undefined, 0, 2),
  deleteUnmanaged: fc.boolean(),
  noDelete: fc.boolean(),
  dialect: fc.constantFrom('path', 'query'),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

const SERVICES = ['payments', 'orders', 'refunds', 'users', 'catalog', 'ledger'];
const UNTIL = '2026-12-07';
const live = (place: number): JsonObject => ({
  name: `P${place}`,
  type: 'gateway',
  status: 'published',
  auth: { key_auth: {} },
});

function fileOf({ products, owners }: World, at: number): string {
  const declared = products.flatMap(({ declaredBy, change }, place) =>
    declaredBy === at
      ? [
          {
            name: `P${place}`,
            type: 'gateway',
            status: change === 'status' ? 'draft' : 'published',
            ...(change === 'desc' && { desc: 'New' }),
            auth: change === 'auth' ? { key_auth: { header: 'x-key' } } : { key_auth: {} },
            linked_gateway_services: [{ gateway_group: 'default', service: SERVICES[place] }],
          },
        ]
      : [],
  );
  const allow = at === 0 ? products.flatMap((one, place) => entryFor(one, `P${place}`)) : [];
  const owner = owners[at];
  return JSON.stringify({
    portal: 'default',
    ...(owner && { owner }),
    api_products: declared,
    ...(allow.length > 0 && { allow }),
  });
}

function commandOf(drawn: World): readonly string[] {
  const { products, isPart, shared, maxDeletes, deleteUnmanaged, noDelete, dialect } = drawn;
  const each = (
    words: (place: number, one: World['products'][number]) => readonly string[],
  ): readonly string[] => products.flatMap((one, place) => words(place, one));
  return [
    'sync',
    '-f',
    'one.yaml',
    '-f',
    'two.yaml',
    '--dialect',
    dialect,
    '--allow-unauthenticated',
    'all',
    '--no-rename-check',
    '--max-subscription-loss',
    String(shared),
    ...each((place, { flagLoss }) =>
      flagLoss === undefined ? [] : ['--max-subscription-loss', `P${place}=${flagLoss}`],
    ),
    ...each((place, { takeOver }) => (takeOver ? ['--take-over', `P${place}`] : [])),
    ...(isPart
      ? each((place, { named, declaredBy }) =>
          named && declaredBy !== undefined ? ['--product', `P${place}`] : [],
        )
      : []),
    ...(maxDeletes === undefined ? [] : ['--max-deletes', String(maxDeletes)]),
    ...(deleteUnmanaged ? ['--delete-unmanaged'] : []),
    ...(noDelete ? ['--no-delete'] : []),
  ];
}

type Drawn = World['products'][number];

/** The entry of `allow:` for a product, if it allows anything. */
function entryFor({ entry, label, declaredBy }: Drawn, product: string): readonly object[] {
  const keys = {
    ...(entry?.loss !== undefined && { subscription_loss: entry.loss }),
    ...(declaredBy === undefined ? fateOf(entry?.fate) : takeOverOf(entry?.fate, label)),
  };
  return Object.keys(keys).length === 0 ? [] : [{ product, ...keys, until: UNTIL }];
}

function fateOf(fate: string | undefined): object {
  return fate === 'delete' || fate === 'release' ? { [fate]: true } : {};
}

function takeOverOf(fate: string | undefined, label: string | undefined): object {
  return fate === 'take-over' && label?.startsWith('adc/') ? { take_over_from: label.slice(4) } : {};
}

const ownerOf = ({ label }: Drawn): string | undefined =>
  label?.startsWith('adc/') ? label.slice(4) : undefined;

function mayBeWritten(one: Drawn, { owners }: World): boolean {
  const owner = ownerOf(one);
  if (owner === undefined) return true;
  if (one.declaredBy === undefined) return owners.includes(owner);
  return owners[one.declaredBy] === owner || one.takeOver || one.entry?.fate === 'take-over';
}

function mayBeDeleted(one: Drawn, drawn: World): boolean {
  const { owners, noDelete, deleteUnmanaged, maxDeletes } = drawn;
  if (one.declaredBy !== undefined || noDelete || commandOf(drawn).includes('--product')) return false;
  if (one.entry?.fate === 'delete') return true;
  if (one.label === undefined) return deleteUnmanaged;
  if (one.label === 'adc') return !owners.some(Boolean) && maxDeletes !== undefined;
  return owners.includes(ownerOf(one));
}

interface Result {
  /** The product of each subscription that ended. */
  readonly ended: readonly string[];
  readonly written: ReadonlySet<string>;
  readonly gone: ReadonlySet<string>;
}

/** The violations, found in the tables and the journal of the server. */
function violations(drawn: World, { ended, written, gone }: Result): readonly string[] {
  let shared = 0;
  const found = drawn.products.flatMap((one, place) => {
    const id = `p-${place}`;
    const lost = ended.filter((product) => product === id).length;
    const most = one.flagLoss ?? one.entry?.loss;
    if (most === undefined) shared += lost;
    return [
      ...(lost > (most ?? drawn.shared) ? [`${id} lost ${lost} subscriptions`] : []),
      ...(written.has(id) && !mayBeWritten(one, drawn) ? [`${id} of ${one.label} was written`] : []),
      ...(gone.has(id) && !mayBeDeleted(one, drawn) ? [`${id} was deleted`] : []),
    ];
  });
  return [...found, ...(shared > drawn.shared ? [`${shared} others ended, and ${drawn.shared} may`] : [])];
}

test(
  'writes no product of another owner, deletes nothing by absence in a partial run or without an owner, and ends no more than allowed',
  { timeout: 600_000 },
  async () => {
    let written = 0;
    await fc.assert(
      fc.asyncProperty(world, async (drawn) => {
        const { products } = drawn;
        const seed = {
          ...defaultSeed(),
          applications: [0, 1, 2, 3].map((one) => ({
            id: `app-${one}`,
            name: `app-${one}`,
            developer: 'dora',
          })),
        };
        const files = { 'one.yaml': fileOf(drawn, 0), 'two.yaml': fileOf(drawn, 1) };
        await atWorkplace({ seed, files }, async ({ emulator: { store, journal }, adc }) => {
          products.forEach(({ label, active, pending }, place) => {
            const links = [store.linkTo(SERVICES[place] ?? '')];
            const labels = label === undefined ? {} : { 'managed-by': label };
            store.addProduct(
              'default',
              { ...live(place), labels, linked_gateway_services: links },
              `p-${place}`,
            );
            for (let app = 0; app < active + pending; app += 1)
              if (app < active) store.subscribeActively(`app-${app}`, `p-${place}`);
              else store.subscribe(`app-${app}`, `p-${place}`);
          });
          journal.clear();
          const { exitCode, out, err } = await adc(commandOf(drawn));
          const touched = new Set(
            journal.effects().flatMap((effect) => ('product' in effect ? [effect.product.id] : [])),
          );
          const gone = new Set(
            journal.effects().flatMap((effect) => (effect.kind === 'deleted' ? [effect.product.id] : [])),
          );
          const ended = store.endedSubscriptions.map((one) => one.api_product_id);
          expect({
            exitCode,
            out,
            err,
            broken: violations(drawn, { ended, written: touched, gone }),
          }).toMatchObject({
            broken: [],
          });
          expect([0, 1, 4]).toContain(exitCode);
          if (touched.size > 0) written += 1;
        });
      }),
      runs(60),
    );
    expect(written).toBeGreaterThan(0);
  },
);
