import type { DialectRow } from './dialect-row.ts';
import { segment } from './segment.ts';

const PRODUCTS = '/api/api_products';
const product = (id: string): string => `${PRODUCTS}/${segment(id)}`;

/** The portal is a query parameter, on every route: what control planes from 3.8.18 on speak (admin-api §2, B; §15.32). */
export const QUERY_DIALECT: DialectRow = {
  name: 'query',
  scheme: 'api-key',
  authKeys: { key_auth: 'key-auth', basic_auth: 'basic-auth', dcr: 'dcr' },
  products: (portalId) => ({ path: PRODUCTS, query: { portal_id: portalId } }),
  product: (portalId, id) => ({ path: product(id), query: { portal_id: portalId } }),
  subscriptions: (portalId, id) => [
    { path: `${product(id)}/subscriptions`, query: { portal_id: portalId } },
    { path: '/api/subscriptions', query: { portal_id: portalId, api_product_id: id } },
    { path: '/api/subscriptions', query: { api_product_id: id } },
  ],
};
