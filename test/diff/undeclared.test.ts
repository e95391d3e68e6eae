import { describe, expect, test } from 'vitest';
import type { Allowance } from '../../src/model/declared.ts';
import { desiredProduct, placesIn } from '../support/desired-product.ts';
import { liveProduct, ownedBy, OWNED } from '../support/live-product.ts';
import { diffOf, type Situation } from '../support/plan-of.ts';

const entry = (parts: Partial<Allowance>): Allowance => ({
  until: '2026-12-07',
  at: placesIn('allow.yaml'),
  ...parts,
});

const LIVE = [
  liveProduct({ name: 'own', labels: ownedBy('acme') }),
  liveProduct({ name: 'foreign', labels: ownedBy('other') }),
  liveProduct({ name: 'ownerless' }),
  liveProduct({ name: 'unmanaged', labels: {} }),
  liveProduct({ name: 'declared', labels: ownedBy('acme') }),
];
const OF_ACME: Situation = {
  live: LIVE,
  desired: [desiredProduct({ name: 'declared', owner: 'acme' })],
};
const EVERY = ['own', 'foreign', 'ownerless', 'unmanaged'];

/** The names of deleted, released and kept undeclared products, with the diagnostics. */
function fates(situation: Situation): Readonly<Record<string, unknown>> {
  const { value, diagnostics } = diffOf(situation);
  const named = (products: readonly { readonly fields: { readonly name: string } }[] = []) =>
    products.map(({ fields }) => fields.name).toSorted();
  return {
    ...Object.fromEntries(
      (value?.changes ?? []).flatMap((change) => {
        if (change.kind === 'delete') return [[change.live.fields.name, change.because]];
        return change.kind === 'release' ? [[change.live.fields.name, 'released']] : [];
      }),
    ),
    kept: named(value?.kept),
    unmanaged: named(value?.unmanaged),
    codes: diagnostics.map(({ code }) => code),
  };
}

const told = { codes: ['managed-without-owner'] };

describe('undeclared products', () => {
  test('of the owner of the run are deleted, and products of other owners or without an owner stay', () => {
    expect(fates(OF_ACME)).toEqual({
      own: 'not-declared',
      kept: [],
      unmanaged: ['foreign', 'ownerless', 'unmanaged'],
      ...told,
    });
  });

  test('without an owner are deleted if no file declares an owner, and products with an owner stay', () => {
    expect(fates({ live: LIVE, desired: [desiredProduct({ name: 'ownerless' })] })).toEqual({
      kept: [],
      unmanaged: ['declared', 'foreign', 'own', 'unmanaged'],
      codes: [],
    });
    expect(fates({ live: LIVE })).toMatchObject({ ownerless: 'not-declared', codes: [] });
  });

  test('of each owner of the run are deleted', () => {
    const desired = [...(OF_ACME.desired ?? []), desiredProduct({ name: 'new', owner: 'other', auth: {} })];
    expect(fates({ live: LIVE, desired, owners: ['acme', 'other'] })).toMatchObject({
      own: 'not-declared',
      foreign: 'not-declared',
    });
  });

  test('--delete-unmanaged adds products that adc does not manage, but none of another owner', () => {
    expect(fates({ ...OF_ACME, scope: { deleteUnmanaged: true } })).toMatchObject({
      own: 'not-declared',
      unmanaged: ['foreign', 'ownerless'].toSorted(),
    });
    const changes = diffOf({ ...OF_ACME, scope: { deleteUnmanaged: true } }).value?.changes ?? [];
    const gone = changes.flatMap((one) =>
      one.kind === 'delete' ? [[one.live.fields.name, one.because]] : [],
    );
    expect(gone).toEqual([
      ['own', 'not-declared'],
      ['unmanaged', 'unmanaged'],
    ]);
  });

  test.each<[string, NonNullable<Situation['scope']>, readonly string[], readonly string[]]>([
    ['--no-delete', { noDelete: true }, ['own'], ['foreign', 'ownerless', 'unmanaged']],
    ['--product', { products: ['declared'] }, ['own'], ['foreign', 'ownerless', 'unmanaged']],
    [
      '--product and --delete-unmanaged',
      { products: ['declared'], deleteUnmanaged: true },
      ['own'],
      ['foreign', 'ownerless', 'unmanaged'],
    ],
    ['--no-managed-by-label', { managedByLabel: false }, [], ['foreign', 'own', 'ownerless', 'unmanaged']],
  ])('%s deletes nothing for being undeclared', (_, scope, kept, unmanaged) => {
    expect(fates({ ...OF_ACME, scope })).toEqual({ kept, unmanaged, ...told });
  });

  test('outside the selector are not changed, even with entries', () => {
    const live = [
      liveProduct({ name: 'in', labels: { ...ownedBy('acme'), team: 'a' } }),
      liveProduct({ name: 'out', labels: { ...ownedBy('acme'), team: 'b' } }),
      liveProduct({ name: 'declared', labels: { ...ownedBy('acme'), team: 'a' } }),
    ];
    const allowances = [entry({ product: 'out', delete: true })];
    const scope = { selector: { team: 'a' } };
    expect(fates({ ...OF_ACME, live, allowances, scope })).toEqual({
      in: 'not-declared',
      kept: [],
      unmanaged: [],
      codes: [],
    });
  });
});

describe('entries that delete or release', () => {
  const allowing = (parts: Partial<Allowance>) => EVERY.map((product) => entry({ product, ...parts }));

  test('delete products of the owner of the run and products without an owner, but never products of another owner', () => {
    expect(fates({ ...OF_ACME, allowances: allowing({ delete: true }) })).toEqual({
      own: 'allowed',
      ownerless: 'allowed',
      kept: [],
      unmanaged: ['foreign', 'unmanaged'],
      codes: [],
    });
  });

  test('release the same products: they lose the label, and the others stay', () => {
    const labels = { ...ownedBy('acme'), tier: '1' };
    const live = [liveProduct({ name: 'own', labels }), ...LIVE.slice(1)];
    const allowances = allowing({ release: true });
    expect(fates({ ...OF_ACME, live, allowances })).toMatchObject({ own: 'released', ownerless: 'released' });
    const changes = diffOf({ ...OF_ACME, live, allowances }).value?.changes;
    expect(changes).toMatchObject([
      {
        kind: 'release',
        fields: { labels: { tier: '1' } },
        changes: [{ path: 'labels.managed-by', before: 'adc/acme' }],
      },
      { kind: 'release', fields: { labels: {} } },
    ]);
  });

  test('--no-delete keeps products that an entry would delete, and still releases', () => {
    const scope = { noDelete: true };
    expect(fates({ ...OF_ACME, allowances: allowing({ delete: true }), scope })).toMatchObject({
      kept: ['own'],
    });
    expect(fates({ ...OF_ACME, allowances: allowing({ release: true }), scope })).toMatchObject({
      own: 'released',
    });
  });

  test('count in a partial run that names the product', () => {
    const allowances = allowing({ delete: true });
    expect(fates({ ...OF_ACME, allowances, scope: { products: ['own'] } })).toEqual({
      own: 'allowed',
      kept: [],
      unmanaged: ['foreign', 'ownerless', 'unmanaged'],
      ...told,
    });
  });

  test('work without an ownership label to write and without a list of products', () => {
    const allowances = [entry({ product: 'ownerless', delete: true })];
    expect(fates({ live: LIVE, allowances, managesProducts: false })).toMatchObject({ ownerless: 'allowed' });
  });

  test.each([
    [
      'a name that several live products have',
      [entry({ product: 'own', delete: true })],
      'ambiguous-allowance',
    ],
    ['a declared product', [entry({ product: 'declared', release: true })], 'allowance-declared'],
    ['a declared product by id', [entry({ id: 'id-declared', delete: true })], 'allowance-declared'],
    [
      'one product by name and by id',
      [entry({ product: 'own', subscription_loss: 0 }), entry({ id: 'id-own', subscription_loss: 9 })],
      'allowance-conflict',
    ],
  ])('of %s are an error', (_, allowances, code) => {
    const twin = liveProduct({ id: 'twin', name: 'own', labels: OWNED });
    const live = code === 'ambiguous-allowance' ? [...LIVE, twin] : LIVE;
    const { value, diagnostics } = diffOf({ ...OF_ACME, live, allowances });
    expect([value, diagnostics.map((one) => one.code)]).toEqual([undefined, [code]]);
  });
});

describe('a partial run', () => {
  const desired = ['A', 'B'].map((name) => desiredProduct({ name, owner: 'acme', desc: 'new' }));
  const live = ['A', 'B'].map((name) => liveProduct({ name, labels: ownedBy('acme') }));

  test('plans only the named products', () => {
    const { value } = diffOf({ live, desired, scope: { products: ['B'] } });
    expect(value?.changes.map((one) => 'desired' in one && one.desired.name)).toEqual(['B']);
  });

  test('a name that is not declared is an error with the nearest name', () => {
    const { value, diagnostics } = diffOf({ live, desired, scope: { products: ['b'] } });
    expect(value).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'no-such-product', hint: 'Did you mean "B"?' }]);
  });

  test('does not change a product on hold, and reports it', () => {
    const held = [desiredProduct({ name: 'A', owner: 'acme', desc: 'new', hold: { until: '2026-12-07' } })];
    const { value } = diffOf({ live, desired: [...held, ...desired.slice(1)] });
    expect(value?.held.map(({ name }) => name)).toEqual(['A']);
    expect(value?.changes.map((one) => 'desired' in one && one.desired.name)).toEqual(['B']);
  });
});
