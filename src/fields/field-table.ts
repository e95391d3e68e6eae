import { sameJson } from '../json/canonical.ts';
import type { DesiredFields } from '../model/desired.ts';
import type { HeldProduct } from '../model/live.ts';
import type {
  FieldName,
  HeldFields,
  Json,
  JsonObject,
  ProductFields,
  ProductType,
  Visibility,
  WrittenFields,
} from '../model/product.ts';
import { auth } from './auth.ts';
import { textListEdits } from './edits.ts';
import { BOTH, EXTERNAL, GATEWAY, plain, type AuthKeys, type Field, type Reader } from './field.ts';
import { labels } from './labels.ts';
import { links } from './links.ts';
import { logo } from './logo.ts';
import { notifications } from './notifications.ts';
import { rawOpenapi } from './raw-openapi.ts';
import { flag, oneOf, text, texts } from './wire.ts';

/**
 * Every field of a product (docs/design/contract.md §5; defaults and limits from docs/design/admin-api.md §5), in the
 * order in which people read them. The schema decides which fields exist: the type of this table asks for each of them.
 */
export const FIELD_TABLE: {
  readonly [Name in FieldName]: Field<HeldFields[Name], WrittenFields[Name]>;
} = {
  name: plain({ on: BOTH, read: text, nothing: '', neededToCreate: true, alwaysDumped: true }),
  desc: plain({ on: BOTH, read: text, fallback: '' }),
  labels,
  logo,
  // Always dumped, so that an interrupted republish can be finished (docs/design/contract.md §6).
  status: plain({ on: BOTH, read: oneOf('draft', 'published'), fallback: 'draft', alwaysDumped: true }),
  // A value of a newer server stays what it is: it differs from whatever a file says.
  visibility: plain({ on: BOTH, read: text as Reader<Visibility>, fallback: 'public' }),
  subscription_auto_approval: plain({ on: GATEWAY, read: flag, fallback: false }),
  can_view_unsubscribed: plain({ on: GATEWAY, read: flag, fallback: true }),
  auth,
  linked_gateway_services: links,
  notifications,
  raw_openapi: rawOpenapi,
  server_urls: plain<readonly string[]>({
    on: EXTERNAL,
    read: serverUrls,
    fallback: [],
    olderKeys: ['server_url'],
    edits: ({ path, written, wanted }) => textListEdits(path, written, wanted),
  }),
};

/** `server_url` is the older key, still on old rows (docs/design/admin-api.md §5). */
function serverUrls(value: Json | undefined, name: string, raw: JsonObject): readonly string[] | undefined {
  const urls = texts(value, name);
  const older = text(raw['server_url'], 'server_url');
  return (urls === undefined || urls.length === 0) && older ? [older] : urls;
}

export const FIELD_NAMES = Object.keys(FIELD_TABLE) as FieldName[];

/** The keys of a product on the wire that this program knows and may write. */
export const FIELD_KEYS: ReadonlySet<string> = new Set(
  FIELD_NAMES.flatMap((name) => [name, ...FIELD_TABLE[name].olderKeys]),
);

const onType = (type: ProductType): readonly FieldName[] =>
  FIELD_NAMES.filter((name) => FIELD_TABLE[name].on.includes(type));
const FIELDS_OF = { gateway: onType('gateway'), external: onType('external') };

/** The fields that products of a type have, in the order of the table. */
export function fieldsOf(type: ProductType): readonly FieldName[] {
  return FIELDS_OF[type];
}

/** The specification of a field, for values of that field. */
export function fieldOf<Name extends FieldName>(name: Name): Field<HeldFields[Name], WrittenFields[Name]> {
  return FIELD_TABLE[name];
}

/** Whether a product that was given nothing has this value. */
export function isDefault<Name extends FieldName>(name: Name, value: HeldFields[Name]): boolean {
  return sameJson(value, FIELD_TABLE[name].nothing);
}

/** The fields of a live product, other than its name, that can be declared and do not have their default. */
export function tellingFields(
  { type, fields, unreadable, fromRow }: HeldProduct,
  keepsExternalLabels: boolean,
): readonly FieldName[] {
  const isKnown = (name: FieldName): boolean =>
    !unreadable.includes(name) && (fromRow === undefined || fromRow.includes(name));
  const isKept = (name: FieldName): boolean => name !== 'labels' || type === 'gateway' || keepsExternalLabels;
  const isTelling = (name: FieldName): boolean =>
    !isDefault(name, fieldOf(name).inFile(fields[name], undefined));
  return fieldsOf(type).filter((name) => name !== 'name' && isKnown(name) && isKept(name) && isTelling(name));
}

/** Fields that were given, in the compared form. */
export function normalFields(fields: DesiredFields): DesiredFields {
  const normal: Partial<Record<FieldName, HeldFields[FieldName]>> = {};
  for (const name of FIELD_NAMES) {
    const value = fields[name];
    if (value !== undefined) normal[name] = fieldOf(name).normal(value);
  }
  return normal as DesiredFields;
}

/** The same with server defaults for whatever was not given: how a live product, or one just created, looks. */
export function completeFields(fields: Partial<ProductFields> & Pick<ProductFields, 'name'>): ProductFields {
  return { ...NOTHING, ...normalFields(fields) } as ProductFields;
}

const NOTHING = Object.fromEntries(FIELD_NAMES.map((name) => [name, FIELD_TABLE[name].nothing]));

/** The fields of a type that a response gives. @throws Unexpected as the fields do. */
export function readFields(type: ProductType, raw: JsonObject): Partial<ProductFields> {
  const given: Partial<Record<FieldName, HeldFields[FieldName]>> = {};
  for (const name of fieldsOf(type)) {
    const value = fieldOf(name).read(raw[name], name, raw);
    if (value !== undefined) given[name] = value;
  }
  return given as Partial<ProductFields>;
}

/**
 * The given fields as the server takes them; fields that products of the type do not have are left out.
 * @param was the product as the server gave it, or nothing.
 */
export function writeFields(
  type: ProductType,
  fields: DesiredFields,
  was: JsonObject,
  authKeys: AuthKeys,
): JsonObject {
  const written: Record<string, Json> = {};
  for (const name of fieldsOf(type)) {
    const value = fields[name];
    if (value !== undefined) written[name] = fieldOf(name).write(value, was[name], authKeys);
  }
  return written;
}
