import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSeed } from '../../src/emulator/seed.ts';
import { atWorkplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';

/** One live product, what the files of the run say of it, and what is allowed for it. */
const drawnProduct = fc.record({
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
  products: fc.array(drawnProduct, { minLength: 1, maxLength: 6 }),
  owners: fc.constantFrom(['a', 'b'], ['a', undefined], [undefined, 'b']),
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
const live = (place: number): object => ({
  portal: 'default',
  id: `p-${place}`,
  name: `P${place}`,
  type: 'gateway',
  status: 'published',
  auth: { key_auth: {} },
  linked_gateway_services: [{ gateway_group: 'default', service: SERVICES[place] }],
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
  const allow = products.flatMap(({ entry, label, declaredBy }, place) => {
    const fate = entry?.fate;
    const isFate = declaredBy === undefined ? fate === 'delete' || fate === 'release' : fate === 'take-over';
    const keys = {
      ...(entry?.loss !== undefined && { subscription_loss: entry.loss }),
      ...(isFate && fate === 'take-over' && label?.startsWith('adc/') && { take_over_from: label.slice(4) }),
      ...(isFate && fate !== 'take-over' && { [String(fate)]: true }),
    };
    return Object.keys(keys).length === 0 || at !== 0
      ? []
      : [{ product: `P${place}`, ...keys, until: UNTIL }];
  });
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
    ...[
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
    ],
    ...['--max-subscription-loss', String(shared)],
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

/** What must not be, judged by what the server holds and did. */
function broken(
  drawn: World,
  ended: readonly string[],
  written: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): readonly string[] {
  const { products, owners, shared, maxDeletes, deleteUnmanaged } = drawn;
  const line = commandOf(drawn);
  const isPart = line.includes('--product');
  let others = 0;
  const found = products.flatMap(({ label, declaredBy, entry, flagLoss, takeOver }, place) => {
    const id = `p-${place}`;
    const lost = ended.filter((one) => one === id).length;
    const most = flagLoss ?? entry?.loss;
    if (most === undefined) others += lost;
    const owner = label?.startsWith('adc/') ? label.slice(4) : undefined;
    const own = declaredBy === undefined ? owners : [owners[declaredBy]];
    const mayTake = declaredBy !== undefined && (takeOver || entry?.fate === 'take-over');
    const isForeign = owner !== undefined && !own.includes(owner) && !mayTake;
    const byEntry = entry?.fate === 'delete' && !isPart;
    const byAbsence =
      label === 'adc'
        ? !owners.some(Boolean) && maxDeletes !== undefined
        : owner !== undefined && owners.includes(owner);
    const mayGo = byEntry || (!isPart && (byAbsence || (label === undefined && deleteUnmanaged)));
    return [
      ...(most !== undefined && lost > most ? [`${id} lost ${lost}, and ${most} may end`] : []),
      ...(isForeign && written.has(id) ? [`${id} of ${label} was written`] : []),
      ...(gone.has(id) && (declaredBy !== undefined || drawn.noDelete || !mayGo)
        ? [`${id} was deleted`]
        : []),
    ];
  });
  return [...found, ...(others > shared ? [`${others} others ended, and ${shared} may`] : [])];
}

test(
  'no other owner is written, nothing is deleted by absence in a part or without an owner, and nothing ends beyond what was allowed',
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
            const {
              portal: _,
              id,
              linked_gateway_services: __,
              ...body
            } = live(place) as Record<string, never>;
            const links = [store.linkTo(SERVICES[place] ?? '')];
            const labels = label === undefined ? {} : { 'managed-by': label };
            store.addProduct('default', { ...body, labels, linked_gateway_services: links }, id);
            for (let app = 0; app < active + pending; app += 1)
              if (app < active) store.subscribeActively(`app-${app}`, `p-${place}`);
              else store.subscribe(`app-${app}`, `p-${place}`);
          });
          journal.clear();
          const { exitCode, out, err } = await adc(commandOf(drawn));
          const touched = new Set(
            journal.effects().flatMap((effect) => ('product' in effect ? [effect.product.id] : [])),
          );
          const gone = new Set(journal.effects('deleted').map(({ product }) => product.id));
          const ended = store.endedSubscriptions.map((one) => one.api_product_id);
          expect({ exitCode, out, err, broken: broken(drawn, ended, touched, gone) }).toMatchObject({
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
