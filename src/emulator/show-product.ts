import { serviceKey, type Json, type JsonObject } from '../model/product.ts';
import { shownAuth } from './auth-lock.ts';
import { chance, shuffled } from './chance.ts';
import { spelledAuth, type Spelling } from './auth-spelling.ts';
import type { Product, StoredLink } from './rows.ts';
import { shownTimes } from './show-rows.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export interface ShownBy {
  /** Number of the request: what has no order comes in another one each time. */
  readonly n: number;
  readonly store: Store;
  readonly switches: Switches;
  readonly spelling: Spelling;
}

/** A product as GET and writes answer it: whole, with server-owned fields and defaults filled in. */
export function showProduct(product: Product, by: ShownBy): JsonObject {
  const { auth, linked_gateway_services: links, notifications, ...others } = product.fields;
  const { raw_openapi, labels, logo, ...fields } = others;
  const { switches } = by;
  return {
    ...shownTimes(product, switches),
    id: product.id,
    type: product.type,
    portal_id: product.portal_id,
    ...fields,
    ...(switches.extraFields && { ...product.extra, operator_id: 'admin' }),
    ...(labels !== undefined && keepsLabels(product, switches) && { labels }),
    ...(logo !== undefined && logo !== '' && { logo }),
    ...(auth !== undefined && { auth: spelledAuth(shownAuth(auth, switches), by.spelling) }),
    ...(links !== undefined && {
      linked_gateway_services: mixed(links, by).map((link) => showLink(link, by)),
    }),
    ...(notifications !== undefined && { notifications: mixed(notifications, by) }),
    ...showOpenapi(raw_openapi, product, by),
  };
}

/** What a PATCH is carried out on: what a PUT may hold, each list in the order in which it was written. */
export function writableFields({ type, fields, extra }: Product, by: ShownBy): JsonObject {
  const { auth, ...others } = fields;
  return {
    type,
    ...extra,
    ...others,
    ...(auth !== undefined && { auth: spelledAuth(shownAuth(auth, by.switches), by.spelling) }),
  };
}

/** A row of a list: by default little more than an index (admin-api §4.1), else whole, or what looks like it. */
export function showProductRow(product: Product, by: ShownBy): JsonObject {
  const api_count = product.fields.linked_gateway_services?.length ?? 1;
  return { ...ROWS[by.switches.listRows](showProduct(product, by)), api_count };
}

const INDEX = ['id', 'name', 'type', 'status', 'visibility', 'created_at', 'updated_at'];
const NOT_IN_DRAFTS: ReadonlySet<string> = new Set([
  'auth',
  'linked_gateway_services',
  'raw_openapi',
  'raw_openapis',
]);
const LONGEST_TEXT = 100;

const ROWS: Readonly<Record<Switches['listRows'], (whole: JsonObject) => JsonObject>> = {
  full: (whole) => whole,
  summary: (whole) => Object.fromEntries(INDEX.map((key) => [key, whole[key] ?? null])),
  shortened: (whole) => Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, cut(value)])),
  partial: (whole) =>
    whole['status'] === 'draft'
      ? Object.fromEntries(Object.entries(whole).filter(([key]) => !NOT_IN_DRAFTS.has(key)))
      : whole,
};

function cut(value: Json): Json {
  if (typeof value === 'string') return value.slice(0, LONGEST_TEXT);
  return Array.isArray(value) ? value.slice(0, 1).map(cut) : value;
}

function keepsLabels(product: Product, switches: Switches): boolean {
  return product.type === 'gateway' || switches.externalLabels === 'keep';
}

/** Links, hosts and notifications are sets: their order means nothing, and is not kept (admin-api §15.20). */
function mixed<Item>(items: readonly Item[], by: ShownBy): readonly Item[] {
  return by.switches.rowOrder === 'hostile' ? shuffled(items, chance(by.n)) : items;
}

function showLink(link: StoredLink, by: ShownBy): JsonObject {
  const { gateway_group_id, service_id, linked_hosts } = link;
  const known = {
    gateway_group_id,
    service_id,
    ...(linked_hosts && { linked_hosts: mixed(linked_hosts, by) }),
  };
  if (!by.switches.extraFields) return known;
  const service = by.store.tables.services.get(serviceKey(link));
  return { ...known, service_name: service?.name ?? '' };
}

/** Where the text of an external product stands, if anywhere; gateway products show their services' (admin-api §5). */
function showOpenapi(text: string | undefined, product: Product, by: ShownBy): JsonObject {
  const { getReturnsOpenapi: place } = by.switches;
  if (place === 'raw_openapis') return { raw_openapis: text === undefined ? documents(product, by) : [text] };
  return text === undefined || place === 'none' ? {} : { raw_openapi: text };
}

function documents(product: Product, by: ShownBy): readonly Json[] {
  const links = product.fields.linked_gateway_services ?? [];
  return links.flatMap((link) => by.store.tables.services.get(serviceKey(link))?.openapi ?? []);
}
