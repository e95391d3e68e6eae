import type { AuthKeys } from '../fields/field.ts';
import { AdminError } from '../model/errors.ts';
import type { Dialect } from '../model/live.ts';
import type { Query } from './http.ts';
import type { AuthScheme } from './portal-settings.ts';

export interface Route {
  readonly path: string;
  readonly query: Query;
}

/**
 * All differences between the dialects of the Admin API; no other code of adc depends on the dialect
 * (docs/design/admin-api.md §2).
 */
export interface DialectRow {
  readonly name: Dialect;
  /** How the token is sent if `--auth-scheme` is auto. */
  readonly scheme: AuthScheme;
  /** Keys of the auth types in written bodies; adc reads the keys of both dialects. */
  readonly authKeys: AuthKeys;
  readonly products: (portalId: string) => Route;
  readonly product: (portalId: string, id: string) => Route;
  /**
   * Routes that may list the subscriptions of a product, in the order to try them (docs/design/admin-api.md §7.2,
   * §15.10).
   */
  readonly subscriptions: (portalId: string, id: string) => readonly Route[];
}

const PRODUCTS = '/api/api_products';
const productsOf = (portalId: string): string => `/api/portals/${segment(portalId)}/api_products`;
const SUBSCRIPTIONS = '/api/subscriptions';

/**
 * In the order of detection: control planes since 3.8.18 use the first one (docs/design/admin-api.md §2, conclusion).
 */
export const DIALECTS: readonly DialectRow[] = [
  /**
   * The portal is a query parameter, on every route: the dialect of control planes since 3.8.18
   * (docs/design/admin-api.md §2, B; docs/design/admin-api.md §15.32).
   */
  {
    name: 'query',
    scheme: 'api-key',
    authKeys: { key_auth: 'key-auth', basic_auth: 'basic-auth', dcr: 'dcr' },
    products: (portal_id) => ({ path: PRODUCTS, query: { portal_id } }),
    product: (portal_id, id) => ({ path: `${PRODUCTS}/${segment(id)}`, query: { portal_id } }),
    subscriptions: (portal_id, id) => [
      { path: `${PRODUCTS}/${segment(id)}/subscriptions`, query: { portal_id } },
      { path: SUBSCRIPTIONS, query: { portal_id, api_product_id: id } },
      { path: SUBSCRIPTIONS, query: { api_product_id: id } },
    ],
  },
  /**
   * The portal is a part of the path: the dialect that «Manage API Products» documents (docs/design/admin-api.md §2,
   * A).
   */
  {
    name: 'path',
    scheme: 'bearer',
    authKeys: { key_auth: 'key_auth', basic_auth: 'basic_auth', dcr: 'dcr' },
    products: (portalId) => ({ path: productsOf(portalId), query: {} }),
    product: (portalId, id) => ({ path: `${productsOf(portalId)}/${segment(id)}`, query: {} }),
    subscriptions: (portalId, id) => [
      { path: `${productsOf(portalId)}/${segment(id)}/subscriptions`, query: {} },
      { path: SUBSCRIPTIONS, query: { api_product_id: id } },
    ],
  },
];

/**
 * Encodes an id as one segment of a path.
 * @throws AdminError for an id that would change the path: servers and proxies resolve dots.
 */
export function segment(id: string): string {
  if (/^\.{0,2}$/.test(id) || id.length > 256)
    throw new AdminError('an id is empty, made of dots, or longer than 256 characters');
  return encodeURIComponent(id);
}
