import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../model/product.ts';
import { PEOPLE_ROUTES } from './backend-people.ts';
import { applicationsOf, documentedList, documentedSwitches, PRODUCT_ROUTES } from './backend-products.ts';
import { productOf, type PortalCall } from './backend-products.ts';
import { listedApprovals, listedSubscriptions } from './list-answer.ts';
import { found, ownRow, Refusal, refuse } from './refusal.ts';
import { bodyOf, findRoute, ifServed, param, parseBody, route } from './route.ts';
import type { Answer, ReadRequest, Route } from './route.ts';
import { serve, type Part, type Server } from './serve.ts';
import type { Store } from './store.ts';
import { subscribeAll } from './subscription-rules.ts';
import type { Approval, Developer, Operator, Portal, Subscription } from './world.ts';

/**
 * Serves the Developer Portal backend. The body of a refusal is `{"status":…,"message":…}`
 * (docs/design/admin-api.md §0.3).
 */
export function serveBackend(
  server: Server,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const part: Part = {
    backend: true,
    answer: (n, request) => answerBackend(server, n, request),
    refusalBody: ({ status, message }) => ({ status, message }),
    hasSecretBody: (path) => path.includes('/credentials'),
  };
  return serve(server, part, message, response);
}

function answerBackend({ store, switches }: Server, n: number, request: ReadRequest): Answer {
  if (switches.backend === 'off') throw new Refusal(404, 'not found');
  const portal = portalOf(store, request);
  const developer = requestingDeveloper(store, portal, request);
  if (developer === undefined && switches.developerHeader === 'required')
    throw new Refusal(401, 'X-Portal-Developer-ID is required');
  const { route, params } = findRoute(BACKEND_ROUTES, request.method, request.path);
  return route.answer({
    store,
    switches: documentedSwitches(switches),
    n,
    params,
    query: request.query,
    body: parseBody(request.text),
    portal,
    developer,
  });
}

function portalOf({ tables }: Store, { headers }: ReadRequest): Portal {
  const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const issued = tables.portal_tokens.find((row) => row.token === token);
  const portal = tables.portals.find((row) => row.token === token || row.id === issued?.portal_id);
  if (portal === undefined) throw new Refusal(401, 'unauthorized');
  return portal;
}

function requestingDeveloper(store: Store, portal: Portal, { headers }: ReadRequest): Developer | undefined {
  const id = headers['x-portal-developer-id'];
  if (id === undefined) return undefined;
  const developer = store.tables.developers.get(String(id));
  return found(developer?.portal_id === portal.id ? developer : undefined, 'developer', String(id));
}

/**
 * The routes of the Developer Portal backend, whose responses have no envelope and whose writes have the status 201 or 204
 * (docs/design/admin-api.md §0.3, §7.3, §16.2).
 */
const BACKEND_ROUTES: readonly Route<PortalCall>[] = [
  ...PRODUCT_ROUTES,
  ...PEOPLE_ROUTES,
  route('POST', '/api/api_products/:id/subscriptions', subscribeOne),
  route('GET', '/api/subscriptions', (call: PortalCall) =>
    documentedList(call, subscriptionsOf(call), listedSubscriptions(call)),
  ),
  route('POST', '/api/subscriptions', subscribeMany),
  route('DELETE', '/api/subscriptions/:id', unsubscribe),
  // Versions before 3.9.14 and 3.10.1 have no approvals (docs/design/admin-api.md §2).
  ...ifServed(
    ({ approvals }) => approvals === 'on' || approvals === 'backend',
    [
      route('GET', '/api/approvals', (call: PortalCall) =>
        documentedList(call, approvalsOf(call), listedApprovals(call)),
      ),
      route('POST', '/api/approvals/:id/accept', decide('accepted')),
      route('POST', '/api/approvals/:id/reject', decide('rejected')),
    ],
  ),
  route('GET', '/api/system_settings/public_access', ({ portal }) => ({
    status: 200,
    body: { portal_public_access: portal.public_access ?? true },
  })),
  route('GET', '/api/system_settings/smtp_server_status', () => ({ status: 200, body: { enable: false } })),
];

function subscribeOne(call: PortalCall): Answer {
  const id = bodyOf(call)['application_id'];
  if (typeof id !== 'string') return refuse('application_id must be a string');
  return subscribeEach(call, [id], [param(call, 'id')]);
}

function subscribeMany(call: PortalCall): Answer {
  const { applications, api_products: products } = bodyOf(call);
  return subscribeEach(call, ids(applications, 'applications'), ids(products, 'api_products'));
}

function subscribeEach(call: PortalCall, applicationIds: readonly string[], ids: readonly string[]): Answer {
  const own = applicationsOf(call);
  const products = new Set(ids.map((id) => productOf(call, id)));
  const applications = new Set(applicationIds.map((id) => ownRow(own, 'application', id)));
  call.store.change((world) => subscribeAll(world, applications, products));
  return { status: 201 };
}

function ids(value: Json | undefined, at: string): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [];
  const texts = list.filter((id) => typeof id === 'string');
  return texts.length > 0 && texts.length === list.length ? texts : refuse(`${at} must be a list of ids`);
}

function subscriptionsOf(call: PortalCall): readonly Subscription[] {
  const own = new Set(applicationsOf(call).map((row) => row.id));
  return call.store.subscriptions.filter((row) => own.has(row.application_id));
}

function unsubscribe(call: PortalCall): Answer {
  call.store.cancelSubscription(ownRow(subscriptionsOf(call), 'subscription', param(call, 'id')).id);
  return { status: 204 };
}

function approvalsOf({ store, portal }: PortalCall): readonly Approval[] {
  return store.approvals.filter((row) => row.portal_id === portal.id);
}

/** Decides an approval. Only the metadata of the request can tell who decided (docs/design/admin-api.md §7.3). */
function decide(result: 'accepted' | 'rejected'): (call: PortalCall) => Answer {
  return (call) => {
    const { id } = ownRow(approvalsOf(call), 'approval', param(call, 'id'));
    const { metadata } = call.body === undefined ? {} : bodyOf(call);
    if (metadata !== undefined && typeof metadata !== 'string') refuse('metadata must be a string');
    const operator: Operator = {
      operator_id: 'developer_portal_admin',
      operator_name: 'Developer Portal Admin',
      ...(typeof metadata === 'string' && { metadata }),
    };
    call.store.decideApproval(id, result, operator);
    return { status: 200 };
  };
}
