import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from '../model/product.ts';
import { listAnswer } from './list-answer.ts';
import { jsonText, parseBody, readRequest, sendBug, sendJson, type ReadRequest } from './messages.ts';
import { found, Refusal, refuse } from './refusal.ts';
import { answerOrRefusal, bodyOf, findRoute, param, type Answer, type Call, type Route } from './route.ts';
import type { Application, Approval, Developer, Portal, Product, Subscription } from './rows.ts';
import { showApproval, showNamed, showProduct, showProductRow, showSubscription } from './show.ts';
import type { ShownBy } from './show.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export interface Backend {
  readonly store: Store;
  readonly switches: Switches;
}

/**
 * Serves a request to the Developer Portal backend; a refusal becomes `{"status":…,"message":…}`
 * (docs/design/admin-api.md §0.3). It is not journalled: the client under test never calls it.
 */
export async function serveBackend(
  backend: Backend,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await readRequest(message);
    const { status, body } = answerOrRefusal(
      () => answerBackend(backend, request),
      ({ status, message }) => ({ status, message }),
    );
    sendJson(response, status, jsonText(body));
  } catch (error) {
    sendBug(response, error);
  }
}

function answerBackend(backend: Backend, request: ReadRequest): Answer {
  const portal = portalOf(backend.store, request);
  const { route, params } = findRoute(BACKEND_ROUTES, request.method, request.path);
  return route.answer({
    ...backend,
    n: 0,
    params,
    query: request.query,
    body: parseBody(request.text),
    portal,
    developer: askingDeveloper(backend.store, portal, request),
  });
}

function portalOf(store: Store, request: ReadRequest): Portal {
  const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const portal = store.tables.portals.find((row) => row.token === token);
  if (portal === undefined) throw new Refusal(401, 'unauthorized');
  return portal;
}

function askingDeveloper(store: Store, portal: Portal, request: ReadRequest): Developer | undefined {
  const id = request.headers['x-portal-developer-id'];
  if (id === undefined) return undefined;
  const developer = store.tables.developers.get(String(id));
  return found(developer?.portal_id === portal.id ? developer : undefined, 'developer', String(id));
}

/** A request of a portal's web site, for one of its developers or for nobody in particular. */
interface PortalCall extends Call {
  readonly portal: Portal;
  readonly developer: Developer | undefined;
}

/** The Developer Portal backend: bare objects, 201 and 204 (docs/design/admin-api.md §0.3, §7.3). */
const BACKEND_ROUTES: readonly Route<PortalCall>[] = [
  route('GET', '/api/api_products', listProducts),
  route('GET', '/api/api_products/:id', (call) => ok(showProduct(productOf(call), shownBy(call)))),
  route('POST', '/api/api_products/:id/subscriptions', subscribeOne),
  route('GET', '/api/developers', listDevelopers),
  route('GET', '/api/applications', listApplications),
  route('POST', '/api/applications', createApplication),
  route('GET', '/api/subscriptions', listSubscriptions),
  route('POST', '/api/subscriptions', subscribeMany),
  route('DELETE', '/api/subscriptions/:id', unsubscribe),
  route('GET', '/api/approvals', listApprovals),
  route('POST', '/api/approvals/:id/accept', (call) => decide(call, 'accepted')),
  route('POST', '/api/approvals/:id/reject', (call) => decide(call, 'rejected')),
];

function route(
  method: Route['method'],
  path: string,
  answer: (call: PortalCall) => Answer,
): Route<PortalCall> {
  return { method, path, family: 'shared', answer };
}

const ok = (body: Json): Answer => ({ status: 200, body });
const CREATED: Answer = { status: 201 };
const GONE: Answer = { status: 204 };

function shownBy(call: PortalCall): ShownBy {
  return { ...call, spelling: 'hyphen' };
}

/** Published products of the portal; those for developers who are logged in only with one (docs/design/admin-api.md §4.1). */
function productsOf(call: PortalCall): readonly Product[] {
  return call.store.products.filter(
    ({ portal_id, fields }) =>
      portal_id === call.portal.id &&
      fields.status === 'published' &&
      (fields.visibility === 'public' || call.developer !== undefined),
  );
}

function productOf(call: PortalCall, id = param(call, 'id')): Product {
  const product = productsOf(call).find((row) => row.id === id);
  return found(product, 'API product', id);
}

function listProducts(call: PortalCall): Answer {
  return listAnswer(call, productsOf(call), {
    show: (row) => showProductRow(row, shownBy(call)),
    name: (row) => row.fields.name,
    labels: (row) => row.fields.labels ?? {},
  });
}

function developerOf(call: PortalCall): Developer {
  if (call.developer === undefined) throw new Refusal(401, 'X-Portal-Developer-ID is required');
  return call.developer;
}

/** The developers of the portal that the token is for; they bear their id under both names (docs/design/admin-api.md §13). */
function listDevelopers(call: PortalCall): Answer {
  const own = call.store.tables.developers.filter((row) => row.portal_id === call.portal.id);
  return listAnswer(call, own, {
    show: (row) => ({ ...showNamed(row, call.switches), developer_id: row.id }),
    name: (row) => row.name,
  });
}

function applicationsOf(call: PortalCall): readonly Application[] {
  const developer = developerOf(call);
  return call.store.tables.applications.filter((row) => row.developer_id === developer.id);
}

function listApplications(call: PortalCall): Answer {
  return listAnswer(call, applicationsOf(call), {
    show: (row) => showNamed(row, call.switches),
    name: (row) => row.name,
  });
}

function createApplication(call: PortalCall): Answer {
  const { name } = bodyOf(call);
  if (typeof name !== 'string') return refuse('name must be a string');
  const application = call.store.addApplication(name, developerOf(call).id);
  return { status: 201, body: showNamed(application, call.switches) };
}

function subscribeOne(call: PortalCall): Answer {
  const id = bodyOf(call)['application_id'];
  if (typeof id !== 'string') return refuse('application_id must be a string');
  return subscribeAll(call, [id], [param(call, 'id')]);
}

function subscribeMany(call: PortalCall): Answer {
  const body = bodyOf(call);
  return subscribeAll(
    call,
    ids(body['applications'], 'applications'),
    ids(body['api_products'], 'api_products'),
  );
}

/** Every application to every product, all or none as far as they are known. */
function subscribeAll(call: PortalCall, applications: readonly string[], ids: readonly string[]): Answer {
  const own = applicationsOf(call);
  const products = ids.map((id) => productOf(call, id));
  for (const id of applications) {
    found(
      own.find((row) => row.id === id),
      'application',
      id,
    );
  }
  for (const application of applications) {
    for (const product of products) call.store.subscribe(application, product.id);
  }
  return CREATED;
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
  const [product, status] = [call.query.get('api_product_id'), call.query.getAll('status')];
  const rows = subscriptionsOf(call).filter(
    (row) =>
      (product === null || row.api_product_id === product) &&
      (status.length === 0 || status.includes(row.status)),
  );
  return listAnswer(call, rows, { show: (row) => showSubscription(row, call) });
}

function unsubscribe(call: PortalCall): Answer {
  const id = param(call, 'id');
  const subscription = subscriptionsOf(call).find((row) => row.id === id);
  call.store.cancelSubscription(found(subscription, 'subscription', id).id);
  return GONE;
}

function approvalsOf(call: PortalCall): readonly Approval[] {
  return call.store.approvals.filter((row) => row.portal_id === call.portal.id);
}

function listApprovals(call: PortalCall): Answer {
  const status = call.query.get('status');
  const rows = approvalsOf(call).filter((row) => status === null || row.status === status);
  return listAnswer(call, rows, { show: (row) => showApproval(row, call) });
}

function decide(call: PortalCall, result: 'accepted' | 'rejected'): Answer {
  const id = param(call, 'id');
  const approval = found(
    approvalsOf(call).find((row) => row.id === id),
    'approval',
    id,
  );
  call.store.decideApproval(approval.id, result);
  return { status: 200 };
}
