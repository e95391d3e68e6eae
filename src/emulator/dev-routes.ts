import type { IncomingMessage, ServerResponse } from 'node:http';
import { foreignHost, PAGE_HEADERS, refusedRead } from '../lib/local-page.ts';
import { shellWord } from '../lib/printable.ts';
import { messageOf } from '../model/errors.ts';
import type { JsonObject } from '../model/product.ts';
import { parseFault } from './faults.ts';
import { sandboxView } from './page-views.ts';
import { Refusal, refuse } from './refusal.ts';
import { answerOrRefusal, bodyOf, findRoute, param, parseBody, route, valueAnswer } from './route.ts';
import { jsonText, readRequest, sendBug, sendJson, sendText } from './route.ts';
import type { Answer, Call, ReadRequest } from './route.ts';
import { checkCredentials, isSecret, type Server } from './serve.ts';
import type { Store } from './store.ts';
import { decideApproval } from './subscription-rules.ts';
import type { Approval } from './world.ts';

export interface DevServer extends Pick<Server, 'store' | 'switches' | 'guard' | 'journal' | 'faults'> {
  /** Authorizes the changes that a page sends: a random key, the same until the process ends. */
  readonly pageKey: string;
}

interface DevCall extends Call, Pick<DevServer, 'journal' | 'faults'> {}

/** The two ports of `adc dev`: the Admin API with the dashboard, and the Developer Portal backend with the portal. */
export type Port = 'dashboard' | 'portal';

/** Prefix of the paths that only `adc dev` serves (docs/design/contract.md §14.1). */
export const DEV_PATH = '/adc-dev';

const SUBSCRIBE = route<DevCall>('POST', `${DEV_PATH}/subscriptions`, subscribe);

const DEV_ROUTES = {
  dashboard: [
    // A client requests this before it sends a credential, to distinguish this server from a real one.
    route<DevCall>('GET', DEV_PATH, () => valueAnswer('adc dev')),
    route<DevCall>('GET', `${DEV_PATH}/state`, (call) => valueAnswer(sandboxView(call))),
    route<DevCall>('PUT', `${DEV_PATH}/products/:id`, editProduct),
    route<DevCall>('POST', `${DEV_PATH}/approvals`, approve),
    route<DevCall>('POST', `${DEV_PATH}/approvals/:id/accept`, decide('accepted')),
    route<DevCall>('POST', `${DEV_PATH}/approvals/:id/reject`, decide('rejected')),
    route<DevCall>('POST', `${DEV_PATH}/faults`, addFault),
    route<DevCall>('DELETE', `${DEV_PATH}/faults`, ({ faults }) => {
      faults.clear();
      return valueAnswer(null);
    }),
    SUBSCRIBE,
  ],
  portal: [SUBSCRIBE],
} as const;

/** Serves the requests of the pages and of the subcommands of `adc dev`. Faults and the journal do not apply to them. */
export async function serveDev(
  server: DevServer,
  port: Port,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeaders(PAGE_HEADERS);
  try {
    const request = await readRequest(message);
    const { status, body } = answerOrRefusal(
      () => answerDev(server, port, message, request),
      (refusal) => ({ error_msg: refusal.message }),
    );
    sendJson(response, status, jsonText(body));
  } catch (error) {
    sendBug(response, error);
  }
}

function answerDev(server: DevServer, port: Port, message: IncomingMessage, request: ReadRequest): Answer {
  checkAllowed(server, message, request);
  const { route, params } = findRoute(DEV_ROUTES[port], request.method, request.path);
  return route.answer({ ...server, n: 0, params, query: request.query, body: parseBody(request.text) });
}

const KEY_HEADER = 'x-adc-key';

/**
 * A page reads without a key and sends its key with a change; a shell sends the token (docs/design/contract.md §14.4).
 * @throws Refusal for any other request.
 */
function checkAllowed({ guard, pageKey }: DevServer, message: IncomingMessage, request: ReadRequest): void {
  const { method, path, headers } = request;
  if (path === DEV_PATH) return;
  const isRead = method === 'GET' || method === 'HEAD';
  // A shell sends neither of the two headers.
  const isOfPage = headers.origin !== undefined || headers[KEY_HEADER] !== undefined;
  if (!isRead && !isOfPage) return void checkCredentials(headers, guard);
  const foreign = foreignHost(message);
  if (foreign) throw new Refusal(foreign.status, foreign.message);
  if (!isRead) checkPageChange(headers, pageKey);
}

function checkPageChange(
  { origin, host, [KEY_HEADER]: given = '' }: ReadRequest['headers'],
  key: string,
): void {
  if (origin !== `http://${host}`) throw new Refusal(403, 'the request comes from another site');
  if (!isSecret(given, key))
    throw new Refusal(403, 'this page is of another run of adc dev; reload it and try again');
}

/** Subscribes an application to a product, as its developer does. The body names both by name or id. */
function subscribe(call: Call): Answer {
  const { application, api_product: product } = bodyOf(call);
  const { tables } = call.store;
  const one = named(tables.applications.all(), application, 'application');
  const products = tables.api_products.all().map(({ id, fields }) => ({ id, name: fields.name }));
  const other = named(products, product, 'API product');
  const { status } = call.store.subscribe(one.id, other.id);
  return valueAnswer({ application: one.name, api_product: other.name, status });
}

function named<Item extends { readonly id: string; readonly name: string }>(
  rows: readonly Item[],
  given: unknown,
  what: string,
): Item {
  const byId = rows.find((row) => row.id === given);
  const [row, ...others] = byId ? [byId] : rows.filter((one) => one.name === given);
  if (row === undefined) {
    const names = rows.map(({ name }) => name).join(', ');
    throw new Refusal(404, `no ${what} is called "${String(given)}"; there are: ${names || 'none'}`);
  }
  if (others.length > 0)
    refuse(`several have that name; give an id: ${[row, ...others].map(({ id }) => id).join(', ')}`);
  return row;
}

/** Changes the given fields of a product, like an edit in the dashboard. */
function editProduct(call: DevCall): Answer {
  const { fields } = call.store.alterProduct(param(call, 'id'), bodyOf(call));
  return valueAnswer({ name: fields.name, status: fields.status });
}

function decide(result: 'accepted' | 'rejected'): (call: DevCall) => Answer {
  return (call) => valueAnswer(shown(call.store.decideApproval(param(call, 'id'), result), call.store));
}

/** Adds a fault in the syntax of `adc dev --fault`. */
function addFault(call: DevCall): Answer {
  const { fault } = bodyOf(call);
  if (typeof fault !== 'string') return refuse('fault must be a string');
  try {
    call.faults.add(parseFault(fault));
  } catch (error) {
    refuse(messageOf(error));
  }
  return valueAnswer(null);
}

/** Accepts the only pending approval, or all of them if the body has `all: true`. */
function approve(call: Call): Answer {
  const { all } = bodyOf(call);
  const { store } = call;
  const pending = store.approvals.filter(({ status }) => status === 'pending');
  const accepted = all === true || pending.length === 1 ? pending : [];
  store.change((world) => {
    for (const approval of accepted) decideApproval(world, approval, 'accepted');
  });
  const left = pending.filter((approval) => !accepted.includes(approval));
  return valueAnswer({
    accepted: accepted.map((one) => shown(one, store)),
    pending: left.map((one) => shown(one, store)),
  });
}

function shown({ subscription_id, resource_name }: Approval, { tables }: Store): JsonObject {
  const subscription = tables.subscriptions.get(subscription_id);
  const application = tables.applications.get(subscription?.application_id ?? '')?.name ?? '';
  return { application, api_product: resource_name };
}

/** Serves `/` for a shell: a text that says what the address is and how to use it (docs/design/contract.md §14.4). */
export function serveFrontPage(
  port: Port,
  { tables }: Store,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  response.setHeaders(PAGE_HEADERS);
  const refused = refusedRead(message);
  if (refused) sendText(response, refused.status, `${refused.message}\n`);
  else sendText(response, 200, TEXTS[port](`http://${message.headers.host}`, tables));
}

const TEXTS: Readonly<Record<Port, (address: string, tables: Store['tables']) => string>> = {
  dashboard: (address, tables) => `adc dev: an Admin API on this machine, to try adc on. Nothing here is real.

In a terminal:
  export ADC_SERVER=${address}
  export ADC_TOKEN=<the token that adc dev printed>
  export ADC_PORTAL=${shellWord(tables.portals.all()[0]?.name ?? '')}
  adc list

As a developer of the portal, and as its administrator:
  adc dev subscribe <application> <product>
  adc dev approve --all
`,
  portal: (
    address,
    tables,
  ) => `adc dev: a Developer Portal backend on this machine, for portal sites and their SDK. Nothing here is real.

Developers: ${tables.developers
    .all()
    .map(({ name, id }) => `${name} (${id})`)
    .join(', ')}

In a terminal:
  curl -H 'Authorization: Bearer <the portal token that adc dev printed>' \\
    -H 'X-Portal-Developer-ID: ${tables.developers.all()[0]?.id ?? ''}' ${address}/api/api_products
`,
};
