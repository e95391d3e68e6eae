import { AdminError } from '../model/errors.ts';
import { completeFields, DEFAULT_KEY_NAME, fieldsOf } from '../model/field-table.ts';
import type { LiveProduct } from '../model/live.ts';
import type {
  Auth,
  FieldName,
  Json,
  JsonObject,
  Labels,
  Link,
  Notification,
  ProductFields,
  ProductStatus,
  ProductType,
  Visibility,
} from '../model/product.ts';
import { isObject } from './read-json.ts';
import type { Redact } from './credential.ts';

/** What a field of an answer holds; undefined where the server gives nothing, and null is nothing. */
type Reader<Value> = (raw: JsonObject) => Value | undefined;

/** Unknown keys are not read and stay in `raw`; both spellings of auth and of older keys are (admin-api §13). */
const READERS: { readonly [Name in FieldName]: Reader<ProductFields[Name]> } = {
  name: ({ name }) => text(name, 'name'),
  desc: ({ desc }) => text(desc, 'desc'),
  labels: ({ labels }) => labelsOf(labels),
  logo: ({ logo }) => text(logo, 'logo'),
  status: ({ status }) => statusOf(status),
  // A value of a newer server stays what it is: it differs from whatever a file says.
  visibility: ({ visibility }) => text(visibility, 'visibility') as Visibility | undefined,
  subscription_auto_approval: (raw) => flag(raw.subscription_auto_approval, 'subscription_auto_approval'),
  can_view_unsubscribed: (raw) => flag(raw.can_view_unsubscribed, 'can_view_unsubscribed'),
  auth: ({ auth }) => authOf(auth),
  linked_gateway_services: (raw) => list(raw.linked_gateway_services, 'linked_gateway_services')?.map(linkOf),
  notifications: ({ notifications }) => list(notifications, 'notifications')?.map(notificationOf),
  raw_openapi: openapiOf,
  server_urls: serverUrlsOf,
};

/**
 * A product as the server gave it, in the compared form beside what it was (contract §5).
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
    const given = givenFields(type, raw);
    const fields = completeFields({ ...given, name: needed(READERS.name(raw), 'name') });
    const product = { id, type, fields, unreadable: unreadable(type, raw), raw };
    return { product, given: fieldsOf(type).filter((name) => given[name] !== undefined) };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const product = JSON.stringify(raw.name ?? raw.id ?? null);
    throw new AdminError(redact(`product ${product}: the server gives ${error.message}`));
  }
}

/** What the readers of the fields of a type find in an answer. */
function givenFields(type: ProductType, raw: JsonObject): Partial<ProductFields> {
  const given: Partial<Record<FieldName, ProductFields[FieldName]>> = {};
  for (const name of fieldsOf(type)) {
    const value = READERS[name](raw);
    if (value !== undefined) given[name] = value;
  }
  return given as Partial<ProductFields>;
}

class Unexpected extends Error {}

/**
 * An external product has a document for certain, a gateway product a way of authentication; what is not given back can
 * not be compared, and no difference may be made up (admin-api §15.17, acceptance D5).
 */
function unreadable(type: ProductType, raw: JsonObject): readonly FieldName[] {
  if (type === 'external') return openapiOf(raw) === undefined ? ['raw_openapi'] : [];
  return raw.auth === undefined || raw.auth === null ? ['auth'] : [];
}

function openapiOf(raw: JsonObject): string | undefined {
  const written = text(raw.raw_openapi, 'raw_openapi');
  const [first] = written ? [written] : (texts(raw.raw_openapis, 'raw_openapis') ?? []);
  return first === '' ? undefined : first;
}

/** `server_url` is the older key, still on old rows (admin-api §5). */
function serverUrlsOf(raw: JsonObject): readonly string[] | undefined {
  const urls = texts(raw.server_urls, 'server_urls');
  const older = text(raw.server_url, 'server_url');
  return (urls === undefined || urls.length === 0) && older ? [older] : urls;
}

function typeOf(value: Json | undefined): ProductType {
  if (value === 'gateway' || value === 'external') return value;
  throw unexpected(value, 'type');
}

function statusOf(value: Json | undefined): ProductStatus | undefined {
  if (value === 'draft' || value === 'published') return value;
  if (value === undefined || value === null) return undefined;
  throw unexpected(value, 'status');
}

function labelsOf(value: Json | undefined): Labels | undefined {
  const labels = object(value, 'labels');
  if (labels === undefined) return undefined;
  const entries = Object.entries(labels).map(([key, one]) => [key, needed(text(one, 'labels'), 'labels')]);
  return Object.fromEntries(entries) as Labels;
}

/** Defaults are filled in here, since a server may answer `{}` or spell them out (admin-api §15.19). */
function authOf(value: Json | undefined): Auth | undefined {
  const auth = object(value, 'auth');
  if (auth === undefined) return undefined;
  const keyAuth = object(auth.key_auth ?? auth['key-auth'], 'auth.key_auth');
  const basicAuth = object(auth.basic_auth ?? auth['basic-auth'], 'auth.basic_auth');
  const dcr = object(auth.dcr, 'auth.dcr');
  return {
    ...(keyAuth && { key_auth: keyAuthOf(keyAuth) }),
    ...(basicAuth && { basic_auth: { hide_credentials: hides(basicAuth) } }),
    ...(dcr && { dcr: { dcr_provider_id: needed(text(dcr.dcr_provider_id, 'auth.dcr'), 'auth.dcr') } }),
  };
}

function keyAuthOf(keyAuth: JsonObject) {
  return {
    header: text(keyAuth.header, 'auth.key_auth.header') || DEFAULT_KEY_NAME,
    query: text(keyAuth.query, 'auth.key_auth.query') || DEFAULT_KEY_NAME,
    hide_credentials: hides(keyAuth),
  };
}

const hides = (auth: JsonObject): boolean => flag(auth.hide_credentials, 'auth hide_credentials') ?? false;

function linkOf(value: Json): Link {
  const link = needed(object(value, 'linked_gateway_services'), 'linked_gateway_services');
  const id = (name: string): string => needed(text(link[name], name), name);
  return {
    gateway_group_id: id('gateway_group_id'),
    service_id: id('service_id'),
    linked_hosts: texts(link.linked_hosts, 'linked_hosts') ?? [],
  };
}

function notificationOf(value: Json): Notification {
  const notification = needed(object(value, 'notifications'), 'notifications');
  return {
    event: needed(text(notification.event, 'event'), 'event'),
    type: needed(text(notification.type, 'type'), 'type'),
    contact_point_ids: texts(notification.contact_point_ids, 'contact_point_ids') ?? [],
  };
}

function text(value: Json | undefined, field: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw unexpected(value, field);
}

function flag(value: Json | undefined, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw unexpected(value, field);
}

function object(value: Json | undefined, field: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return value;
  throw unexpected(value, field);
}

function list(value: Json | undefined, field: string): readonly Json[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value;
  throw unexpected(value, field);
}

function texts(value: Json | undefined, field: string): readonly string[] | undefined {
  return list(value, field)?.map((one) => needed(text(one, field), field));
}

function needed<Value>(value: Value | undefined, field: string): Value {
  if (value !== undefined) return value;
  throw unexpected(undefined, field);
}

function unexpected(value: Json | undefined, field: string): Unexpected {
  const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  return new Unexpected(`${shown} in the field ${field}`);
}
