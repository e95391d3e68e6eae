import type { Allowance } from '../../src/model/declared.ts';
import type { DesiredProduct } from '../../src/model/desired.ts';
import { completeFields } from '../../src/fields/field-table.ts';
import type { CompactProduct } from '../../src/model/live.ts';
import type { CompactFields, Labels, ProductType } from '../../src/model/product.ts';
import { diffInput, type Situation } from './plan-of.ts';

/** The required final state of a product. Omitted fields may have any value. */
export interface Goal {
  readonly type: ProductType;
  readonly fields: Partial<CompactFields>;
}

export interface DeclaredGoal {
  /** The required state of live products that stay, by id: declared products changed, all others unchanged. */
  readonly stay: ReadonlyMap<string, Goal>;
  /** Products that must exist with a new id. */
  readonly appear: readonly Goal[];
  /** Ids of live products that must be deleted. */
  readonly go: ReadonlySet<string>;
  /** The declared products in scope, by the id of the matching live product. */
  readonly declared: ReadonlyMap<string, DesiredProduct>;
}

interface Pair {
  readonly product: DesiredProduct;
  readonly live: CompactProduct | undefined;
}

/**
 * The goal for files and a portal by docs/design/contract.md §2 and §5: the reference for all properties, without the planner.
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
    (one) => !named.has(one.id) && !foreign.some((product) => mayMatch(product, one)),
  );
  const gone = undeclared.filter((one) => mustBeDeleted(one, situation));
  const go = new Set([...gone.map(({ id }) => id), ...fresh.flatMap((pair) => pair.live?.id ?? [])]);
  const stay = new Map<string, Goal>([
    ...live.products.filter(({ id }) => !go.has(id)).map((one) => [one.id, one] as const),
    ...undeclared
      .filter((one) => hasKnownOwner(one, situation) && entryOf(one, situation)?.release === true)
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
      product.id === undefined
        ? productByName(product, free, selector)
        : live.find(({ id }) => id === product.id),
  }));
}

/** Whether a declared product out of scope may match a live product, which then must not be deleted. */
function mayMatch({ id, name, previous_name }: DesiredProduct, live: CompactProduct): boolean {
  return id === live.id || name === live.fields.name || previous_name === live.fields.name;
}

/** The live product with the name, else with the previous name. Products inside the selector come first. */
function productByName(
  { name, previous_name }: DesiredProduct,
  live: readonly CompactProduct[],
  selector: Labels,
): CompactProduct | undefined {
  const isSelected = ({ fields }: CompactProduct) =>
    Object.entries(selector).every(([key, value]) => labelOf(fields.labels, key) === value);
  const byName = live.filter(({ fields }) => fields.name === name);
  const named = byName.length > 0 ? byName : live.filter(({ fields }) => fields.name === previous_name);
  const found = named.some(isSelected) ? named.filter(isSelected) : named;
  if (found.length > 1) throw new Error(`"${name}" is ambiguous and was not refused`);
  return found[0];
}

/** Whether an undeclared live product must be deleted: by an entry, by its ownership label, or by --delete-unmanaged. */
function mustBeDeleted(product: CompactProduct, situation: Situation): boolean {
  const { scope, managesProducts, owners } = diffInput(situation);
  if (scope.noDelete || !hasKnownOwner(product, situation)) return false;
  const entry = entryOf(product, situation);
  if (entry !== undefined) return entry.delete === true;
  const label = managedLabel(product.fields.labels);
  if (label === undefined) return managesProducts && scope.deleteUnmanaged;
  const own = owners.map((owner) => (owner === undefined ? 'adc' : `adc/${owner}`));
  const isAlone = label !== 'adc' || own.every((one) => one === 'adc');
  return managesProducts && scope.managedByLabel && own.includes(label) && isAlone;
}

/** Whether the product is inside the selector, and the server keeps its ownership label. */
function hasKnownOwner({ type, fields: { labels } }: CompactProduct, situation: Situation): boolean {
  const { live, scope } = diffInput(situation);
  const selected = Object.entries(scope.selector).every(([key, value]) => labelOf(labels, key) === value);
  return selected && (type === 'gateway' || live.keepsExternalLabels);
}

/** The entry of `allow:` for an undeclared product of the run's owners or without an owner. */
function entryOf(product: CompactProduct, situation: Situation): Allowance | undefined {
  const { allowances, owners } = diffInput(situation);
  const label = managedLabel(product.fields.labels);
  const mayDecide = label === 'adc' || owners.some((owner) => label === `adc/${owner ?? ''}`);
  return mayDecide ? allowances.find(({ id }) => id === product.id) : undefined;
}

/** The value of the ownership label of adc, for any owner. */
export function managedLabel(labels: Labels): string | undefined {
  const value = labelOf(labels, 'managed-by');
  return value === 'adc' || value?.startsWith('adc/') === true ? value : undefined;
}

/** A released product loses only the ownership label. */
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
  // The specification does not define undeclared fields of a replacement, nor labels that the server does not keep.
  const base = replaced ? {} : (live?.fields ?? completeFields({ name: product.name }));
  const { labels: declared, ...fields } = { ...base, labels: undefined, ...product.fields };
  const open = (replaced && declared === undefined) || (type === 'external' && !portal.keepsExternalLabels);
  return { type, fields: open ? fields : { ...fields, labels: labelsOf({ product, live }, situation) } };
}

/** The declared labels, else the live labels. The ownership label is that of the owner; a file cannot change it. */
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
