import type { NewProduct } from '../model/admin.ts';
import type { DeclaredFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import { FIELD_NAMES } from '../model/field-table.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { READ_ONLY_KEYS } from '../model/read-only-keys.ts';
import type { DialectRow } from './dialect-row.ts';
import { isObject } from './read-json.ts';
import type { Session } from './session.ts';
import { toWire } from './to-wire.ts';

const WRITABLE: ReadonlySet<string> = new Set(['type', 'server_url', ...FIELD_NAMES]);

/** The body that creates a product: as a draft, unless told otherwise (admin-api §15.8). */
export function createBody({ type, fields }: NewProduct, dialect: DialectRow): JsonObject {
  return { type, ...toWire(type, { ...fields, status: fields.status ?? 'draft' }, {}, dialect) };
}

/**
 * The body that updates a product: all that the server gave and may be written, with the changed fields laid over it, right
 * under both readings of PUT (admin-api §15.3, §15.5). What is not changed keeps its bytes: `auth` trips no lock that
 * way (§15.6). `null` is left out: it means that nothing is there, and a strict server refuses it.
 * @throws AdminError if a field would be lost that the server does not give back, or nobody knows the status.
 */
export function updateBody(session: Session, base: LiveProduct, fields: DeclaredFields): JsonObject {
  refuseLoss(session, base, fields);
  return { ...echo(base, fields), ...toWire(base.type, fields, base.raw, session.dialect) };
}

/** Without the keys that this program does not know, at any depth, for a server that refuses them (admin-api §15.36). */
export function knownOnly(body: JsonObject): JsonObject {
  const known = Object.entries(body).filter(([key]) => WRITABLE.has(key));
  return Object.fromEntries(known.map(([key, value]) => [key, withKnownKeys(value, KNOWN_KEYS[key])]));
}

/** Of the items of lists; whatever else there is has no keys, or keys of people's choosing. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  linked_gateway_services: ['gateway_group_id', 'service_id', 'linked_hosts'],
  notifications: ['event', 'type', 'contact_point_ids'],
};

function withKnownKeys(value: Json, keys: readonly string[] | undefined): Json {
  if (keys === undefined || !Array.isArray(value)) return value;
  return value.map((item) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).filter(([key]) => keys.includes(key))) : item,
  );
}

function echo(base: LiveProduct, fields: DeclaredFields): JsonObject {
  // The older spelling would contradict a changed list of servers.
  const dropped = fields.server_urls === undefined ? [] : ['server_url'];
  const entries = Object.entries(base.raw).filter(
    ([key, value]) => !READ_ONLY_KEYS.has(key) && !dropped.includes(key) && value !== null,
  );
  const { raw_openapi } = base.fields;
  // Where it was read under the key that is for reading only.
  const openapi = base.type === 'external' && raw_openapi !== '' ? { raw_openapi } : {};
  return { ...Object.fromEntries(entries), ...openapi };
}

/** After this, the echo holds every field that is not given, and with it the status (admin-api §15.4, §15.5). */
function refuseLoss(session: Session, base: LiveProduct, fields: DeclaredFields): void {
  const product = session.client.redact(`product "${base.fields.name}"`);
  const lost = base.unreadable.find((name) => fields[name] === undefined);
  if (lost !== undefined) {
    throw new AdminError(`${product}: the server does not return ${lost}, so an update could lose it`, {
      mayHaveHappened: false,
      hint: `Declare ${lost === 'raw_openapi' ? 'the document with openapi_file or raw_openapi' : lost} in the product file, so that every write includes it.`,
    });
  }
  const known = base.raw.status !== undefined && base.raw.status !== null;
  if (known || fields.status !== undefined) return;
  throw new AdminError(`${product}: the server does not return its status, so an update could unpublish it`, {
    mayHaveHappened: false,
    hint: 'Declare status in the product file.',
  });
}
