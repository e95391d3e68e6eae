import type { Admin, ListedProduct } from '../model/admin.ts';
import { OperationalError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import { unexpected, type SameField } from './verify.ts';

/**
 * The changes that another client made to a product since this run wrote it, in words. Undefined if there are none,
 * or if the product cannot be read: its write was already checked, and this is an additional check.
 */
export async function finalCheck(
  admin: Admin,
  left: LiveProduct,
  same: SameField,
): Promise<string | undefined> {
  const { name } = left.fields;
  try {
    const now = await admin.readProduct(left.id);
    if (now === undefined) return `"${name}" was written, and another client deleted it`;
    const fields = unexpected(undefined, left.fields, now, same);
    if (fields.length === 0) return undefined;
    return `"${name}" was written, and another client changed it or the server did not keep it: ${fields.join(', ')}`;
  } catch (error) {
    if (error instanceof OperationalError) return undefined;
    throw error;
  }
}

/**
 * The same for products that this run created, by product id: one read of the list shows whether they still exist
 * with the status of this run. Empty if the list cannot be read.
 */
export async function checkCreated(
  admin: Admin,
  created: readonly LiveProduct[],
): Promise<ReadonlyMap<string, string>> {
  if (created.length === 0) return new Map();
  try {
    const rows = new Map((await admin.listProducts()).map((row) => [row.id, row]));
    return new Map(created.flatMap((left) => changeOf(left, rows.get(left.id))));
  } catch (error) {
    if (error instanceof OperationalError) return new Map();
    throw error;
  }
}

function changeOf(
  { id, fields: { name, status } }: LiveProduct,
  row: ListedProduct | undefined,
): readonly (readonly [string, string])[] {
  if (row === undefined) return [[id, `"${name}" was created, and another client deleted it`]];
  if (row.status === undefined || row.status === status) return [];
  return [[id, `"${name}" was created, and another client changed it: status`]];
}
