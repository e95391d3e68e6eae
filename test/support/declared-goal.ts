import { parse } from 'yaml';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import type { DesiredProduct } from '../../src/model/desired.ts';
import { completeFields, fieldsOf } from '../../src/model/field-table.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import type { FieldName, Labels, ProductFields, ProductType } from '../../src/model/product.ts';
import { diffInput, type Situation } from './plan-of.ts';

/** What a product must be in the end; fields that are left out may be anything. */
export interface Goal {
  readonly type: ProductType;
  readonly fields: Partial<ProductFields>;
}

export interface DeclaredGoal {
  /** Live products by id, as they must be: declared ones changed, all others as they were. */
  readonly stay: ReadonlyMap<string, Goal>;
  /** Products that must be there under an id that was not there before. */
  readonly appear: readonly Goal[];
  /** Ids of live products that must be gone. */
  readonly go: ReadonlySet<string>;
  /** Ids of live products of which a file speaks, in scope. */
  readonly declared: ReadonlyMap<string, DesiredProduct>;
}

/** What contract §2 and §5 make of files and a portal: the reference for every law, written without the planner. */
export function declaredGoal(situation: Situation): DeclaredGoal {
  const { desired, live, scope, managesProducts } = diffInput(situation);
  const pins = new Set(desired.map(({ id }) => id));
  const stay = new Map<string, Goal>(live.products.map(({ id, type, fields }) => [id, { type, fields }]));
  const appear: Goal[] = [];
  const go = new Set<string>();
  const named = new Set<string>();
  const declared = new Map<string, DesiredProduct>();

  for (const product of desired) {
    const found = meant(product, live.products, pins);
    if (found) named.add(found.id);
    if (isForeign(product, scope.selector)) continue;
    const goal = goalOf(product, found, situation);
    if (found) declared.set(found.id, product);
    if (found?.type === product.type) stay.set(found.id, goal);
    else appear.push(goal);
    if (found && found.type !== product.type) go.add(found.id);
  }
  for (const product of live.products) {
    const { labels } = product.fields;
    const ours = scope.deleteUnmanaged || own(labels, 'managed-by') === 'adc';
    const selected = Object.entries(scope.selector).every(([key, value]) => own(labels, key) === value);
    const labelled = product.type === 'gateway' || live.keepsExternalLabels;
    const free = managesProducts && !scope.noDelete && !named.has(product.id);
    if (ours && selected && labelled && free) go.add(product.id);
  }
  for (const id of go) stay.delete(id);
  return { stay, appear, go, declared };
}

/** What keeps `products` from being the goal, in words; empty if it is reached. */
export function shortfalls(goal: DeclaredGoal, products: readonly LiveProduct[]): readonly string[] {
  const there = new Map(products.map((product) => [product.id, product]));
  const wrong = [...goal.stay].flatMap(([id, one]) => {
    const product = there.get(id);
    return product ? differences(one, product) : [`${id} is gone`];
  });
  const fresh = products.filter(({ id }) => !goal.stay.has(id));
  const kept = fresh.filter(({ id }) => goal.go.has(id)).map(({ id }) => `${id} is still there`);
  const missing = goal.appear.flatMap((one) => {
    const found = fresh.filter(({ fields }) => fields.name === one.fields.name);
    if (found.length !== 1) return [`${found.length} new products called ${one.fields.name ?? ''}`];
    return found.flatMap((product) => differences(one, product));
  });
  const surplus = fresh.length - goal.appear.length;
  return [...wrong, ...kept, ...missing, ...(surplus > 0 ? [`${surplus} too many`] : [])];
}

function differences({ type, fields }: Goal, product: LiveProduct): readonly string[] {
  if (type !== product.type) return [`${product.id} is ${product.type}`];
  return fieldsOf(type)
    .filter((name) => fields[name] !== undefined && !same(name, fields[name], product.fields[name]))
    .map((name) => `${name} of ${product.id} is ${JSON.stringify(product.fields[name])}`);
}

function same(name: FieldName, a: unknown, b: unknown): boolean {
  const meaning = (value: unknown) =>
    name === 'raw_openapi' && typeof value === 'string' ? parse(value) : value;
  return canonicalJson(meaning(a)) === canonicalJson(meaning(b));
}

/** By id, else by exact name, else by the previous name; products that somebody is pinned to are not up for grabs. */
function meant(
  product: DesiredProduct,
  live: readonly LiveProduct[],
  pins: ReadonlySet<string | undefined>,
): LiveProduct | undefined {
  if (product.id !== undefined) return live.find(({ id }) => id === product.id);
  const called = (name: string | undefined) =>
    live.filter(({ id, fields }) => fields.name === name && !pins.has(id));
  const found = called(product.name);
  const [one, second] = found.length > 0 ? found : called(product.previous_name);
  if (second) throw new Error(`"${product.name}" is ambiguous, and went through`);
  return one;
}

function isForeign({ fields }: DesiredProduct, selector: Labels): boolean {
  return Object.entries(selector).some(([key, value]) => (own(fields.labels ?? {}, key) ?? value) !== value);
}

function goalOf(product: DesiredProduct, live: LiveProduct | undefined, situation: Situation): Goal {
  const { scope, live: portal } = diffInput(situation);
  const { type } = product;
  const inPlace = live?.type === type ? live : undefined;
  const added: Labels = { ...scope.selector, ...(scope.managedByLabel && { 'managed-by': 'adc' }) };
  const kept: Labels = own(live?.fields.labels ?? {}, 'managed-by') === 'adc' ? { 'managed-by': 'adc' } : {};
  const labels = { ...(product.fields.labels ?? live?.fields.labels), ...kept, ...added };
  const base = inPlace ? inPlace.fields : completeFields({ name: product.name });
  const { labels: _, ...fields } = { ...base, ...product.fields };
  return {
    type,
    fields: type === 'external' && !portal.keepsExternalLabels ? fields : { ...fields, labels },
  };
}

function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
