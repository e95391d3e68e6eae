import { productAnswers } from './product-answers.ts';
import { param, type Route } from './route.ts';

const products = productAnswers('path', (call) => param(call, 'portal'));

const COLLECTION = '/api/portals/:portal/api_products';
const ITEM = `${COLLECTION}/:id`;

/** The dialect that names the portal in the path (admin-api §2, A). */
export const PATH_ROUTES: readonly Route[] = [
  { method: 'GET', path: COLLECTION, family: 'path', answer: products.list },
  { method: 'POST', path: COLLECTION, family: 'path', answer: products.create },
  { method: 'GET', path: ITEM, family: 'path', answer: products.get },
  { method: 'PUT', path: ITEM, family: 'path', answer: products.update },
  { method: 'PATCH', path: ITEM, family: 'path', answer: products.patch },
  { method: 'DELETE', path: ITEM, family: 'path', answer: products.remove },
  { method: 'GET', path: `${ITEM}/subscriptions`, family: 'path', answer: products.subscriptions },
];
