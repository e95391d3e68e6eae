import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../model/product.ts';
import { checkCredentials, type Guard } from './credentials.ts';
import { jsonText, parseBody, readRequest, sendBug, sendJson, type ReadRequest } from './messages.ts';
import { Refusal, refuse } from './refusal.ts';
import { answerOrRefusal, bodyOf, findRoute, route, valueAnswer, type Answer, type Call } from './route.ts';
import type { Approval } from './rows.ts';
import type { Store } from './store.ts';
import { decideApproval } from './subscription-rules.ts';
import type { Switches } from './switches.ts';

interface DevServer {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
}

/** The beginning of the paths that only `adc dev` serves (docs/design/contract.md §14.1). */
export const DEV_PATH = '/adc-dev';

const DEV_ROUTES = [
  route('POST', `${DEV_PATH}/subscriptions`, subscribe),
  route('POST', `${DEV_PATH}/approvals`, approve),
];

/** Serves what `adc dev subscribe` and `adc dev approve` ask for: no fault strikes it, and the journal does not have it. */
export async function serveDev(
  server: DevServer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await readRequest(message);
    const { status, body } = answerOrRefusal(
      () => answerDev(server, request),
      (refusal) => ({ error_msg: refusal.message }),
    );
    sendJson(response, status, jsonText(body));
  } catch (error) {
    sendBug(response, error);
  }
}

function answerDev({ store, switches, guard }: DevServer, request: ReadRequest): Answer {
  // Asked before any credential is sent, to tell this server from a real one.
  if (request.method === 'GET' && request.path === DEV_PATH) return valueAnswer('adc dev');
  checkCredentials(request.headers, guard);
  const { route, params } = findRoute(DEV_ROUTES, request.method, request.path);
  return route.answer({ n: 0, store, switches, params, query: request.query, body: parseBody(request.text) });
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
