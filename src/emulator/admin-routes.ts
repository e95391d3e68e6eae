import type { Json, JsonObject } from '../model/product.ts';
import { productRef } from './journal.ts';
import { BY_TIME, listAnswer, listedApprovals, listedSubscriptions, type ListedAs } from './list-answer.ts';
import { underscoredBody, type Spelling } from './product-fields.ts';
import { found, refuse } from './refusal.ts';
import { bodyOf, ifServed, param, route, valueAnswer, type Answer, type Call, type Route } from './route.ts';
import { groupParameter, portalParameter, serviceOf, SETTING_ROUTES } from './setting-routes.ts';
import { showApplication, showApproval, showContactPoint, showDcrProvider, showDeveloper } from './show.ts';
import { showGatewayGroup, showPortal, showProduct, showProductRow, showService } from './show.ts';
import type { ShownBy } from './show.ts';
import type { Switches } from './switches.ts';
import type { NamedRow, Portal, Product, Subscription, Table, Tables } from './world.ts';

type Dialect = 'path' | 'query';

/** The differences between the dialects (docs/design/admin-api.md §2). */
interface DialectRow {
  readonly collection: string;
  readonly developers: string;
  readonly portalOf: (call: Call) => Portal;
  readonly spelling: Spelling;
}

const DIALECTS: Readonly<Record<Dialect, DialectRow>> = {
  path: {
    collection: '/api/portals/:portal/api_products',
    developers: '/api/portals/:portal/developers',
    portalOf: (call) => {
      const id = param(call, 'portal');
      return found(call.store.tables.portals.get(id), 'portal', id);
    },
    spelling: 'underscore',
  },
  query: {
    collection: '/api/api_products',
    developers: '/api/developers',
    portalOf: portalParameter,
    spelling: 'hyphen',
  },
};

/** The routes of a dialect for products, their subscriptions, and the developers of a portal. */
export function productRoutes(dialect: Dialect): readonly Route[] {
  const { collection, developers, portalOf, spelling } = DIALECTS[dialect];
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
      const bodies = { empty: undefined, object: {}, value: { value: shown(call, product) } };
      return { status: 200, body: bodies[call.switches.deleteBody], product: productRef(product) };
    }),
    ...ifServed(
      ({ subscriptionsEndpoint: lists }) => lists === 'on' || lists === 'nested',
      [at('GET', `${item}/subscriptions`, (call) => listSubscriptionsOf(call, productOf(call)))],
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

function listSubscriptionsOf(call: Call, product: Product): Answer {
  const { subscriptionsFilter: filter } = call.switches;
  const rows = call.store.subscriptions.filter(
    (row) => filter === 'ignored' || row.api_product_id === product.id,
  );
  return { ...listAnswer(call, rows, listedSubscriptions(call)), product: productRef(product) };
}

function writeAnswer(call: Call, product: Product, shown: Json): Answer {
  const { writeAnswer: form, warningMsg } = call.switches;
  const ref = productRef(product);
  if (form === 'empty') return { status: 200, product: ref };
  const warning = warningMsg === '' ? {} : { warning_msg: warningMsg };
  const value = form === 'id-only' ? { id: product.id } : shown;
  return { status: 200, body: { value, ...warning }, product: ref };
}

const OPENAPI_PATH = '/api/gateway_groups/:group/services/:id/oas';

/** All other routes, most of them the same in both dialects (docs/design/admin-api.md §3, §7.2, §8 to §12, §16.2). */
export const ADMIN_ROUTES: readonly Route[] = [
  route('GET', '/api/version', (call) => valueAnswer(call.switches.version)),
  ...ifServed(
    ({ meEndpoint }) => meEndpoint === 'on',
    [route('GET', '/api/me', () => valueAnswer({ id: 'admin', username: 'admin' }))],
  ),
  route('GET', '/api/license', () => valueAnswer({ status: 'active' })),
  ...ifServed(
    ({ portals }) => portals === 'on',
    listAndItem('/api/portals', (tables) => tables.portals, showPortal),
  ),
  ...listAndItem('/api/gateway_groups', (tables) => tables.gateway_groups, showGatewayGroup),
  ...listAndItem('/api/dcr_providers', (tables) => tables.dcr_providers, showDcrProvider),
  ...ifServed(
    ({ contactPoints }) => contactPoints === 'on',
    listAndItem('/api/contact_points', (tables) => tables.contact_points, showContactPoint),
  ),
  route('GET', '/apisix/admin/services', listServices),
  route('GET', '/apisix/admin/services/:id', (call) =>
    valueAnswer(showService(serviceOf(call, groupParameter(call)), call.switches)),
  ),
  route('GET', OPENAPI_PATH, (call) =>
    valueAnswer({ raw_openapi: serviceOf(call, param(call, 'group')).openapi ?? '' }),
  ),
  route('PUT', OPENAPI_PATH, putOpenapi),
  route('GET', '/api/applications', listApplications, 'path'),
  ...ifServed(
    ({ subscriptionsEndpoint: lists }) => lists === 'on' || lists === 'flat',
    [route('GET', '/api/subscriptions', listSubscriptions)],
  ),
  route('DELETE', '/api/subscriptions/:id', (call) =>
    valueAnswer({ id: call.store.cancelSubscription(param(call, 'id')).id }),
  ),
  ...ifServed(
    ({ approvals }) => approvals === 'on' || approvals === 'dashboard',
    [
      route('GET', '/api/approvals', listApprovals),
      route('POST', '/api/approvals/:id/accept', decide('accepted')),
      route('POST', '/api/approvals/:id/reject', decide('rejected')),
    ],
  ),
  ...SETTING_ROUTES,
];

function listAndItem<Item extends NamedRow>(
  path: string,
  tableOf: (tables: Tables) => Table<Item>,
  show: (row: Item, switches: Switches) => JsonObject,
): readonly Route[] {
  return [
    route('GET', path, (call) => listNamed(call, tableOf(call.store.tables).all(), show)),
    route('GET', `${path}/:id`, (call) => {
      const id = param(call, 'id');
      return valueAnswer(show(found(tableOf(call.store.tables).get(id), path, id), call.switches));
    }),
  ];
}

function listNamed<Item extends NamedRow>(
  call: Call,
  rows: readonly Item[],
  show: (row: Item, switches: Switches) => JsonObject,
  orders?: ListedAs<Item>['orders'],
): Answer {
  return listAnswer(call, rows, {
    show: (row) => show(row, call.switches),
    name: (row) => row.name,
    labels: (row) => row.labels,
    filters: { name: { of: (row) => row.name } },
    ...(orders && { orders }),
  });
}

function listServices(call: Call): Answer {
  const group = groupParameter(call);
  const rows = call.store.tables.services.filter((row) => row.gateway_group_id === group);
  const { updated_at } = BY_TIME;
  const orders = { ...BY_TIME, last_published: updated_at, publish_time: updated_at };
  return listNamed(call, rows, showService, orders);
}

function putOpenapi(call: Call): Answer {
  const text = bodyOf(call)['raw_openapi'];
  if (typeof text !== 'string') return refuse('raw_openapi must be a string');
  const service = call.store.storeOpenapi(serviceOf(call, param(call, 'group')), text);
  return valueAnswer({ raw_openapi: service.openapi ?? '' });
}

/** The applications of one developer, or of all. Only the path dialect documents this list (docs/design/admin-api.md §2). */
function listApplications(call: Call): Answer {
  const id = call.query.get('developer_id');
  const own = call.store.tables.applications.filter((row) => id === null || row.developer_id === id);
  return listNamed(call, own, showApplication);
}

/** The subscriptions of all portals, with filters (docs/design/admin-api.md §7.2, §15.10). */
function listSubscriptions(call: Call): Answer {
  return listAnswer(call, call.store.subscriptions, allSubscriptions(call));
}

function allSubscriptions(call: Call): ListedAs<Subscription> {
  const { filters, ...listed } = listedSubscriptions(call);
  if (call.switches.subscriptionsFilter === 'ignored') return listed;
  const { applications, api_products: products } = call.store.tables;
  return {
    ...listed,
    filters: {
      ...filters,
      developer_id: { of: (row) => applications.get(row.application_id)?.developer_id },
      portal_id: { of: (row) => products.get(row.api_product_id)?.portal_id },
    },
  };
}

/** The approvals of all portals, each with the name of its portal (docs/design/admin-api.md §7.2). */
function listApprovals(call: Call): Answer {
  const { portals } = call.store.tables;
  return listAnswer(call, call.store.approvals, {
    ...listedApprovals(call),
    show: (row) => ({ ...showApproval(row, call), portal_name: portals.get(row.portal_id)?.name ?? '' }),
  });
}

function decide(result: 'accepted' | 'rejected'): Route['answer'] {
  return (call) => valueAnswer(showApproval(call.store.decideApproval(param(call, 'id'), result), call));
}
