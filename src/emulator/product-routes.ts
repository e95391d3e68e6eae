import type { Json, JsonObject } from '../model/product.ts';
import { underscoredBody, type Spelling } from './auth.ts';
import { productRef } from './journal.ts';
import { BY_TIME, listAnswer } from './list-answer.ts';
import { listedSubscriptions } from './list-filters.ts';
import { found, refuse } from './refusal.ts';
import { bodyOf, ifServed, param, route, valueAnswer, type Answer, type Call, type Route } from './route.ts';
import type { Portal, Product } from './rows.ts';
import { showDeveloper, showProduct, showProductRow, type ShownBy } from './show.ts';
import type { Switches } from './switches.ts';

type Dialect = 'path' | 'query';

/**
 * What sets a dialect apart: where its products are, what names the portal, and how auth is spelled
 * (docs/design/admin-api.md §2).
 */
interface DialectRow {
  readonly collection: string;
  readonly developers: string;
  readonly portalId: (call: Call) => string;
  readonly spelling: Spelling;
}

const DIALECTS: Readonly<Record<Dialect, DialectRow>> = {
  path: {
    collection: '/api/portals/:portal/api_products',
    developers: '/api/portals/:portal/developers',
    portalId: (call) => param(call, 'portal'),
    spelling: 'underscore',
  },
  query: {
    collection: '/api/api_products',
    developers: '/api/developers',
    portalId: (call) => call.query.get('portal_id') ?? refuse('portal_id is required'),
    spelling: 'hyphen',
  },
};

/** The paths of products, their subscriptions and the developers of a portal in a dialect. */
export function productRoutes(dialect: Dialect): readonly Route[] {
  const { collection, developers, portalId, spelling } = DIALECTS[dialect];
  const portalOf = (call: Call): Portal => {
    const id = portalId(call);
    return found(call.store.tables.portals.get(id), 'portal', id);
  };
  const productOf = (call: Call): Product => {
    const [portal, id] = [portalOf(call), param(call, 'id')];
    const product = call.store.tables.api_products.get(id);
    return found(product?.portal_id === portal.id ? product : undefined, 'API product', id);
  };
  const shownBy = (call: Call): ShownBy => {
    const { authKeys } = call.switches;
    return { ...call, spelling: authKeys === 'dialect' ? spelling : authKeys };
  };
  const shown = (call: Call, product: Product): Json => showProduct(product, shownBy(call));
  const spelledBody = (call: Call): JsonObject =>
    underscoredBody(bodyOf(call), call.switches.authKeys === 'dialect' ? spelling : undefined);

  const item = `${collection}/:id`;
  const at = (method: Route['method'], path: string, answer: Route['answer']): Route =>
    route(method, path, answer, dialect);
  return [
    at('GET', developers, (call) => listDevelopers(call, portalOf(call))),
    at('GET', collection, (call) => listProducts(call, portalOf(call), shownBy(call))),
    at('POST', collection, (call) => {
      const product = call.store.addProduct(portalOf(call).id, spelledBody(call));
      return writeAnswer(call, product, shown(call, product));
    }),
    at('GET', item, (call) => {
      const product = productOf(call);
      return valueAnswer(shown(call, product), productRef(product));
    }),
    at('PUT', item, (call) => {
      const product = call.store.putProduct(productOf(call).id, spelledBody(call));
      return writeAnswer(call, product, shown(call, product));
    }),
    at('DELETE', item, (call) => {
      const product = productOf(call);
      call.store.removeProduct(product.id);
      return deleteAnswer(call, product, shown(call, product));
    }),
    at(
      'GET',
      `${item}/subscriptions`,
      ifServed(hasNestedLists, (call) => listSubscriptions(call, productOf(call))),
    ),
  ];
}

function listDevelopers(call: Call, portal: Portal): Answer {
  const own = call.store.tables.developers.filter((row) => row.portal_id === portal.id);
  return listAnswer(call, own, {
    show: (row) => showDeveloper(row, call.switches),
    name: (row) => row.name,
    orders: { ...BY_TIME, last_active_at: BY_TIME.updated_at },
  });
}

function listProducts(call: Call, portal: Portal, by: ShownBy): Answer {
  const rows = call.store.products.filter((row) => row.portal_id === portal.id);
  return listAnswer(call, rows, {
    show: (row) => showProductRow(row, by),
    name: (row) => row.fields.name,
    labels: (row) => row.fields.labels ?? {},
    mayBeEndless: true,
  });
}

function hasNestedLists({ subscriptionsEndpoint: lists }: Switches): boolean {
  return lists === 'on' || lists === 'nested';
}

function listSubscriptions(call: Call, product: Product): Answer {
  const { subscriptionsFilter: filter } = call.switches;
  const rows = call.store.subscriptions.filter(
    (row) => filter === 'ignored' || row.api_product_id === product.id,
  );
  return { ...listAnswer(call, rows, listedSubscriptions(call)), product: productRef(product) };
}

function writeAnswer(call: Call, product: Product, shown: Json): Answer {
  const { writeAnswer: holds, warningMsg } = call.switches;
  const ref = productRef(product);
  if (holds === 'empty') return { status: 200, product: ref };
  const warning = warningMsg === '' ? {} : { warning_msg: warningMsg };
  const value = holds === 'id-only' ? { id: product.id } : shown;
  return { status: 200, body: { value, ...warning }, product: ref };
}

function deleteAnswer(call: Call, product: Product, shown: Json): Answer {
  const bodies = { empty: undefined, object: {}, value: { value: shown } };
  return { status: 200, body: bodies[call.switches.deleteBody], product: productRef(product) };
}
