import { productAnswers } from './product-answers.ts';
import { refuse } from './refusal.ts';
import type { Route } from './route.ts';

const products = productAnswers(
  'query',
  (call) => call.query.get('portal_id') ?? refuse('portal_id is required'),
);

const COLLECTION = '/api/api_products';
const ITEM = `${COLLECTION}/:id`;

/** The dialect that names the portal in the query (admin-api §2, B). */
export const QUERY_ROUTES: readonly Route[] = [
  { method: 'GET', path: COLLECTION, family: 'query', answer: products.list },
  { method: 'POST', path: COLLECTION, family: 'query', answer: products.create },
  { method: 'GET', path: ITEM, family: 'query', answer: products.get },
  { method: 'PUT', path: ITEM, family: 'query', answer: products.update },
  { method: 'PATCH', path: ITEM, family: 'query', answer: products.patch },
  { method: 'DELETE', path: ITEM, family: 'query', answer: products.remove },
  { method: 'GET', path: `${ITEM}/subscriptions`, family: 'query', answer: products.subscriptions },
];
