import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../model/product.ts';
import { checkCredentials, type Guard } from './credentials.ts';
import { parseFault, type Fault, type Faults } from './faults.ts';
import type { Port } from './front-page.ts';
import type { Journal } from './journal.ts';
import { parseBody, type ReadRequest } from './messages.ts';
import { checkPageChange, checkPageHost, isOfPage, protectPage } from './page-guard.ts';
import { Refusal, refuse } from './refusal.ts';
import {
  bodyOf,
  findRoute,
  param,
  route,
  serveAnswer,
  valueAnswer,
  type Answer,
  type Call,
} from './route.ts';
import type { Approval } from './rows.ts';
import { sandboxView } from './sandbox-view.ts';
import type { Store } from './store.ts';
import { decideApproval } from './subscription-rules.ts';
import type { Switches } from './switches.ts';

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
