import type { DialectRow } from './dialect-row.ts';
import { segment } from './segment.ts';

const products = (portalId: string): string => `/api/portals/${segment(portalId)}/api_products`;
const product = (portalId: string, id: string): string => `${products(portalId)}/${segment(id)}`;

/** The portal is a part of the path: what «Manage API Products» documents (admin-api §2, A). */
export const PATH_DIALECT: DialectRow = {
  name: 'path',
  scheme: 'bearer',
  authKeys: { key_auth: 'key_auth', basic_auth: 'basic_auth', dcr: 'dcr' },
  products: (portalId) => ({ path: products(portalId), query: {} }),
  product: (portalId, id) => ({ path: product(portalId, id), query: {} }),
  subscriptions: (portalId, id) => [
    { path: `${product(portalId, id)}/subscriptions`, query: {} },
    { path: '/api/subscriptions', query: { api_product_id: id } },
  ],
};
