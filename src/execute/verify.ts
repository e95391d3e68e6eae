import { FIELD_KEYS, fieldsOf } from '../fields/field-table.ts';
import type { Admin, ListedProduct } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import type { LiveProduct } from '../model/live.ts';
import { type FieldName, type JsonObject, type ProductFields, READ_ONLY_KEYS } from '../model/product.ts';
import { unlessBug } from './failures.ts';

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
  const changed = fieldsOf(after.type).filter((name) => {
    const value = wanted[name];
    if (value === undefined || after.unreadable.includes(name) || keepsNoLabels(name, after)) return false;
    return !same(name, value, after.fields[name]);
  });
  return [...changed, ...droppedKeys(before?.raw ?? {}, after.raw)];
}

/** The lost keys: fields of newer servers must survive a write. */
function droppedKeys(before: JsonObject, after: JsonObject): readonly string[] {
  const isKnown = (key: string): boolean => FIELD_KEYS.has(key) || READ_ONLY_KEYS.has(key);
  return Object.keys(before).filter(
    (key) => !isKnown(key) && before[key] !== null && !Object.hasOwn(after, key),
  );
}

function keepsNoLabels(name: FieldName, product: LiveProduct): boolean {
  return name === 'labels' && product.type === 'external' && !Object.hasOwn(product.raw, 'labels');
}

/**
 * The changes that another client made to a product since this run wrote it, in words. Undefined if there are none,
 * or if the product cannot be read: its write was already checked, and this is an additional check.
 */
export async function finalCheck(
  admin: Admin,
  written: LiveProduct,
  same: SameField,
): Promise<string | undefined> {
  const { name } = written.fields;
  const changeIn = (now: LiveProduct | undefined): string | undefined => {
    if (now === undefined) return `"${name}" was written, and another client deleted it`;
    const fields = unexpected(undefined, written.fields, now, same);
    if (fields.length === 0) return undefined;
    return `"${name}" was written, and another client changed it or the server did not keep it: ${fields.join(', ')}`;
  };
  return admin.readProduct(written.id).then(changeIn).catch(unlessBug);
}

/**
 * The same for products that this run created, by product id: one read of the list shows whether they still exist
 * with the status of this run. Empty if the list cannot be read.
 */
export async function checkCreated(
  admin: Admin,
  created: readonly LiveProduct[],
): Promise<ReadonlyMap<string, string>> {
  const listed = created.length === 0 ? undefined : await admin.listProducts().catch(unlessBug);
  if (listed === undefined) return new Map();
  const rows = new Map(listed.map((row) => [row.id, row]));
  return new Map(created.flatMap((written) => changeOf(written, rows.get(written.id))));
}

function changeOf(
  { id, fields: { name, status } }: LiveProduct,
  row: ListedProduct | undefined,
): readonly (readonly [string, string])[] {
  if (row === undefined) return [[id, `"${name}" was created, and another client deleted it`]];
  if (row.status === undefined || row.status === status) return [];
  return [[id, `"${name}" was created, and another client changed it: status`]];
}
