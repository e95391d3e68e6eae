import { completeFields, fieldOf, fieldsOf, readFields } from '../fields/field-table.ts';
import { needed, text, Unexpected } from '../fields/wire.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, Json, JsonObject, ProductFields, ProductType } from '../model/product.ts';
import type { Redact } from './credential.ts';

/**
 * A product as the server gave it, in the compared form beside what it was (docs/design/contract.md §5).
 * @param raw is kept as it is.
 * @throws AdminError if a field holds what the Admin API never sends there: nothing is guessed.
 */
export function liveProduct(raw: JsonObject, redact: Redact): LiveProduct {
  return readAnswer(raw, redact).product;
}

export interface ReadAnswer {
  readonly product: LiveProduct;
  /** The fields that the answer holds a value of; what it leaves out may be a default, or may only be left out. */
  readonly given: readonly FieldName[];
}

/** The same with what was given. @throws as liveProduct() does. */
export function readAnswer(raw: JsonObject, redact: Redact): ReadAnswer {
  try {
    const id = needed(text(raw.id, 'id'), 'id');
    const type = typeOf(raw.type);
    const given = readFields(type, raw);
    const fields = completeFields({ ...given, name: needed(given.name, 'name') });
    const product = { id, type, fields, unreadable: unreadable(type, given), raw };
    return { product, given: fieldsOf(type).filter((name) => given[name] !== undefined) };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const product = JSON.stringify(raw.name ?? raw.id ?? null);
    throw new AdminError(redact(`product ${product}: the server gives ${error.message}`));
  }
}

/**
 * What every product of its type has for certain and the server does not give back. It cannot be compared, and no difference
 * may be made up (docs/design/admin-api.md §15.17).
 */
function unreadable(type: ProductType, given: Partial<ProductFields>): readonly FieldName[] {
  return fieldsOf(type).filter((name) => fieldOf(name).neededToCreate && given[name] === undefined);
}

function typeOf(value: Json | undefined): ProductType {
  if (value === 'gateway' || value === 'external') return value;
  throw new Unexpected(value, 'type');
}
