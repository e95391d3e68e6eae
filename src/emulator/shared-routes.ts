import { isObject, itemsOf } from '../json/value.ts';
import { serviceKey, type Json, type JsonObject } from '../model/product.ts';
import { listAnswer } from './list-answer.ts';
import { found, Refusal, refuse } from './refusal.ts';
import { bodyOf, param, valueAnswer, type Answer, type Call, type Route } from './route.ts';
import type { NamedRow, Service, Subscription } from './rows.ts';
import {
  showApproval,
  showContactPoint,
  showDcrProvider,
  showGatewayGroup,
  showPortal,
  showService,
  showSubscription,
} from './show.ts';
import type { Switches } from './switches.ts';
import type { Table, Tables } from './world.ts';

/** The paths that are the same in both dialects (docs/design/admin-api.md §3, §7.2, §8 to §10, §12). */
export const SHARED_ROUTES: readonly Route[] = [
  get('/api/version', (call) => valueAnswer(call.switches.version)),
  get(
    '/api/me',
    ifOn('meEndpoint', () => valueAnswer({ id: 'admin', username: 'admin' })),
  ),
  get('/api/license', () => valueAnswer({ status: 'active' })),
  ...listAndItem('/api/portals', (tables) => tables.portals, showPortal, 'portals'),
  ...listAndItem('/api/gateway_groups', (tables) => tables.gateway_groups, showGatewayGroup),
  ...listAndItem('/api/dcr_providers', (tables) => tables.dcr_providers, showDcrProvider),
  ...listAndItem('/api/contact_points', (tables) => tables.contact_points, showContactPoint, 'contactPoints'),
  get('/apisix/admin/services', listServices),
  { method: 'POST', path: '/apisix/admin/services', family: 'shared', answer: postService },
  get('/apisix/admin/services/:id', (call) =>
    valueAnswer(showService(serviceOf(call, groupParameter(call)), call.switches)),
  ),
  get('/api/gateway_groups/:group/services/:id/oas', (call) =>
    valueAnswer({ raw_openapi: serviceOf(call, param(call, 'group')).openapi ?? '' }),
  ),
  {
    method: 'PUT',
    path: '/api/gateway_groups/:group/services/:id/oas',
    family: 'shared',
    answer: putOpenapi,
  },
  get('/api/subscriptions', listSubscriptions),
  { method: 'DELETE', path: '/api/subscriptions/:id', family: 'shared', answer: cancelSubscription },
  get('/api/approvals', listApprovals),
  { method: 'POST', path: '/api/approvals/:id/accept', family: 'shared', answer: decide('accepted') },
  { method: 'POST', path: '/api/approvals/:id/reject', family: 'shared', answer: decide('rejected') },
];

function get(path: string, answer: Route['answer']): Route {
  return { method: 'GET', path, family: 'shared', answer };
}

type OnOff = 'meEndpoint' | 'contactPoints' | 'portals';

function ifOn(name: OnOff | undefined, answer: Route['answer']): Route['answer'] {
  return (call) => {
    if (name !== undefined && call.switches[name] === 'off') throw new Refusal(404, 'not found');
    return answer(call);
  };
}

function listAndItem<Item extends NamedRow>(
  path: string,
  tableOf: (tables: Tables) => Table<Item>,
  show: (row: Item, switches: Switches) => JsonObject,
  onOff?: OnOff,
): readonly Route[] {
  const list = (call: Call): Answer => listNamed(call, tableOf(call.store.tables).all(), show);
  const item = (call: Call): Answer => {
    const id = param(call, 'id');
    return valueAnswer(show(found(tableOf(call.store.tables).get(id), path, id), call.switches));
  };
  return [get(path, ifOn(onOff, list)), get(`${path}/:id`, ifOn(onOff, item))];
}

function listNamed<Item extends NamedRow>(
  call: Call,
  rows: readonly Item[],
  show: (row: Item, switches: Switches) => Json,
): Answer {
  return listAnswer(call, rows, {
    show: (row) => show(row, call.switches),
    name: (row) => row.name,
    labels: (row) => row.labels,
  });
}

function groupParameter(call: Call): string {
  return call.query.get('gateway_group_id') ?? refuse('gateway_group_id is required');
}

function groupOf(call: Call): string {
  const id = groupParameter(call);
  return found(call.store.tables.gateway_groups.get(id), 'gateway group', id).id;
}

/** Of a service, only what products depend on is kept (docs/design/admin-api.md §8). */
function postService(call: Call): Answer {
  const { name, hosts, plugins } = bodyOf(call);
  if (typeof name !== 'string' || name === '') return refuse('name is required');
  const texts = itemsOf(hosts).filter((one) => typeof one === 'string');
  const fields = { name, hosts: texts, plugins: isObject(plugins) ? plugins : {} };
  return valueAnswer(showService(call.store.addService(groupOf(call), fields), call.switches));
}

function listServices(call: Call): Answer {
  const group = groupOf(call);
  const rows = call.store.tables.services.filter((row) => row.gateway_group_id === group);
  return listNamed(call, rows, showService);
}

function serviceOf(call: Call, group: string): Service {
  const id = param(call, 'id');
  const key = serviceKey({ gateway_group_id: group, service_id: id });
  return found(call.store.tables.services.get(key), 'service', id);
}

function putOpenapi(call: Call): Answer {
  const text = bodyOf(call)['raw_openapi'];
  if (typeof text !== 'string') return refuse('raw_openapi must be a string');
  const service = call.store.storeOpenapi(serviceOf(call, param(call, 'group')), text);
  return valueAnswer({ raw_openapi: service.openapi ?? '' });
}

/** Of all portals, filtered by product, developer, portal and status (docs/design/admin-api.md §7.2, §15.10). */
function listSubscriptions(call: Call): Answer {
  const { subscriptionsEndpoint: lists, subscriptionsFilter: filter } = call.switches;
  if (lists === 'off' || lists === 'nested') throw new Refusal(404, 'not found');
  const { subscriptions } = call.store;
  const rows = filter === 'ignored' ? subscriptions : subscriptions.filter((row) => isAskedFor(call, row));
  return listAnswer(call, rows, { show: (row) => showSubscription(row, call) });
}

function isAskedFor(call: Call, row: Subscription): boolean {
  const { applications, api_products: products } = call.store.tables;
  const facts: Readonly<Record<string, string | undefined>> = {
    api_product_id: row.api_product_id,
    application_id: row.application_id,
    status: row.status,
    developer_id: applications.get(row.application_id)?.developer_id,
    portal_id: products.get(row.api_product_id)?.portal_id,
  };
  return Object.entries(facts).every(([key, fact]) => isAnyOf(call.query.getAll(key), fact));
}

function isAnyOf(wanted: readonly string[], fact: string | undefined): boolean {
  return wanted.length === 0 || (fact !== undefined && wanted.includes(fact));
}

function cancelSubscription(call: Call): Answer {
  const subscription = call.store.cancelSubscription(param(call, 'id'));
  return valueAnswer({ id: subscription.id });
}

function listApprovals(call: Call): Answer {
  const [status, event] = [call.query.getAll('status'), call.query.getAll('event')];
  const rows = call.store.approvals.filter(
    (row) => isAnyOf(status, row.status) && isAnyOf(event, 'api_product_subscription'),
  );
  return listAnswer(call, rows, {
    show: (row) => showApproval(row, call),
    name: (row) => row.resource_name,
  });
}

function decide(result: 'accepted' | 'rejected'): Route['answer'] {
  return (call) => {
    const approval = call.store.decideApproval(param(call, 'id'), result);
    return valueAnswer(showApproval(approval, call));
  };
}
