import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attribution, type AttributionInput } from '../../src/diff/attribution.ts';
import { diff } from '../../src/diff/diff.ts';
import type { Difference, Attributed, Verdict } from '../../src/model/change.ts';
import { NO_NAMES, type DesiredProduct } from '../../src/model/desired.ts';
import { DEFAULT_SCOPE } from '../../src/model/ownership.ts';
import { KEY_AUTH } from '../support/auth.ts';
import { desiredProduct } from '../support/desired-product.ts';
import { livePortal, liveProduct } from '../support/live-product.ts';
import { runs } from '../support/runs.ts';

/** The fields of a product on one side. An undefined field is not declared; on the portal, all fields have values. */
interface Held {
  readonly desc?: string;
  readonly visibility?: 'public' | 'logged_in';
  readonly labels?: Readonly<Record<string, string>>;
}

const VALUES: fc.Arbitrary<Required<Held>> = fc.record({
  desc: fc.constantFrom('a', 'b', 'c'),
  visibility: fc.constantFrom('public', 'logged_in'),
  labels: fc.dictionary(fc.constantFrom('team', 'tier', 'a.b'), fc.constantFrom('1', '2', '3')),
});
const DECLARED: fc.Arbitrary<Held> = fc
  .tuple(VALUES, fc.subarray(['desc', 'visibility', 'labels'] as const))
  .map(([values, left]) => Object.fromEntries(left.map((name) => [name, values[name]])));
const NAMES = ['A', 'B', 'C'];
const each = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<ReadonlyMap<string, Value>> =>
  fc
    .tuple(fc.subarray(NAMES), fc.array(value, { minLength: 3, maxLength: 3 }))
    .map(([names, values]) => new Map(names.map((name, at) => [name, values[at]!])));

type World = ReadonlyMap<string, Held>;

const owned = ({ labels, ...others }: Held) => ({
  ...others,
  labels: { ...labels, 'managed-by': 'adc' },
});
const portalOf = (live: World) =>
  livePortal([...live].map(([name, held]) => liveProduct({ name, ...owned(held) })));
const desiredOf = (files: World): readonly DesiredProduct[] =>
  [...files].map(([name, held]) => desiredProduct({ name, ...held, auth: KEY_AUTH, status: 'draft' }));

function differenceOf(now: World, live: World): Difference {
  const input = { desired: desiredOf(now), managesProducts: true, owners: [undefined], allowances: [] };
  const compared = diff({ ...input, live: portalOf(live), names: NO_NAMES, scope: DEFAULT_SCOPE });
  if (compared.value === undefined) throw new Error(JSON.stringify(compared.diagnostics));
  return compared.value;
}

function attributed(now: World, live: World, base: World, more: Partial<AttributionInput> = {}) {
  const difference = differenceOf(now, live);
  const found = attribution({
    difference,
    base: desiredOf(base).map((product) => ({ product, stale: new Set() })),
    isWhole: true,
    allows: () => false,
    names: NO_NAMES,
    scope: DEFAULT_SCOPE,
    keepsExternalLabels: true,
    ...more,
  });
  return { difference, found };
}

const verdictsOf = (found: readonly (readonly [string, Attributed])[]): readonly Verdict[] =>
  found.flatMap(([, { verdict, paths }]) => [verdict, ...paths.map(([, one]) => one)]);

/** The value at a path, without code of the program. Supports three fields. */
function at(held: Held | undefined, path: string): string | undefined {
  if (held === undefined) return undefined;
  if (path === 'desc') return held.desc;
  if (path === 'visibility') return held.visibility;
  return held.labels?.[path.slice('labels.'.length)];
}

function declares(held: Held, path: string): boolean {
  return path.startsWith('labels.') ? held.labels !== undefined : at(held, path) !== undefined;
}

const JUDGED = /^(?:desc|visibility|labels\.(?:team|tier|a\.b))$/;

describe('attribution', () => {
  test('has one verdict for each changed path', () => {
    fc.assert(
      fc.property(each(DECLARED), each(VALUES), each(DECLARED), (now, live, base) => {
        const { difference, found } = attributed(now, live, base);
        expect(found.map(([, { paths }]) => paths.map(([path]) => path))).toEqual(
          difference.changes.map(({ changes }) => changes.map(({ path }) => path)),
        );
      }),
      runs(200),
    );
  });

  test('is drift everywhere if the files at the revision are the files now', () => {
    fc.assert(
      fc.property(each(DECLARED), each(VALUES), (now, live) => {
        expect(new Set(verdictsOf(attributed(now, live, now).found))).toEqual(
          new Set(differenceOf(now, live).changes.length === 0 ? [] : ['drift']),
        );
      }),
      runs(200),
    );
  });

  test('is drift nowhere if the files at the revision are the portal', () => {
    fc.assert(
      fc.property(each(DECLARED), each(VALUES), (now, live) => {
        expect(verdictsOf(attributed(now, live, live).found)).not.toContain('drift');
        expect(verdictsOf(attributed(now, live, live).found)).not.toContain('conflict');
      }),
      runs(200),
    );
  });

  test('compares the three values of each field as specified', () => {
    fc.assert(
      fc.property(each(DECLARED), each(VALUES), each(DECLARED), (now, live, base) => {
        for (const [key, { paths }] of attributed(now, live, base).found) {
          const name = key.at(-1) ?? '';
          for (const [path, verdict] of paths.filter(([one]) => JUDGED.test(one))) {
            const held = base.get(name);
            const [was, before, after] = [at(held, path), at(live.get(name), path), at(now.get(name), path)];
            const isThisChange = held === undefined || !declares(held, path) || was === before;
            expect([path, verdict]).toEqual([
              path,
              isThisChange ? 'this-change' : was === after ? 'drift' : 'conflict',
            ]);
          }
        }
      }),
      runs(300),
    );
  });

  test.each<[string, World, Verdict]>([
    ['declared at the revision: this change deletes it', new Map([['A', {}]]), 'this-change'],
    ['not declared there either: drift', new Map(), 'drift'],
  ])('a product that is deleted and %s', (_, base, verdict) => {
    const live = new Map([['A', { desc: 'a' }]]);
    expect(verdictsOf(attributed(new Map(), live, base).found)).toEqual([verdict]);
  });

  test('is unknown for products that are not found while a file does not load', () => {
    const now = new Map([['A', { desc: 'b' }]]);
    const live = new Map([['A', { desc: 'a' }]]);
    expect(verdictsOf(attributed(now, live, new Map(), { isWhole: false }).found)).toEqual([
      'unknown',
      'unknown',
    ]);
    expect(verdictsOf(attributed(now, live, now, { isWhole: false }).found)).toEqual(['drift', 'drift']);
  });

  test('is a conflict for a field with an unknown name', () => {
    const now = new Map([['A', { desc: 'b' }]]);
    const base = [{ product: desiredProduct({ name: 'A' }), stale: new Set(['desc']) }];
    const found = attributed(now, new Map([['A', { desc: 'a' }]]), new Map(), { base }).found;
    expect(verdictsOf(found)).toEqual(['conflict', 'conflict']);
  });
});
