import { FIELD_KEYS, fieldsOf } from '../fields/field-table.ts';
import type { PartialFields } from '../model/desired.ts';
import type { LiveProduct } from '../model/live.ts';
import { type FieldName, type JsonObject, type ProductFields, READ_ONLY_KEYS } from '../model/product.ts';

/** Whether two values of a field are equal, as in the diff; injected by the caller. */
export type SameField = (
  name: FieldName,
  a: ProductFields[FieldName],
  b: ProductFields[FieldName],
) => boolean;

/**
 * The fields in which a product differs from its earlier state plus the change, and the lost keys that only the
 * server knows (docs/design/contract.md §7). After a create, only the given fields are compared. Fields that the
 * server does not return are not checked.
 */
export function unexpected(
  before: LiveProduct | undefined,
  change: PartialFields,
  after: LiveProduct,
  same: SameField,
): readonly string[] {
  const wanted: PartialFields = { ...before?.fields, ...change };
  const moved = fieldsOf(after.type).filter((name) => {
    const value = wanted[name];
    if (value === undefined || after.unreadable.includes(name) || keepsNoLabels(name, after)) return false;
    return !same(name, value, after.fields[name]);
  });
  return [...moved, ...droppedKeys(before?.raw ?? {}, after.raw)];
}

/** The lost keys: fields of newer servers must survive a write. */
function droppedKeys(before: JsonObject, after: JsonObject): readonly string[] {
  const isOurs = (key: string): boolean => FIELD_KEYS.has(key) || READ_ONLY_KEYS.has(key);
  return Object.keys(before).filter(
    (key) => !isOurs(key) && before[key] !== null && !Object.hasOwn(after, key),
  );
}

function keepsNoLabels(name: FieldName, product: LiveProduct): boolean {
  return name === 'labels' && product.type === 'external' && !Object.hasOwn(product.raw, 'labels');
}
