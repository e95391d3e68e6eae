import type { Admin } from '../model/admin.ts';
import { OperationalError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import { unexpected, type SameField } from './verify.ts';

/**
 * What somebody else has made of a product since this run wrote it, in words; undefined if nothing, or if it can't be
 * read just now: its write was checked already, and this is one look more.
 */
export async function lastLook(
  admin: Admin,
  left: LiveProduct,
  same: SameField,
): Promise<string | undefined> {
  const { name } = left.fields;
  try {
    const now = await admin.readProduct(left.id);
    if (now === undefined) return `"${name}" was written, and somebody deleted it meanwhile`;
    const fields = unexpected(undefined, left.fields, now, same);
    if (fields.length === 0) return undefined;
    return `"${name}" was written, and somebody changed it meanwhile, or the server did not keep it: ${fields.join(', ')}`;
  } catch (error) {
    if (error instanceof OperationalError) return undefined;
    throw error;
  }
}
