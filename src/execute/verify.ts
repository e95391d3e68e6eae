import type { DeclaredFields } from '../model/desired.ts';
import { fieldsOf } from '../model/field-table.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, ProductFields } from '../model/product.ts';

/** Whether two values of a field mean the same; the differ's own judgement, handed in. */
export type SameField = (
  name: FieldName,
  a: ProductFields[FieldName],
  b: ProductFields[FieldName],
) => boolean;

/**
 * The fields in which a product is not what was there with the change laid over it (contract §7). Before a create
 * there was nothing, so that only what was given is compared. What the server does not give back can't be judged.
 */
export function unexpected(
  before: ProductFields | undefined,
  change: DeclaredFields,
  after: LiveProduct,
  same: SameField,
): readonly FieldName[] {
  const wanted: DeclaredFields = { ...before, ...change };
  return fieldsOf(after.type).filter((name) => {
    const value = wanted[name];
    if (value === undefined || after.unreadable.includes(name) || keepsNoLabels(name, after)) return false;
    return !same(name, value, after.fields[name]);
  });
}

function keepsNoLabels(name: FieldName, product: LiveProduct): boolean {
  return name === 'labels' && product.type === 'external' && !Object.hasOwn(product.raw, 'labels');
}
