import { completeFields, fieldOf, fieldsOf, readFields } from '../fields/field-table.ts';
import { needed, text, Unexpected } from '../fields/field.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { FieldName, Json, JsonObject, ProductFields, ProductType } from '../model/product.ts';
import type { Redact } from './credential.ts';

/**
 * A product of the server, with the response and the compared form (docs/design/contract.md §5).
 * @param raw the product of the response, kept unchanged.
 * @throws AdminError if a field has a value that the Admin API never sends.
 */
export function liveProduct(raw: JsonObject, redact: Redact): LiveProduct {
  return readProductFields(raw, redact).product;
}

export interface ReadProduct {
  readonly product: LiveProduct;
  /** The fields with a value in the response. A missing field may have its default, or may just be omitted. */
  readonly given: readonly FieldName[];
}

/** Like liveProduct(), with the names of the given fields. */
export function readProductFields(raw: JsonObject, redact: Redact): ReadProduct {
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
 * Fields that every product of this type has and the server does not return. adc cannot compare them, and must not
 * report a difference (docs/design/admin-api.md §15.17).
 */
function unreadable(type: ProductType, given: Partial<ProductFields>): readonly FieldName[] {
  return fieldsOf(type).filter((name) => fieldOf(name).neededToCreate && given[name] === undefined);
}

function typeOf(value: Json | undefined): ProductType {
  if (value === 'gateway' || value === 'external') return value;
  throw new Unexpected(value, 'type');
}
