import { compareStrings } from '../lib/canonical-json.ts';
import { isAscending, sortedBy, sortedSet } from '../lib/sorted-by.ts';
import type { DeclaredFields, DesiredFields } from './desired.ts';
import type { LongText } from './long-text.ts';
import { textOf } from './long-text.ts';
import type {
  Auth,
  FieldName,
  HeldFields,
  Labels,
  Link,
  Notification,
  ProductFields,
  ProductStatus,
  ProductType,
  Visibility,
} from './product.ts';
import { serviceKey } from './product.ts';

/**
 * What the program knows of one field. Diff, plan, dump and documentation read this table; a rule about one field that
 * stands elsewhere as an `if` is a column that is missing here.
 */
export interface FieldRow<Value> {
  /** The product types that have the field. */
  readonly on: readonly ProductType[];
  /** Whether the server refuses a change while the product is published (admin-api §5.1). */
  readonly lockedWhilePublished: boolean;
  /** What the server has where nothing was given, and what `null` in a file means; undefined: it can't be reset. */
  readonly fallback: Value | undefined;
  /** Whether a product can't be created without it (admin-api §15.25). */
  readonly neededToCreate: boolean;
  /**
   * `text`, `image`: equal if equal; an image is described by its size. `openapi`: equal if the documents mean the same.
   * `parts`: compared part by part.
   */
  readonly compare: 'text' | 'image' | 'openapi' | 'parts';
  /** Brings a complete value into the one form in which values are compared: sets sorted, doubles dropped. */
  readonly normal: (value: Value) => Value;
}

export const DEFAULT_KEY_NAME = 'apikey';
export const EMPTY_AUTH: Auth = {};

const BOTH: readonly ProductType[] = ['gateway', 'external'];
const GATEWAY: readonly ProductType[] = ['gateway'];
const EXTERNAL: readonly ProductType[] = ['external'];

const same = <Value>(value: Value): Value => value;

/** The table of contract §5; defaults and limits from admin-api §5. Rows stand in the order in which people read them. */
export const FIELD_TABLE: { readonly [Name in FieldName]: FieldRow<HeldFields[Name]> } = {
  name: row<string>(BOTH, { neededToCreate: true }),
  desc: row<string>(BOTH, { fallback: '' }),
  labels: row<Labels>(BOTH, { fallback: {}, compare: 'parts', normal: sortKeys }),
  logo: row<string>(BOTH, { fallback: '', compare: 'image' }),
  status: row<ProductStatus>(BOTH, { fallback: 'draft' }),
  visibility: row<Visibility>(BOTH, { fallback: 'public' }),
  subscription_auto_approval: row<boolean>(GATEWAY, { fallback: false }),
  can_view_unsubscribed: row<boolean>(GATEWAY, { fallback: true }),
  auth: row<Auth>(GATEWAY, { lockedWhilePublished: true, neededToCreate: true, compare: 'parts' }),
  linked_gateway_services: row<readonly Link[]>(GATEWAY, {
    fallback: [],
    compare: 'parts',
    normal: normalLinks,
  }),
  notifications: row<readonly Notification[]>(GATEWAY, {
    fallback: [],
    compare: 'parts',
    normal: normalNotifications,
  }),
  raw_openapi: row<LongText>(EXTERNAL, { neededToCreate: true, compare: 'openapi' }),
  server_urls: row<readonly string[]>(EXTERNAL, { fallback: [], compare: 'parts' }),
};

export const FIELD_NAMES = Object.keys(FIELD_TABLE) as FieldName[];

const onType = (type: ProductType): readonly FieldName[] =>
  FIELD_NAMES.filter((name) => FIELD_TABLE[name].on.includes(type));
const FIELDS_OF = { gateway: onType('gateway'), external: onType('external') };

/** The fields that products of a type have, in the order of the table. */
export function fieldsOf(type: ProductType): readonly FieldName[] {
  return FIELDS_OF[type];
}

/** One field's value in the compared form. */
export function normalField<Name extends FieldName>(name: Name, value: HeldFields[Name]): HeldFields[Name] {
  return (FIELD_TABLE[name] as FieldRow<HeldFields[Name]>).normal(value);
}

/** Fields that were given, in the compared form. */
export function normalFields(fields: DesiredFields): DesiredFields {
  const normal: Partial<Record<FieldName, HeldFields[FieldName]>> = {};
  for (const name of FIELD_NAMES) {
    const value = fields[name];
    if (value !== undefined) normal[name] = normalField(name, value);
  }
  return normal as DesiredFields;
}

/** Fields with their long texts as they are, which is how changes and all that comes of them have them. */
export function unpackedFields(fields: DesiredFields): DeclaredFields {
  const { raw_openapi: text, ...others } = fields;
  return text === undefined ? others : { ...fields, raw_openapi: textOf(text) };
}

/** The same with server defaults for whatever was not given: how a live product, or one just created, looks. */
export function completeFields(fields: Partial<ProductFields> & Pick<ProductFields, 'name'>): ProductFields {
  return { ...FALLBACKS, ...normalFields(fields) } as ProductFields;
}

/** What stands for «nothing» in a complete product where a field has no default of its own. */
const EMPTY: Partial<ProductFields> = { auth: EMPTY_AUTH, raw_openapi: '' };
const FALLBACKS = Object.fromEntries(
  FIELD_NAMES.map((name) => [name, FIELD_TABLE[name].fallback ?? EMPTY[name]]),
);

function row<Value>(on: readonly ProductType[], columns: Partial<FieldRow<Value>>): FieldRow<Value> {
  return {
    on,
    lockedWhilePublished: false,
    fallback: undefined,
    neededToCreate: false,
    compare: 'text',
    normal: same,
    ...columns,
  };
}

function sortKeys(labels: Labels): Labels {
  if (isAscending(Object.keys(labels))) return labels;
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => compareStrings(a, b)));
}

function normalLinks(links: readonly Link[]): readonly Link[] {
  return sortedBy(
    links.map((link) => withSorted(link, 'linked_hosts')),
    serviceKey,
  );
}

function normalNotifications(notifications: readonly Notification[]): readonly Notification[] {
  return sortedBy(
    notifications.map((one) => withSorted(one, 'contact_point_ids')),
    ({ contact_point_ids, event, type }) => JSON.stringify([contact_point_ids, event, type]),
  );
}

/** The item itself where its list is a sorted set already, as most are. */
function withSorted<List extends string, Item extends Readonly<Record<List, readonly string[]>>>(
  item: Item,
  list: List,
): Item {
  const sorted = sortedSet(item[list]);
  return sorted === item[list] ? item : { ...item, [list]: sorted };
}
