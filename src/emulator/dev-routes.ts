import type { IncomingMessage, ServerResponse } from 'node:http';
import { ownHosts } from '../lib/own-hosts.ts';
import { shellWord } from '../lib/printable.ts';
import type { JsonObject } from '../model/product.ts';
import { parseFault, type Fault, type Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { sandboxView } from './page-views.ts';
import { Refusal, refuse } from './refusal.ts';
import {
  answerOrRefusal,
  bodyOf,
  findRoute,
  param,
  parseBody,
  route,
  sendText,
  serveAnswer,
  valueAnswer,
  type Answer,
  type Call,
  type ReadRequest,
} from './route.ts';
import { checkCredentials, isSecret, type Guard } from './serve.ts';
import type { Store } from './store.ts';
import { decideApproval } from './subscription-rules.ts';
import type { Switches } from './switches.ts';
import type { Approval } from './world.ts';

export interface DevServer {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
  readonly journal: Journal;
  readonly faults: Faults;
  /** What a page sends with a change: random, the same as long as the process runs. */
  readonly pageKey: string;
}

interface DevCall extends Call, Pick<DevServer, 'journal' | 'faults'> {}

/** The beginning of the paths that only `adc dev` serves (docs/design/contract.md §14.1). */
export const DEV_PATH = '/adc-dev';

const SUBSCRIBE = route<DevCall>('POST', `${DEV_PATH}/subscriptions`, subscribe);

const DEV_ROUTES = {
  dashboard: [
    // Asked before any credential is sent, to tell this server from a real one.
    route<DevCall>('GET', DEV_PATH, () => valueAnswer('adc dev')),
    route<DevCall>('GET', `${DEV_PATH}/state`, (call) => ({
      status: 200,
      body: { value: sandboxView(call) },
    })),
    route<DevCall>('PUT', `${DEV_PATH}/products/:id`, editProduct),
    route<DevCall>('POST', `${DEV_PATH}/approvals`, approve),
    route<DevCall>('POST', `${DEV_PATH}/approvals/:id/accept`, (call) => decide(call, 'accepted')),
    route<DevCall>('POST', `${DEV_PATH}/approvals/:id/reject`, (call) => decide(call, 'rejected')),
    route<DevCall>('POST', `${DEV_PATH}/faults`, addFault),
    route<DevCall>('DELETE', `${DEV_PATH}/faults`, removeFaults),
    SUBSCRIBE,
  ],
  portal: [SUBSCRIBE],
} as const;

/**
 * Serves what the pages of `adc dev` and its actions in a shell ask for: no fault strikes it, and the journal does not have it.
 */
export function serveDev(
  server: DevServer,
  port: Port,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  protectPage(response);
  return serveAnswer(
    message,
    response,
    (request) => answerDev(server, port, message, request),
    (refusal) => ({ error_msg: refusal.message }),
  );
}

function answerDev(server: DevServer, port: Port, message: IncomingMessage, request: ReadRequest): Answer {
  checkAllowed(server, message, request);
  const { route, params } = findRoute(DEV_ROUTES[port], request.method, request.path);
  return route.answer({ ...server, n: 0, params, query: request.query, body: parseBody(request.text) });
}

/** A page reads without a key, and changes with one; a shell has the token (docs/design/contract.md §14.4). */
function checkAllowed({ guard, pageKey }: DevServer, message: IncomingMessage, request: ReadRequest): void {
  if (request.path === DEV_PATH) return;
  if (request.method === 'GET' || request.method === 'HEAD') checkPageHost(message);
  else if (isOfPage(message)) checkPageChange(message, pageKey);
  else checkCredentials(request.headers, guard);
}

/** Subscribes an application as its developer does; both are given by name or id. */
function subscribe(call: Call): Answer {
  const { application, api_product: product } = bodyOf(call);
  const { tables } = call.store;
  const one = named(tables.applications.all(), application, 'application');
  const products = tables.api_products.all().map(({ id, fields }) => ({ id, name: fields.name }));
  const other = named(products, product, 'API product');
  const { status } = call.store.subscribe(one.id, other.id);
  return valueAnswer({ application: one.name, api_product: other.name, status });
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function named<Row extends Named>(rows: readonly Row[], given: unknown, what: string): Row {
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

/** Lays the given fields over a product, like an edit in the dashboard. */
function editProduct(call: DevCall): Answer {
  const { fields } = call.store.alterProduct(param(call, 'id'), bodyOf(call));
  return valueAnswer({ name: fields.name, status: fields.status });
}

function decide(call: DevCall, result: 'accepted' | 'rejected'): Answer {
  return valueAnswer(shown(call.store.decideApproval(param(call, 'id'), result), call.store));
}

/** Lets the requests fail that `fault` is about, as `adc dev --fault` takes it. */
function addFault(call: DevCall): Answer {
  const { fault } = bodyOf(call);
  if (typeof fault !== 'string') return refuse('fault must be a string');
  call.faults.add(readFault(fault));
  return valueAnswer(null);
}

function readFault(text: string): Fault {
  try {
    return parseFault(text);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function removeFaults({ faults }: DevCall): Answer {
  faults.clear();
  return valueAnswer(null);
}

/** Accepts the pending approval, or all of them; of several, none without `all`. */
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

/** Which of the two ports of `adc dev` a page is for. */
export type Port = 'dashboard' | 'portal';

/**
 * What stands on `/`: what the address is, and how to use it. Only this machine gets it, by a name that no other site can have
 * (docs/design/contract.md §14.4).
 */
export function serveFrontPage(
  port: Port,
  store: Store,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  protectPage(response);
  const { status, body } = answerOrRefusal(
    () => ({ status: 200, body: textFor(port, store, message) }),
    (refusal) => `${refusal.message}\n`,
  );
  sendText(response, status, String(body));
}

function textFor(port: Port, store: Store, message: IncomingMessage): string {
  checkPageHost(message);
  if (message.method !== 'GET' && message.method !== 'HEAD')
    throw new Refusal(405, 'This page can only be read.');
  return TEXTS[port](`http://${message.headers.host}`, store);
}

const TEXTS: Readonly<Record<Port, (address: string, store: Store) => string>> = {
  dashboard: (
    address,
    { tables },
  ) => `adc dev: an Admin API on this machine, to try adc on. Nothing here is real.

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
    { tables },
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

/** The header in which a page sends the key of the process, which only the page holds. */
const KEY_HEADER = 'x-adc-key';

/** Headers of every response to a page (docs/design/contract.md §14.4). */
export function protectPage(response: ServerResponse): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-content-type-options', 'nosniff');
}

/**
 * Pages are only for this machine, by names that no other site can have (docs/design/contract.md §14.4).
 * @throws Refusal with 403 for every other `Host`.
 */
export function checkPageHost({ socket, headers }: IncomingMessage): void {
  const hosts = ownHosts(socket.localPort);
  if (!hosts.includes(headers.host ?? ''))
    throw new Refusal(403, `This page is only at http://${hosts.join(', http://')}`);
}

/** Whether a request comes from a page, this one or another: a shell sends neither header. */
export function isOfPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || headers[KEY_HEADER] !== undefined;
}

/** @throws Refusal with 403 unless a page of this process and address sends the change (docs/design/contract.md §14.4). */
export function checkPageChange(message: IncomingMessage, key: string): void {
  checkPageHost(message);
  const { origin, host, [KEY_HEADER]: given = '' } = message.headers;
  if (origin !== `http://${host}`) throw new Refusal(403, 'the request comes from another site');
  if (!isSecret(given, key))
    throw new Refusal(403, 'this page is of another run of adc dev; reload it and try again');
}
