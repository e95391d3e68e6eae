import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../model/product.ts';
import * as people from './backend-people.ts';
import {
  applicationsOf,
  documentedList,
  documentedSwitches,
  getProduct,
  listLabels,
  listProducts,
  productOf,
  type PortalCall,
} from './backend-products.ts';
import { listedApprovals, listedSubscriptions } from './list-answer.ts';
import { found, ownRow, Refusal, refuse } from './refusal.ts';
import {
  bodyOf,
  findRoute,
  ifServed,
  param,
  parseBody,
  route,
  type Answer,
  type ReadRequest,
  type Route,
} from './route.ts';
import { serve, type Part, type Server } from './serve.ts';
import type { Store } from './store.ts';
import { subscribeAll } from './subscription-rules.ts';
import type { Switches } from './switches.ts';
import type { Approval, Developer, Operator, Portal, Subscription } from './world.ts';

/** Serves the Developer Portal backend; a refusal becomes `{"status":…,"message":…}` (docs/design/admin-api.md §0.3). */
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
  const developer = askingDeveloper(store, portal, request);
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

function portalOf({ tables }: Store, request: ReadRequest): Portal {
  const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const issued = tables.portal_tokens.find((row) => row.token === token);
  const portal = tables.portals.find((row) => row.token === token || row.id === issued?.portal_id);
  if (portal === undefined) throw new Refusal(401, 'unauthorized');
  return portal;
}

function askingDeveloper(store: Store, portal: Portal, request: ReadRequest): Developer | undefined {
  const id = request.headers['x-portal-developer-id'];
  if (id === undefined) return undefined;
  const developer = store.tables.developers.get(String(id));
  return found(developer?.portal_id === portal.id ? developer : undefined, 'developer', String(id));
}

/** The Developer Portal backend: bare objects, 201 and 204 (docs/design/admin-api.md §0.3, §7.3, §16.2). */
const BACKEND_ROUTES: readonly Route<PortalCall>[] = [
  route('GET', '/api/api_products', listProducts),
  route('GET', '/api/api_products/:id', getProduct),
  route('POST', '/api/api_products/:id/subscriptions', subscribeOne),
  route('GET', '/api/developers', people.listDevelopers),
  route('POST', '/api/developers', people.createDeveloper),
  route('DELETE', '/api/developers/:id', people.deleteDeveloper),
  route('GET', '/api/applications', people.listApplications),
  route('POST', '/api/applications', people.createApplication),
  route('GET', '/api/applications/api_calls', listApiCalls),
  route('GET', '/api/applications/:id', people.getApplication),
  route('PUT', '/api/applications/:id', people.updateApplication),
  route('DELETE', '/api/applications/:id', people.deleteApplication),
  route('GET', '/api/applications/:id/credentials', people.listCredentials),
  route('POST', '/api/applications/:id/credentials', people.issueCredential),
  route('GET', '/api/applications/:id/credentials/:credential', people.getCredential),
  route('PUT', '/api/applications/:id/credentials/:credential', people.putCredential),
  route('DELETE', '/api/applications/:id/credentials/:credential', people.deleteCredential),
  route('PUT', '/api/applications/:id/credentials/:credential/regenerate', people.reissueCredential),
  route('GET', '/api/credentials', people.listAllCredentials),
  route('GET', '/api/subscriptions', listSubscriptions),
  route('POST', '/api/subscriptions', subscribeMany),
  route('DELETE', '/api/subscriptions/:id', unsubscribe),
  route('GET', '/api/approvals', ifServed(hasApprovals, listApprovals)),
  route(
    'POST',
    '/api/approvals/:id/accept',
    ifServed(hasApprovals, (call) => decide(call, 'accepted')),
  ),
  route(
    'POST',
    '/api/approvals/:id/reject',
    ifServed(hasApprovals, (call) => decide(call, 'rejected')),
  ),
  route('GET', '/api/labels/:type', listLabels),
  route('GET', '/api/dcr_providers', people.listDcrProviders),
  route('GET', '/api/system_settings/public_access', ({ portal }) => ({
    status: 200,
    body: { portal_public_access: portal.public_access ?? true },
  })),
  route('GET', '/api/system_settings/smtp_server_status', () => ({ status: 200, body: { enable: false } })),
];

/** No request passes through a gateway here, so that there are no numbers of calls. */
function listApiCalls({ query }: PortalCall): Answer {
  for (const name of ['start_at', 'end_at'])
    if (!/^\d+$/.test(query.get(name) ?? '')) refuse(`${name} must be a whole number`);
  return { status: 200, body: { list: [], total: 0 } };
}

function subscribeOne(call: PortalCall): Answer {
  const id = bodyOf(call)['application_id'];
  if (typeof id !== 'string') return refuse('application_id must be a string');
  return subscribeEach(call, [id], [param(call, 'id')]);
}

function subscribeMany(call: PortalCall): Answer {
  const body = bodyOf(call);
  return subscribeEach(
    call,
    ids(body['applications'], 'applications'),
    ids(body['api_products'], 'api_products'),
  );
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

function listSubscriptions(call: PortalCall): Answer {
  return documentedList(call, subscriptionsOf(call), listedSubscriptions(call));
}

function unsubscribe(call: PortalCall): Answer {
  call.store.cancelSubscription(ownRow(subscriptionsOf(call), 'subscription', param(call, 'id')).id);
  return { status: 204 };
}

/** Before 3.9.14 and 3.10.1 there are none (docs/design/admin-api.md §2). */
function hasApprovals({ approvals }: Switches): boolean {
  return approvals === 'on' || approvals === 'backend';
}

function approvalsOf({ store, portal }: PortalCall): readonly Approval[] {
  return store.approvals.filter((row) => row.portal_id === portal.id);
}

function listApprovals(call: PortalCall): Answer {
  return documentedList(call, approvalsOf(call), listedApprovals(call));
}

/** Who decides through the portal is in the metadata, if anywhere (docs/design/admin-api.md §7.3). */
function decide(call: PortalCall, result: 'accepted' | 'rejected'): Answer {
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
}
