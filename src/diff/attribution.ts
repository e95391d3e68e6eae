import { FIELD_NAMES, fieldOf } from '../fields/field-table.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/value.ts';
import {
  attributionKey,
  mostSerious,
  type Attributed,
  type Verdict,
  type Difference,
  type ProductChange,
} from '../model/change.ts';
import type { DesiredFields, DesiredProduct, Names } from '../model/desired.ts';
import type { CompactProduct } from '../model/live.ts';
import type { Scope } from '../model/ownership.ts';
import type { FieldName } from '../model/product.ts';
import { effectiveFields, sameField } from './compare.ts';

/** A product as the files at a revision declare it. */
export interface BaseProduct {
  readonly product: DesiredProduct;
  /** Declared fields with an unknown name: they differ from the files and from the portal. */
  readonly stale: ReadonlySet<string>;
}

export interface AttributionInput {
  readonly difference: Difference;
  readonly base: readonly BaseProduct[];
  /** False if a file does not load at the revision: it may declare missing products. */
  readonly isWhole: boolean;
  /** Whether an entry of `allow:` at the revision deletes or releases the product. */
  readonly allows: (key: 'delete' | 'release', live: CompactProduct) => boolean;
  readonly names: Names;
  readonly scope: Scope;
  readonly keepsExternalLabels: boolean;
}

/** The origin of each changed path, by product (docs/design/contract.md §12). Pure. */
export function attribution(input: AttributionInput): readonly (readonly [string, Attributed])[] {
  return input.difference.changes.flatMap((change) => {
    const one = attributed(change, input);
    return keysOf(change).map((key) => [key, one] as const);
  });
}

function keysOf(change: ProductChange): readonly string[] {
  const created =
    change.kind === 'create' || change.kind === 'replace' ? [{ name: change.desired.name }] : [];
  const live = change.kind === 'create' ? [] : [{ id: change.live.id, name: change.live.fields.name }];
  return [...live, ...created].map(attributionKey);
}

function attributed(change: ProductChange, input: AttributionInput): Attributed {
  const found = baseOf(change, input.base);
  const uniform = (verdict: Verdict): Attributed => ({
    verdict,
    paths: change.changes.map(({ path }) => [path, verdict]),
  });
  if (change.kind === 'release')
    return uniform(input.allows('release', change.live) ? 'drift' : 'this-change');
  if (change.kind === 'delete' && change.because === 'allowed')
    return uniform(input.allows('delete', change.live) ? 'drift' : 'this-change');
  if (found === undefined && !input.isWhole) return uniform('unknown');
  if (change.kind === 'delete') return uniform(found === undefined ? 'drift' : 'this-change');
  if (found === undefined) return uniform('this-change');
  const sides = sidesOf(change, found, input);
  const paths = change.changes.map(({ path }) => [path, verdictOn(path, sides, input.names)] as const);
  return { verdict: mostSerious(paths.map(([, verdict]) => verdict)), paths };
}

/** By `id`, else by name, else by the name before a rename on either side. */
function baseOf(change: ProductChange, base: readonly BaseProduct[]): BaseProduct | undefined {
  const live = change.kind === 'create' ? undefined : change.live;
  const desired = 'desired' in change ? change.desired : undefined;
  const id = live?.id ?? desired?.id;
  const free = base.filter(({ product }) => product.id === undefined || product.id === id);
  const names = [desired?.name, desired?.previous_name, live?.fields.name];
  return (
    free.find(({ product }) => product.id !== undefined) ??
    names.flatMap((name) => free.find(({ product }) => product.name === name) ?? [])[0] ??
    free.find(({ product }) => live !== undefined && product.previous_name === live.fields.name)
  );
}

type Side = DesiredFields & { readonly type?: string };

interface Sides {
  readonly live: Side;
  readonly now: Side;
  readonly base: Side;
  readonly stale: ReadonlySet<string>;
}

type Declaring = Extract<ProductChange, { readonly desired: DesiredProduct }>;

function sidesOf(
  change: Declaring,
  { product, stale }: BaseProduct,
  { scope, keepsExternalLabels }: AttributionInput,
): Sides {
  const live = change.kind === 'create' ? undefined : change.live;
  const base = effectiveFields(product, live, scope, keepsExternalLabels);
  return {
    live: live === undefined ? {} : { ...live.fields, type: live.type },
    now: { ...change.fields, type: change.desired.type },
    base: { ...base, type: product.type },
    stale,
  };
}

function verdictOn(path: string, sides: Sides, names: Names): Verdict {
  const { live, now, base, stale } = sides;
  if (path === 'type') return verdictOf((a, b) => a.type === b.type, sides);
  const name = FIELD_NAMES.find(
    (one) => path === one || (/^[.[]/.test(path.slice(one.length)) && path.startsWith(one)),
  );
  if (name === undefined) return 'this-change';
  if (stale.has(name)) return 'conflict';
  if (base[name] === undefined) return 'this-change';
  const isAtomic = [live, now, base].every((side) => valueAt(side, name, path, names) === undefined);
  return verdictOf(
    (a, b) =>
      isAtomic ? isSame(a, b, name) : valueAt(a, name, path, names) === valueAt(b, name, path, names),
    sides,
  );
}

function verdictOf(same: (a: Side, b: Side) => boolean, { live, now, base }: Sides): Verdict {
  if (same(base, live)) return 'this-change';
  return same(base, now) ? 'drift' : 'conflict';
}

function isSame(a: Side, b: Side, name: FieldName): boolean {
  const [one, other] = [a[name], b[name]];
  return one === undefined || other === undefined ? one === other : sameField(name, one, other);
}

/** The value at a path of a field, as text; undefined without a value, or if the field is compared as a whole. */
function valueAt(side: Side, name: FieldName, path: string, names: Names): string | undefined {
  const { isOpenapi, describe, items } = fieldOf(name);
  const value = side[name];
  if (isOpenapi || describe || value === undefined) return undefined;
  for (const [item, json] of items(value, name, names)) {
    if (item === path) return canonicalJson(json);
    const key = path.startsWith(`${item}.`) ? path.slice(item.length + 1) : undefined;
    if (key !== undefined && isObject(json) && Object.hasOwn(json, key)) return canonicalJson(json[key]);
  }
  return undefined;
}
