import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject, ProductType } from '../model/product.ts';
import {
  listOf,
  oneOf,
  readFlag,
  readLabels,
  readObject,
  Refusal,
  refuse,
  text,
  type Read,
} from './refusal.ts';
import type { Switches } from './switches.ts';
import type { AuthType, Product, StoredAuth, StoredFields, StoredLink, StoredNotification } from './world.ts';

/** A writable field: the products that have it, its default, and how its values are checked. */
interface FieldRule<Value> {
  readonly on: ProductType | 'both';
  /** Undefined: the field is required. */
  readonly fallback: Value | undefined;
  readonly read: Read<Value>;
}

/** The limits and defaults of docs/design/admin-api.md §5. Independent of the table of src/fields, because it tests that table. */
export const FIELD_RULES: { readonly [Name in keyof StoredFields]: FieldRule<StoredFields[Name]> } = {
  name: { on: 'both', fallback: undefined, read: text(1, 100) },
  desc: { on: 'both', fallback: '', read: text(0, 65_536) },
  labels: { on: 'both', fallback: {}, read: readLabels },
  logo: { on: 'both', fallback: '', read: text(0, Infinity) },
  status: { on: 'both', fallback: 'draft', read: oneOf('draft', 'published') },
  visibility: { on: 'both', fallback: 'public', read: oneOf('public', 'logged_in') },
  subscription_auto_approval: { on: 'gateway', fallback: false, read: readFlag },
  can_view_unsubscribed: { on: 'gateway', fallback: true, read: readFlag },
  auth: { on: 'gateway', fallback: undefined, read: readAuth },
  linked_gateway_services: { on: 'gateway', fallback: [], read: listOf(readLink) },
  notifications: { on: 'gateway', fallback: [], read: listOf(readNotification) },
  raw_openapi: { on: 'external', fallback: '', read: text(0, Infinity) },
  server_urls: { on: 'external', fallback: [], read: listOf(text(1, 4096)) },
};
const FIELD_NAMES = Object.keys(FIELD_RULES) as (keyof StoredFields)[];

/**
 * Checks the fields of a body. `null` counts as omitted.
 * @throws Refusal for an invalid value, and for a field that products of the type do not have.
 */
export function readFields(body: JsonObject, type: ProductType): Partial<StoredFields> {
  const given = FIELD_NAMES.filter((name) => (body[name] ?? null) !== null);
  for (const name of given) {
    if (!isOn(name, type)) refuse(`property "${name}" is not allowed in API products of type ${type}`);
  }
  return Object.fromEntries(given.map((name) => [name, FIELD_RULES[name].read(body[name] ?? null, name)]));
}

/** The defaults of the optional fields of a type. */
export function fallbackFields(type: ProductType): Partial<StoredFields> {
  const names = FIELD_NAMES.filter((name) => isOn(name, type));
  const rows = names.map((name) => [name, FIELD_RULES[name].fallback] as const);
  return Object.fromEntries(rows.filter(([, fallback]) => fallback !== undefined));
}

export function isFieldName(name: string): boolean {
  return Object.hasOwn(FIELD_RULES, name);
}

function isOn(name: keyof StoredFields, type: ProductType): boolean {
  const { on } = FIELD_RULES[name];
  return on === 'both' || on === type;
}

const AUTH_OPTIONS: Readonly<Record<AuthType, Readonly<Record<string, Read<Json>>>>> = {
  key_auth: { header: text(1, 256), query: text(1, 256), hide_credentials: readFlag },
  basic_auth: { hide_credentials: readFlag },
  dcr: { dcr_provider_id: text(1, 256) },
};

function readAuth(value: Json, at: string): StoredAuth {
  const entries = Object.entries(readObject(value, at)).filter(([, one]) => one !== null);
  if (entries.length === 0) refuse(`${at} must have at least one property`);
  return Object.fromEntries(
    entries.map(([type, options]) => [type, readAuthOptions(type, options, `${at}.${type}`)]),
  );
}

function readAuthOptions(type: string, value: Json, at: string): JsonObject {
  if (!isAuthType(type)) return refuse(`property "${at}" is not allowed`);
  const options = readObject(value, at);
  for (const [key, option] of Object.entries(options)) {
    const read = Object.hasOwn(AUTH_OPTIONS[type], key) ? AUTH_OPTIONS[type][key] : undefined;
    if (read === undefined) return refuse(`property "${at}.${key}" is not allowed`);
    read(option, `${at}.${key}`);
  }
  if (type === 'dcr' && options['dcr_provider_id'] === undefined) refuse(`${at}.dcr_provider_id is required`);
  return options;
}

function isAuthType(type: string): type is AuthType {
  return Object.hasOwn(AUTH_OPTIONS, type);
}

/** Ignores the keys that the server adds to links in its responses. */
function readLink(value: Json, at: string): StoredLink {
  const { gateway_group_id = null, service_id = null, linked_hosts: hosts = null } = readObject(value, at);
  return {
    gateway_group_id: text(1, 256)(gateway_group_id, `${at}.gateway_group_id`),
    service_id: text(1, 256)(service_id, `${at}.service_id`),
    ...(hosts !== null && { linked_hosts: listOf(text(1, 256))(hosts, `${at}.linked_hosts`) }),
  };
}

const readEvent = oneOf(
  'subscription_approval_created',
  'subscription_approval_accepted',
  'subscription_approval_rejected',
  'subscription_approval_cancelled',
);

function readNotification(value: Json, at: string): StoredNotification {
  const { event = null, type = null, contact_point_ids: ids = null } = readObject(value, at);
  return {
    event: readEvent(event, `${at}.event`),
    type: oneOf('email', 'webhook')(type, `${at}.type`),
    contact_point_ids: listOf(text(1, 256))(ids, `${at}.contact_point_ids`),
  };
}

const DEFAULTS: Readonly<Record<AuthType, JsonObject>> = {
  key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false },
  basic_auth: { hide_credentials: false },
  dcr: {},
};

/** Auth in responses: as the client sent it, or with the defaults of the server (docs/design/admin-api.md §15.19). */
export function shownAuth(auth: StoredAuth, switches: Switches): StoredAuth {
  return switches.authEcho === 'bare' ? auth : defaultedAuth(auth);
}

export function defaultedAuth(auth: StoredAuth): StoredAuth {
  const types = Object.keys(auth) as AuthType[];
  return Object.fromEntries(types.map((type) => [type, { ...DEFAULTS[type], ...auth[type] }]));
}

/**
 * Checks that a write keeps the auth of a published product (docs/design/admin-api.md §5.1). The auth is unchanged if it equals
 * the one in responses, in any order of keys. A PUT that replaces the product removes an omitted auth.
 * @throws Refusal
 */
export function checkAuthLock(product: Product, given: Partial<StoredFields>, switches: Switches): void {
  if (product.type !== 'gateway' || product.fields.status !== 'published') return;
  if (isAllowed(product.fields.auth ?? {}, given.auth, switches)) return;
  throw new Refusal(
    switches.lockedAuthStatus,
    'auth cannot be changed while the API product is published; unpublish it first',
  );
}

function isAllowed(stored: StoredAuth, given: StoredAuth | undefined, switches: Switches): boolean {
  if (switches.authEchoLocks) return given === undefined;
  if (given === undefined) return switches.putSemantics === 'merge';
  return isDeepStrictEqual(shownAuth(given, switches), shownAuth(stored, switches));
}

export type Spelling = 'hyphen' | 'underscore';

const SIGNS: Readonly<Record<Spelling, string>> = { hyphen: '-', underscore: '_' };
const MARK = /(?<=^(?:key|basic))[-_](?=auth$)/;

/** Auth with the given spelling of its types: `key-auth` or `key_auth`. */
export function spelledAuth(auth: StoredAuth, spelling: Spelling): JsonObject {
  const entries = Object.entries(auth).map(([type, options]) => [
    type.replace(MARK, SIGNS[spelling]),
    options,
  ]);
  return Object.fromEntries(entries) as JsonObject;
}

/**
 * A body with underscores in its auth types, as the store has them.
 * @param only the only spelling that the server accepts; undefined: both, but not for the same type.
 */
export function underscoredBody(body: JsonObject, only?: Spelling): JsonObject {
  if ((body['auth'] ?? null) === null) return body;
  const auth = Object.entries(readObject(body['auth'], 'auth'));
  const spelled = auth.map(([type, options]) => [type.replace(MARK, '_'), options] as const);
  const foreign = auth.find(([type]) => only !== undefined && type !== type.replace(MARK, SIGNS[only]));
  if (foreign !== undefined) refuse(`property "auth.${foreign[0]}" is not allowed`);
  if (new Set(spelled.map(([type]) => type)).size < auth.length) refuse('auth names one type twice');
  return { ...body, auth: Object.fromEntries(spelled) };
}
