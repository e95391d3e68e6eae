import { parse } from 'yaml';
import { canonicalJson } from '../../src/json/canonical.ts';
import { fieldsOf } from '../../src/fields/field-table.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import type { FieldName } from '../../src/model/product.ts';
import type { DeclaredGoal, Goal } from './declared-goal.ts';

/** The differences between the products and the goal, as text. Empty if there are none. */
export function shortfalls(goal: DeclaredGoal, products: readonly LiveProduct[]): readonly string[] {
  const there = new Map(products.map((product) => [product.id, product]));
  const wrong = [...goal.stay].flatMap(([id, one]) => {
    const product = there.get(id);
    return product ? differences(one, product) : [`${id} is gone`];
  });
  const fresh = products.filter(({ id }) => !goal.stay.has(id));
  const kept = fresh.filter(({ id }) => goal.go.has(id)).map(({ id }) => `${id} is still there`);
  const missing = goal.appear.flatMap((one) => newOne(one, fresh));
  const surplus = fresh.length > goal.appear.length ? [`there are ${fresh.length} new products`] : [];
  return [...wrong, ...kept, ...missing, ...surplus];
}

function newOne(goal: Goal, fresh: readonly LiveProduct[]): readonly string[] {
  const found = fresh.filter(({ fields }) => fields.name === goal.fields.name);
  if (found.length !== 1) return [`${found.length} new products are called ${goal.fields.name ?? ''}`];
  return found.flatMap((product) => differences(goal, product));
}

/** Whether two states of a product are equal. */
export function isSameProduct(a: LiveProduct, b: LiveProduct): boolean {
  return differences(a, b).length === 0;
}

function differences({ type, fields }: Goal, product: LiveProduct): readonly string[] {
  if (type !== product.type) return [`${product.id} is ${product.type}`];
  return fieldsOf(type)
    .filter((name) => fields[name] !== undefined && !same(name, fields[name], product.fields[name]))
    .map((name) => `${name} of ${product.id} is ${JSON.stringify(product.fields[name])}`);
}

/** Compares documents by their parsed value. All other values are in the compared form. */
function same(name: FieldName, a: unknown, b: unknown): boolean {
  const meaning = (value: unknown): unknown =>
    name === 'raw_openapi' && typeof value === 'string' ? parse(value) : value;
  return canonicalJson(meaning(a)) === canonicalJson(meaning(b));
}
