import {
  completeFields,
  fieldOf,
  fieldsOf,
  readFields,
  FIELD_KEYS,
  FIELD_TABLE,
  writeFields,
} from '../fields/field-table.ts';
import { type AuthKeys, needed, text, Unexpected } from '../fields/field.ts';
import { isObject } from '../json/value.ts';
import type { Redact } from '../lib/redaction.ts';
import type { NewProduct } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import {
  type FieldName,
  type Json,
  type JsonObject,
  type ProductFields,
  type ProductType,
  READ_ONLY_KEYS,
} from '../model/product.ts';
import type { DialectRow } from './dialects.ts';
import type { Session } from './session.ts';

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
    throw new AdminError(redact(`product ${product}: the server returned ${error.message}`));
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

/** The body that creates a product, by default as a draft (docs/design/admin-api.md §15.8). */
export function createBody({ type, fields }: NewProduct, dialect: DialectRow): JsonObject {
  const given = { ...fields, status: fields.status ?? 'draft' };
  return { type, ...writeFields(type, given, {}, dialect.authKeys) };
}

/**
 * The body that updates a product: all writable fields that the server returned, overridden by the changed fields.
 * This is right for both meanings of PUT (docs/design/admin-api.md §15.3, §15.5). Unchanged fields keep their
 * bytes, so `auth` triggers no lock (docs/design/admin-api.md §15.6). Omits `null`: it means no value, and a strict
 * server refuses it.
 * @throws AdminError if the write would lose a field that the server does not return, or if the status is unknown.
 */
export function updateBody(session: Session, base: LiveProduct, fields: PartialFields): JsonObject {
  refuseLoss(session, base, fields);
  const { authKeys } = session.dialect;
  return { ...echo(base, fields, authKeys), ...writeFields(base.type, fields, base.raw, authKeys) };
}

/** The body without unknown keys, at any depth, for a server that refuses them (docs/design/admin-api.md §15.36). */
export function knownOnly(body: JsonObject): JsonObject {
  const known = Object.entries(body).filter(([key]) => key === 'type' || FIELD_KEYS.has(key));
  return Object.fromEntries(known.map(([key, value]) => [key, withKnownKeys(value, ITEM_KEYS.get(key))]));
}

/** Keys of list items. Other values have no keys, or keys that users choose. */
const ITEM_KEYS = new Map(Object.entries(FIELD_TABLE).map(([name, { itemKeys }]) => [name, itemKeys]));

function withKnownKeys(value: Json, keys: readonly string[] | undefined): Json {
  if (keys === undefined || !Array.isArray(value)) return value;
  return value.map((item: Json) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).filter(([key]) => keys.includes(key))) : item,
  );
}

function echo({ type, raw }: LiveProduct, fields: PartialFields, authKeys: AuthKeys): JsonObject {
  const dropped = new Set(
    fieldsOf(type).flatMap((name) => (fields[name] === undefined ? [] : fieldOf(name).olderKeys)),
  );
  const kept = Object.fromEntries(
    Object.entries(raw).filter(
      ([key, value]) => !READ_ONLY_KEYS.has(key) && !dropped.has(key) && value !== null,
    ),
  );
  // A value that was read under a read-only key is written under its writable key.
  const [given, echoed] = [readFields(type, raw), readFields(type, kept)];
  const left = Object.entries(given).filter(([name]) => echoed[name as FieldName] === undefined);
  return { ...kept, ...writeFields(type, Object.fromEntries(left), raw, authKeys) };
}

/**
 * Ensures that the echo has every field that is not in `fields`, including the status (docs/design/admin-api.md §15.4,
 * §15.5).
 */
function refuseLoss(session: Session, base: LiveProduct, fields: PartialFields): void {
  const product = session.client.redact(`product "${base.fields.name}"`);
  const lost = base.unreadable.find((name) => fields[name] === undefined);
  if (lost !== undefined) {
    const { include } = fieldOf(lost);
    throw new AdminError(`${product}: the server does not return ${lost}, so an update could lose it`, {
      mayHaveHappened: false,
      hint: `Declare ${include ? `the document with ${include.key} or ${lost}` : lost} in the product file, so that every write includes it.`,
    });
  }
  const known = base.raw.status !== undefined && base.raw.status !== null;
  if (known || fields.status !== undefined) return;
  throw new AdminError(`${product}: the server does not return its status, so an update could unpublish it`, {
    mayHaveHappened: false,
    hint: 'Declare status in the product file.',
  });
}
