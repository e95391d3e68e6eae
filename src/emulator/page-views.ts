import { objectAt, textAt } from '../json/value.ts';
import { sortedBy } from '../lib/lists.ts';
import { sha256 } from '../lib/sha256.ts';
import { enabledPlugins, isAuthPlugin } from '../model/directory.ts';
import {
  AUDIENCES,
  type Access,
  type Audience,
  type PortalView,
  type ProductView,
  type SandboxProduct,
  type SandboxService,
  type SandboxSubscription,
  type SandboxView,
} from '../model/portal-view.ts';
import { serviceKey } from '../model/product.ts';
import { openapiValue } from '../openapi/document.ts';
import { defaultedAuth } from './product-fields.ts';
import type { Server } from './serve.ts';
import { documents } from './show.ts';
import type { Store } from './store.ts';
import type { Portal, Product, Service, Subscription } from './world.ts';

/**
 * The access of an audience to a product. Drafts are hidden. Guests see only `public` products. `can_view_unsubscribed: false`
 * locks the documents for all but subscribers (docs/design/admin-api.md §4.1, §16.2).
 */
export function accessOf({ fields }: Pick<Product, 'fields'>, audience: Audience): Access {
  const { status, visibility, can_view_unsubscribed: isOpen = true } = fields;
  if (status !== 'published' || (visibility !== 'public' && audience === 'guest')) return 'hidden';
  return isOpen || audience === 'subscriber' ? 'open' : 'locked';
}

/** The products of a portal, sorted by name, with the access of each audience. */
export function portalView(store: Store, portal: Portal): PortalView {
  const products = productsOf(store, portal).map((product) => viewOf(product, store));
  return { products: sortedBy(products, ({ name, id }) => JSON.stringify([name, id])) };
}

/** The text of the OpenAPI document with this id in portalView(); undefined for an unknown id. */
export function documentText(store: Store, portal: Portal, id: string): string | undefined {
  return documentTexts(store, portal).get(id);
}

/** The texts of the OpenAPI documents by id in portalView(). */
export function documentTexts(store: Store, portal: Portal): ReadonlyMap<string, string> {
  const texts = productsOf(store, portal).flatMap((product) => openapisOf(product, store));
  return new Map(texts.map((text) => [sha256(text), text]));
}

/** The document of an external product, or those of the services of a gateway product. */
export function openapisOf(product: Product, store: Store): readonly string[] {
  const { raw_openapi: own } = product.fields;
  return own === undefined ? documents(product, { store }) : [own];
}

function productsOf({ products }: Store, portal: Portal): readonly Product[] {
  return products.filter(({ portal_id }) => portal_id === portal.id);
}

function viewOf(product: Product, store: Store): ProductView {
  const { id, type, fields } = product;
  const { desc = '', labels = {}, logo = '', auth = {}, server_urls = [] } = fields;
  const count = (status: Subscription['status']): number =>
    store.subscriptions.filter((row) => row.api_product_id === id && row.status === status).length;
  return {
    id,
    name: fields.name,
    type,
    desc,
    ...(logo !== '' && { logo }),
    labels,
    status: fields.status,
    visibility: fields.visibility,
    subscription_auto_approval: fields.subscription_auto_approval ?? false,
    can_view_unsubscribed: fields.can_view_unsubscribed ?? true,
    auth: authSentences(auth, store),
    server_urls,
    access: Object.fromEntries(
      AUDIENCES.map((one) => [one, accessOf(product, one)]),
    ) as ProductView['access'],
    subscriptions: { subscribed: count('subscribed'), pending: count('wait_for_approval') },
    documents: openapisOf(product, store)
      .filter((text) => text !== '')
      .map((text) => ({ id: sha256(text), title: titleOf(text) })),
  };
}

/** A sentence for each auth type, with the defaults of the server. */
function authSentences(auth: Parameters<typeof defaultedAuth>[0], { tables }: Store): readonly string[] {
  const { key_auth: key, basic_auth: basic, dcr } = defaultedAuth(auth);
  const provider = dcr?.dcr_provider_id ?? '';
  const quoted = (value: unknown): string => JSON.stringify(value);
  return [
    ...(key ? [`key_auth: header ${quoted(key['header'])} or query ${quoted(key['query'])}`] : []),
    ...(basic ? ['basic_auth: user name and password'] : []),
    ...(dcr ? [`dcr: provider ${quoted(tables.dcr_providers.get(provider)?.name ?? provider)}`] : []),
  ];
}

function titleOf(text: string): string {
  const title = textAt(objectAt(openapiValue(text), 'info'), 'title') ?? '';
  return title.trim() === '' ? 'OpenAPI document' : title;
}

/** Number of requests that the dashboard shows and `adc dev` keeps. */
export const MAX_REQUESTS = 100;

/** The current content of the dashboard of `adc dev`. */
export function sandboxView({
  store,
  journal,
  faults,
}: Pick<Server, 'store' | 'journal' | 'faults'>): SandboxView {
  const { tables } = store;
  return {
    portals: tables.portals.all().map(({ name }) => name),
    products: store.products.map((product) => productView(product, store)),
    services: tables.services.all().map((service) => serviceView(service, store)),
    applications: tables.applications.all().map(({ id, name, developer_id }) => {
      const developer = tables.developers.get(developer_id);
      const portal = portalName(store, developer?.portal_id);
      return { id, name, developer: developer?.name ?? '', portal };
    }),
    subscriptions: store.subscriptions.map((row) => subscriptionView(row, store)),
    requests: journal.requests
      .slice(-MAX_REQUESTS)
      .toReversed()
      .map(({ n, method, path, status, struck = false }) => ({ n, method, path, status, struck })),
    faults: faults.waiting.map(({ text = '' }) => text),
  };
}

function portalName({ tables }: Store, id = ''): string {
  return tables.portals.get(id)?.name ?? '';
}

function productView({ id, portal_id, type, fields }: Product, store: Store): SandboxProduct {
  const { name, desc = '', labels = {}, status, visibility, auth = {} } = fields;
  const { subscription_auto_approval: approves, can_view_unsubscribed: open } = fields;
  return {
    id,
    portal: portalName(store, portal_id),
    name,
    type,
    desc,
    labels,
    status,
    visibility,
    ...(approves !== undefined && { subscription_auto_approval: approves }),
    ...(open !== undefined && { can_view_unsubscribed: open }),
    auth: Object.keys(auth),
  };
}

function serviceView(service: Service, { tables }: Store): SandboxService {
  const { id, name, hosts, plugins } = service;
  const group = tables.gateway_groups.get(service.gateway_group_id)?.name ?? '';
  const product = tables.api_products.holderOf(serviceKey({ ...service, service_id: id }))?.fields;
  const pushed = product?.status === 'published' ? Object.keys(product.auth ?? {}) : [];
  return {
    name: `${group}/${name}`,
    hosts,
    ...(product && { product: product.name }),
    auth: [...pushed, ...enabledPlugins(plugins).filter(isAuthPlugin)],
  };
}

function subscriptionView(row: Subscription, { tables }: Store): SandboxSubscription {
  const approval = tables.approvals.find(
    ({ subscription_id, status }) => subscription_id === row.id && status === 'pending',
  );
  return {
    id: row.id,
    application: row.application_id,
    product: row.api_product_id,
    status: row.status,
    ...(approval && { approval: approval.id }),
  };
}
