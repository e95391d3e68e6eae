import type { Allowance } from '../../src/model/declared.ts';
import type { DesiredProduct } from '../../src/model/desired.ts';
import { completeFields } from '../../src/fields/field-table.ts';
import type { CompactProduct } from '../../src/model/live.ts';
import type { CompactFields, Labels, ProductType } from '../../src/model/product.ts';
import { diffInput, type Situation } from './plan-of.ts';

/** What a product must be in the end; fields that are left out may be anything. */
export interface Goal {
  readonly type: ProductType;
  readonly fields: Partial<CompactFields>;
}

export interface DeclaredGoal {
  /** Live products by id, as they must be: declared ones changed, all others as they were. */
  readonly stay: ReadonlyMap<string, Goal>;
  /** Products that must be there under an id that was not there before. */
  readonly appear: readonly Goal[];
  /** Ids of live products that must be gone. */
  readonly go: ReadonlySet<string>;
  /** The declared products in scope by the ids of the live ones that they mean. */
  readonly declared: ReadonlyMap<string, DesiredProduct>;
}

interface Pair {
  readonly product: DesiredProduct;
  readonly live: CompactProduct | undefined;
}

/**
 * What docs/design/contract.md §2 and §5 make of files and a portal: the reference for every law, written without the planner.
 */
export function declaredGoal(situation: Situation): DeclaredGoal {
  const { desired, live, scope } = diffInput(situation);
  const foreign = desired.filter((product) => isForeign(product, scope.selector));
  const own = pairs(
    desired.filter((product) => !foreign.includes(product)),
    live.products,
    scope.selector,
  );
  const inPlace = own.filter((pair) => pair.live?.type === pair.product.type);
  const fresh = own.filter((pair) => !inPlace.includes(pair));
  const named = new Set(own.map((pair) => pair.live?.id));
  const undeclared = live.products.filter(
    (one) => !named.has(one.id) && !foreign.some((product) => mayMean(product, one)),
  );
  const gone = undeclared.filter((one) => mustGo(one, situation));
  const go = new Set([...gone.map(({ id }) => id), ...fresh.flatMap((pair) => pair.live?.id ?? [])]);
  const stay = new Map<string, Goal>([
    ...live.products.filter(({ id }) => !go.has(id)).map((one) => [one.id, one] as const),
    ...undeclared
      .filter((one) => mayBeTold(one, situation) && entryOf(one, situation)?.release === true)
      .map((one) => [one.id, released(one)] as const),
    ...inPlace.map((pair) => [pair.live?.id ?? '', goalOf(pair, situation)] as const),
  ]);
  const declared = new Map(
    own.flatMap(({ product, live: one }) => (one ? [[one.id, product] as const] : [])),
  );
  return { stay, appear: fresh.map((pair) => goalOf(pair, situation)), go, declared };
}

function pairs(
  desired: readonly DesiredProduct[],
  live: readonly CompactProduct[],
  selector: Labels,
): readonly Pair[] {
  const pins = new Set(desired.map(({ id }) => id));
  const free = live.filter(({ id }) => !pins.has(id));
  return desired.map((product) => ({
    product,
    live:
      product.id === undefined ? called(product, free, selector) : live.find(({ id }) => id === product.id),
  }));
}

/** Whether a declared product out of scope could mean a live one: no one deletes what a file may speak of. */
function mayMean({ id, name, previous_name }: DesiredProduct, live: CompactProduct): boolean {
  return id === live.id || name === live.fields.name || previous_name === live.fields.name;
}

/** By exact name, else by the previous name; those that bear the labels of the selector before the others. */
function called(
  { name, previous_name }: DesiredProduct,
  live: readonly CompactProduct[],
  selector: Labels,
): CompactProduct | undefined {
  const hasName = ({ fields }: CompactProduct) =>
    Object.entries(selector).every(([key, value]) => labelOf(fields.labels, key) === value);
  const byName = live.filter(({ fields }) => fields.name === name);
  const named = byName.length > 0 ? byName : live.filter(({ fields }) => fields.name === previous_name);
  const found = named.some(hasName) ? named.filter(hasName) : named;
  if (found.length > 1) throw new Error(`"${name}" is ambiguous, and went through`);
  return found[0];
}

/** A live product that no file names, but that is ours by exactly its label, selected, and not spared. */
function mustGo(product: CompactProduct, situation: Situation): boolean {
  const { scope, managesProducts, owners } = diffInput(situation);
  if (scope.noDelete || !mayBeTold(product, situation)) return false;
  const entry = entryOf(product, situation);
  if (entry !== undefined) return entry.delete === true;
  const label = managedLabel(product.fields.labels);
  if (label === undefined) return managesProducts && scope.deleteUnmanaged;
  const own = owners.map((owner) => (owner === undefined ? 'adc' : `adc/${owner}`));
  const isAlone = label !== 'adc' || own.every((one) => one === 'adc');
  return managesProducts && scope.managedByLabel && own.includes(label) && isAlone;
}

/** Whether the selector lets it be touched, and whose it is can be told. */
function mayBeTold({ type, fields: { labels } }: CompactProduct, situation: Situation): boolean {
  const { live, scope } = diffInput(situation);
  const selected = Object.entries(scope.selector).every(([key, value]) => labelOf(labels, key) === value);
  return selected && (type === 'gateway' || live.keepsExternalLabels);
}

/** What an entry of `allow:` makes of an undeclared product of the run's owners or of none. */
function entryOf(product: CompactProduct, situation: Situation): Allowance | undefined {
  const { allowances, owners } = diffInput(situation);
  const label = managedLabel(product.fields.labels);
  const mayDecide = label === 'adc' || owners.some((owner) => label === `adc/${owner ?? ''}`);
  return mayDecide ? allowances.find(({ id }) => id === product.id) : undefined;
}

/** The ownership label of adc, of any owner. */
export function managedLabel(labels: Labels): string | undefined {
  const value = labelOf(labels, 'managed-by');
  return value === 'adc' || value?.startsWith('adc/') === true ? value : undefined;
}

/** A released product is what it was, without the ownership label. */
function released(product: CompactProduct): Goal {
  const { 'managed-by': _, ...labels } = product.fields.labels;
  return { type: product.type, fields: { ...product.fields, labels } };
}

function isForeign({ fields }: DesiredProduct, selector: Labels): boolean {
  const labels = fields.labels ?? {};
  return Object.entries(selector).some(([key, value]) => (labelOf(labels, key) ?? value) !== value);
}

function goalOf({ product, live }: Pair, situation: Situation): Goal {
  const { live: portal } = diffInput(situation);
  const { type } = product;
  const replaced = live !== undefined && live.type !== type;
  // What becomes of undeclared fields in a replacement is not laid down, nor what of labels that no one keeps.
  const base = replaced ? {} : (live?.fields ?? completeFields({ name: product.name }));
  const { labels: declared, ...fields } = { ...base, labels: undefined, ...product.fields };
  const open = (replaced && declared === undefined) || (type === 'external' && !portal.keepsExternalLabels);
  return { type, fields: open ? fields : { ...fields, labels: labelsOf({ product, live }, situation) } };
}

/** The declared labels, or those that are there; the ownership label is that of the owner, and no file changes it. */
function labelsOf({ product, live }: Pair, situation: Situation): Labels {
  const { selector, managedByLabel } = diffInput(situation).scope;
  const { 'managed-by': given, ...declared } = product.fields.labels ?? live?.fields.labels ?? {};
  const before = managedLabel(live?.fields.labels ?? {});
  const own = product.owner === undefined ? 'adc' : `adc/${product.owner}`;
  const value = managedByLabel ? own : (before ?? given);
  return { ...declared, ...selector, ...(value !== undefined && { 'managed-by': value }) };
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
