import { sameJson } from '../json/canonical.ts';
import type { DesiredFields } from '../model/desired.ts';
import type { References } from '../model/directory.ts';
import type { CompactProduct } from '../model/live.ts';
import type {
  FieldName,
  CompactFields,
  Json,
  JsonObject,
  ProductFields,
  ProductType,
  Visibility,
  WrittenFields,
} from '../model/product.ts';
import { auth } from './auth.ts';
import { textListEdits } from './edits.ts';
import type { AuthKeys, Field, Reader } from './field.ts';
import { BOTH, EXTERNAL, flag, GATEWAY, oneOf, plain, text, texts } from './field.ts';
import { logo, rawOpenapi } from './included.ts';
import { labels } from './labels.ts';
import { links } from './links.ts';
import { notifications } from './notifications.ts';

/**
 * Every field of a product (docs/design/contract.md §5; defaults and limits from docs/design/admin-api.md §5), in
 * reading order. The schema defines which fields exist: the type of this table requires each of them.
 */
export const FIELD_TABLE: {
  readonly [Name in FieldName]: Field<CompactFields[Name], WrittenFields[Name]>;
} = {
  name: plain({ on: BOTH, read: text, initial: '', neededToCreate: true, alwaysDumped: true }),
  desc: plain({ on: BOTH, read: text, fallback: '' }),
  labels,
  logo,
  // Always dumped, so that a later run can finish an interrupted republish (docs/design/contract.md §6).
  status: plain({ on: BOTH, read: oneOf('draft', 'published'), fallback: 'draft', alwaysDumped: true }),
  // Unknown values of a newer server are kept. They differ from every value of a file.
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

/** `server_url` is the older key, which old rows still have (docs/design/admin-api.md §5). */
function serverUrls(value: Json | undefined, name: string, raw: JsonObject): readonly string[] | undefined {
  const urls = texts(value, name);
  const older = text(raw['server_url'], 'server_url');
  return (urls === undefined || urls.length === 0) && older ? [older] : urls;
}

export const FIELD_NAMES = Object.keys(FIELD_TABLE) as FieldName[];

/** The keys of a product in the Admin API that adc knows and may write. */
export const FIELD_KEYS: ReadonlySet<string> = new Set(
  FIELD_NAMES.flatMap((name) => [name, ...FIELD_TABLE[name].olderKeys]),
);

const fieldsOn = (type: ProductType): readonly FieldName[] =>
  FIELD_NAMES.filter((name) => FIELD_TABLE[name].on.includes(type));
const FIELDS_OF = { gateway: fieldsOn('gateway'), external: fieldsOn('external') };

/** The fields that products of a type have, in the order of the table. */
export function fieldsOf(type: ProductType): readonly FieldName[] {
  return FIELDS_OF[type];
}

/** The specification of a field, with the types of that field. */
export function fieldOf<Name extends FieldName>(name: Name): Field<CompactFields[Name], WrittenFields[Name]> {
  return FIELD_TABLE[name];
}

/** The fields of a live product, except its name, that a file can declare and that do not have their default. */
export function nonDefaultFields(
  { type, fields, unreadable, fromRow }: CompactProduct,
  keepsExternalLabels: boolean,
): readonly FieldName[] {
  const isKnown = (name: FieldName): boolean =>
    !unreadable.includes(name) && (fromRow === undefined || fromRow.includes(name));
  const isKept = (name: FieldName): boolean => name !== 'labels' || type === 'gateway' || keepsExternalLabels;
  const isNonDefault = (name: FieldName): boolean =>
    !sameJson(fieldOf(name).inFile(fields[name], undefined), fieldOf(name).initial);
  return fieldsOf(type).filter(
    (name) => name !== 'name' && isKnown(name) && isKept(name) && isNonDefault(name),
  );
}

/** The given fields in the compared form. */
export function normalFields(fields: DesiredFields): DesiredFields {
  return fieldsBy(FIELD_NAMES, (name) => {
    const value = fields[name];
    return value === undefined ? undefined : fieldOf(name).normal(value);
  });
}

/** The values that `valueOf` returns for the fields, except undefined. */
export function fieldsBy<Value>(
  names: readonly FieldName[],
  valueOf: (name: FieldName) => Value | undefined,
): Readonly<Record<string, Value>> {
  const fields: Record<string, Value> = {};
  for (const name of names) {
    const value = valueOf(name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** The given fields in the compared form, with the initial value of the others. */
export function completeFields(fields: Partial<ProductFields> & Pick<ProductFields, 'name'>): ProductFields {
  return { ...INITIAL, ...normalFields(fields) } as ProductFields;
}

const INITIAL = Object.fromEntries(FIELD_NAMES.map((name) => [name, FIELD_TABLE[name].initial]));

/** The fields of a type in a response. @throws Unexpected for a value of another shape. */
export function readFields(type: ProductType, raw: JsonObject): Partial<ProductFields> {
  return fieldsBy(fieldsOf(type), (name) => fieldOf(name).read(raw[name], name, raw));
}

/**
 * The given fields in the form of the server, without fields that the type does not have.
 * @param was the product as the server returned it, if any.
 */
export function writeFields(
  type: ProductType,
  fields: DesiredFields,
  was: JsonObject,
  authKeys: AuthKeys,
): JsonObject {
  return fieldsBy(fieldsOf(type), (name) => {
    const value = fields[name];
    return value === undefined ? undefined : fieldOf(name).write(value, was[name], authKeys);
  });
}

const REFERRING = FIELD_NAMES.filter((name) => fieldOf(name).refers !== undefined);

/** The references of declared bodies or live fields to resources of the control plane, which adc then reads. */
export function references(products: readonly Partial<Record<FieldName, unknown>>[]): References {
  const found = products.flatMap((product) =>
    REFERRING.flatMap((name) => {
      const value = product[name] ?? undefined;
      // The schema has checked declared values, and the field's reader live ones.
      return value === undefined ? [] : (fieldOf(name).refers?.(value) ?? []);
    }),
  );
  const referencesTo = (kind: keyof References): References[keyof References] => {
    const ofKind = found.filter((one) => one.to === kind);
    return {
      names: new Set(ofKind.flatMap(({ name }) => name ?? [])),
      ids: new Set(ofKind.flatMap(({ id }) => id ?? [])),
    };
  };
  return {
    gatewayGroups: referencesTo('gatewayGroups'),
    dcrProviders: referencesTo('dcrProviders'),
    contactPoints: referencesTo('contactPoints'),
  };
}
