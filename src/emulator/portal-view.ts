import { objectAt, textAt } from '../json/value.ts';
import { sha256 } from '../lib/sha256.ts';
import { sortedBy } from '../lib/lists.ts';
import {
  AUDIENCES,
  type Access,
  type Audience,
  type PortalView,
  type ProductView,
} from '../model/portal-view.ts';
import { openapiValue } from '../openapi/document.ts';
import { defaultedAuth } from './auth.ts';
import type { Portal, Product, Subscription } from './rows.ts';
import { documents } from './show.ts';
import type { Store } from './store.ts';

/**
 * What an audience gets of a product: drafts are hidden, guests see only `public` products, and `can_view_unsubscribed: false`
 * locks the documents until an application has subscribed (docs/design/admin-api.md §4.1, §16.2).
 */
export function accessOf({ fields }: Pick<Product, 'fields'>, audience: Audience): Access {
  const { status, visibility, can_view_unsubscribed: isOpen = true } = fields;
  if (status !== 'published' || (visibility !== 'public' && audience === 'guest')) return 'hidden';
  return isOpen || audience === 'subscriber' ? 'open' : 'locked';
}

/** The products of a portal, by name, as its site shows them to each audience. */
export function portalView(store: Store, portal: Portal): PortalView {
  const products = productsOf(store, portal).map((product) => viewOf(product, store));
  return { products: sortedBy(products, ({ name, id }) => JSON.stringify([name, id])) };
}

/** The text of the OpenAPI document that has this id in portalView(); undefined if there is none. */
export function documentText(store: Store, portal: Portal, id: string): string | undefined {
  return documentTexts(store, portal).get(id);
}

/** The texts of all OpenAPI documents, by their ids in portalView(). */
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

/** A sentence for each way to authenticate, with the server's defaults filled in. */
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

const UNTITLED = 'OpenAPI document';

function titleOf(text: string): string {
  const title = textAt(objectAt(openapiValue(text), 'info'), 'title') ?? '';
  return title.trim() === '' ? UNTITLED : title;
}
