import { fieldsOf } from '../model/field-table.ts';
import type { DeclaredFields } from '../model/desired.ts';
import type { Auth, FieldName, Json, JsonObject, Link, Notification, ProductType } from '../model/product.ts';
import { serviceKey } from '../model/product.ts';
import type { DialectRow } from './dialects.ts';
import { isObject } from './read-json.ts';

/** How a field is written: its value, and the same field of the product as the server gave it, whose unknown keys stay. */
type Writer<Value> = (value: Value, was: Json | undefined, dialect: DialectRow) => Json;

/** The fields whose wire form is not the compared form itself. */
const WRITERS: { readonly [Name in FieldName]?: Writer<NonNullable<DeclaredFields[Name]>> } = {
  auth: writeAuth,
  linked_gateway_services: (links, was) =>
    links.map((link) => ({ ...knownLink(was, link), ...writeLink(link) })),
  notifications: (ones, was) => ones.map((one) => ({ ...knownNotification(was, one), ...one })),
};

/**
 * The given fields as the server wants them; fields that products of the type do not have are left out.
 * @param was is the product as the server gave it, or nothing.
 */
export function toWire(
  type: ProductType,
  fields: DeclaredFields,
  was: JsonObject,
  dialect: DialectRow,
): JsonObject {
  const given = fieldsOf(type).filter((name) => fields[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, write(name, fields, was, dialect)]));
}

function write(name: FieldName, fields: DeclaredFields, was: JsonObject, dialect: DialectRow): Json {
  const writer = WRITERS[name] as Writer<unknown> | undefined;
  const value = fields[name];
  return writer ? writer(value, was[name], dialect) : (value as Json);
}

const AUTH_SPELLINGS: Readonly<Record<keyof Auth, readonly string[]>> = {
  key_auth: ['key_auth', 'key-auth'],
  basic_auth: ['basic_auth', 'basic-auth'],
  dcr: ['dcr'],
};
const AUTH_TYPES = Object.keys(AUTH_SPELLINGS) as (keyof Auth)[];

/** Auth types that this program does not know stay: taking one away would lock somebody out unasked. */
function writeAuth(auth: Auth, was: Json | undefined, dialect: DialectRow): JsonObject {
  const before = isObject(was) ? was : {};
  const spellings = new Set(Object.values(AUTH_SPELLINGS).flat());
  const unknown = Object.entries(before).filter(([key, value]) => !spellings.has(key) && value !== null);
  const known = AUTH_TYPES.filter((type) => auth[type] !== undefined).map((type) => {
    const old = AUTH_SPELLINGS[type].map((key) => before[key]).find(isObject);
    return [dialect.authKeys[type], { ...old, ...auth[type] }] as const;
  });
  return Object.fromEntries([...unknown, ...known]);
}

/** No hosts means all of them, and is written by saying nothing (admin-api §5). */
function writeLink({ gateway_group_id, service_id, linked_hosts }: Link): JsonObject {
  return { gateway_group_id, service_id, ...(linked_hosts.length === 0 ? {} : { linked_hosts }) };
}

function knownLink(was: Json | undefined, link: Link): JsonObject {
  const { linked_hosts: _, ...rest } =
    objectsOf(was).find((one) => serviceKey(one as unknown as Link) === serviceKey(link)) ?? {};
  return rest;
}

function knownNotification(was: Json | undefined, { event, type }: Notification): JsonObject {
  return objectsOf(was).find((one) => one.event === event && one.type === type) ?? {};
}

const objectsOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter((one) => isObject(one)) : [];
