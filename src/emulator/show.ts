import { serviceKey, type Json, type JsonObject } from '../model/product.ts';
import { shownAuth, spelledAuth, type Spelling } from './product-fields.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';
import type { Application, Approval, ContactPoint, DcrProvider, Developer, GatewayGroup } from './world.ts';
import type { NamedRow, Portal, Product, Row, Service, StoredLink, Subscription } from './world.ts';

export interface Shown {
  readonly store: Store;
  readonly switches: Switches;
}

export interface ShownBy extends Shown {
  /** Number of the request: the seed of the order of sets. */
  readonly n: number;
  readonly spelling: Spelling;
}

/** A product in the response to a GET or a write: all fields, with server-owned ones and defaults. */
export function showProduct(product: Product, by: ShownBy): JsonObject {
  const { auth, linked_gateway_services: links, notifications, ...others } = product.fields;
  const { raw_openapi, labels, logo, server_urls, ...fields } = others;
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
    ...(server_urls !== undefined && hasServerUrls(product, switches) && { server_urls }),
    ...(auth !== undefined && { auth: spelledAuth(shownAuth(auth, switches), by.spelling) }),
    ...(links !== undefined && {
      linked_gateway_services: mixed(links, by).map((link) => showLink(link, by)),
    }),
    ...(notifications !== undefined && { notifications: mixed(notifications, by) }),
    ...showOpenapi(raw_openapi, product, by),
  };
}

/** A product in a list: by default only its main columns (docs/design/admin-api.md §4.1). See the switch `listRows`. */
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

/** Products with only the older `server_url` have no empty `server_urls` (docs/design/admin-api.md §16.2). */
function hasServerUrls({ fields, extra }: Product, switches: Switches): boolean {
  return fields.server_urls?.length !== 0 || !switches.extraFields || extra['server_url'] === undefined;
}

function keepsLabels(product: Product, switches: Switches): boolean {
  return product.type === 'gateway' || switches.externalLabels === 'keep';
}

/** Links, hosts and notifications are sets: the server does not keep their order (docs/design/admin-api.md §15.20). */
function mixed<Item>(items: readonly Item[], by: ShownBy): readonly Item[] {
  return by.switches.rowOrder === 'hostile' ? shuffled(items, chance(by.n)) : items;
}

function showLink(link: StoredLink, by: ShownBy): JsonObject {
  const { store, switches } = by;
  const { gateway_group_id, service_id, linked_hosts } = link;
  const service_name = store.tables.services.get(serviceKey(link))?.name ?? '';
  return {
    gateway_group_id,
    service_id,
    ...(linked_hosts && { linked_hosts: mixed(linked_hosts, by) }),
    ...(switches.extraFields && { service_name }),
  };
}

/** The field with the OpenAPI text, if any. Gateway products have the texts of their services (docs/design/admin-api.md §5). */
function showOpenapi(text: string | undefined, product: Product, by: ShownBy): JsonObject {
  const { getReturnsOpenapi: place } = by.switches;
  if (place === 'raw_openapis') return { raw_openapis: text === undefined ? documents(product, by) : [text] };
  return text === undefined || place === 'none' ? {} : { raw_openapi: text };
}

/** The OpenAPI documents of the services of a gateway product. */
export function documents(product: Product, { store }: Pick<Shown, 'store'>): readonly string[] {
  const links = product.fields.linked_gateway_services ?? [];
  return links.flatMap((link) => store.tables.services.get(serviceKey(link))?.openapi ?? []);
}

/** A time in a response: ISO 8601 or seconds (docs/design/admin-api.md §1.6). */
function shownTime(seconds: number, { timestamps }: Pick<Switches, 'timestamps'>): Json {
  return timestamps === 'unix' ? seconds : new Date(seconds * 1000).toISOString();
}

export function shownTimes(
  { created_at, updated_at }: Row,
  switches: Pick<Switches, 'timestamps'>,
): JsonObject {
  return { created_at: shownTime(created_at, switches), updated_at: shownTime(updated_at, switches) };
}

export function showPortal(portal: Portal, switches: Switches): JsonObject {
  const { public_url = `https://${portal.name}.portal.example.com` } = portal;
  return { ...showNamed(portal, switches), public_url };
}

export function showGatewayGroup(group: GatewayGroup, switches: Switches): JsonObject {
  return { ...showNamed(group, switches), type: 'api7_gateway', description: '' };
}

/** `service_id` is the id of the template that the service was published from (docs/design/admin-api.md §8). */
export function showService(service: Service, switches: Switches): JsonObject {
  return {
    ...showNamed(service, switches),
    type: 'http',
    desc: '',
    status: 1,
    gateway_group_id: service.gateway_group_id,
    hosts: service.hosts,
    plugins: service.plugins,
    path_prefix: '/',
    strip_path_prefix: true,
    upstream: { type: 'roundrobin', scheme: 'http', nodes: [{ host: 'upstream', port: 80, weight: 1 }] },
    ...(service.template_id !== undefined && { service_id: service.template_id }),
  };
}

/** Omits the headers, which contain a secret (docs/design/admin-api.md §9). */
export function showDcrProvider(provider: DcrProvider, switches: Switches): JsonObject {
  const { provider_type = 'oidc', issuer } = provider;
  return { ...showNamed(provider, switches), provider_type, issuer };
}

export function showContactPoint(point: ContactPoint, switches: Switches): JsonObject {
  return { ...showNamed(point, switches), type: point.type };
}

/** A subscription as the backend documents it (docs/design/admin-api.md §7.1). A pending one has no `subscribed_at`. */
export function showSubscription(row: Subscription, { store, switches }: Shown): JsonObject {
  const application = store.tables.applications.get(row.application_id);
  const developer = store.tables.developers.get(application?.developer_id ?? '');
  return {
    id: row.id,
    status: row.status,
    developer_id: developer?.id ?? '',
    developer_name: developer?.name ?? '',
    application_id: row.application_id,
    application_name: application?.name ?? '',
    api_product_id: row.api_product_id,
    api_product_name: store.tables.api_products.get(row.api_product_id)?.fields.name ?? '',
    ...(row.status === 'subscribed' && { subscribed_at: shownTime(row.updated_at, switches) }),
  };
}

/** An approval as the backend documents it, without its application and subscription. */
export function showApproval(row: Approval, { switches }: Pick<Shown, 'switches'>): JsonObject {
  return {
    ...shownTimes(row, switches),
    id: row.id,
    event: 'api_product_subscription',
    status: row.status,
    ...(row.result !== undefined && { result: row.result }),
    resource_type: 'api_product',
    resource_id: row.api_product_id,
    resource_name: row.resource_name,
    applicant_id: row.applicant_id,
    applicant_name: row.applicant_name,
    applied_at: shownTime(row.created_at, switches),
    ...(row.status === 'finished' && { operated_at: shownTime(row.updated_at, switches) }),
    ...row.operator,
  };
}

export function showNamed(row: NamedRow, switches: Pick<Switches, 'timestamps'>): JsonObject {
  return { ...shownTimes(row, switches), id: row.id, name: row.name, labels: row.labels };
}

/** A developer in the Admin API, with the id under both names (docs/design/admin-api.md §13). */
export function showDeveloper(row: Developer, switches: Pick<Switches, 'timestamps'>): JsonObject {
  return { ...showNamed(row, switches), developer_id: row.id };
}

export function showApplication(row: Application, switches: Pick<Switches, 'timestamps'>): JsonObject {
  return { ...showNamed(row, switches), desc: row.desc ?? '', developer_id: row.developer_id };
}

/** Returns a generator of pseudorandom numbers in [0, 1), the same for the same seed (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The items in a pseudorandom order. */
export function shuffled<Item>(items: readonly Item[], next: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** A JSON value with the keys of all objects in a pseudorandom order. */
export function shuffledKeys(value: unknown, next: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffledKeys(item, next));
  if (typeof value !== 'object' || value === null) return value;
  const entries = shuffled(Object.entries(value), next);
  return Object.fromEntries(entries.map(([key, one]) => [key, shuffledKeys(one, next)]));
}
