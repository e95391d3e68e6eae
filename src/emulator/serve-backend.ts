import type { IncomingMessage, ServerResponse } from 'node:http';
import { BACKEND_ROUTES, type PortalCall } from './backend-routes.ts';
import { parseBody, readRequest, type ReadRequest } from './read-request.ts';
import { found, Refusal } from './refusal.ts';
import { findRoute, type Answer } from './route.ts';
import type { Developer, Portal } from './rows.ts';
import { jsonText, sendBug, sendJson } from './send-answer.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export interface Backend {
  readonly store: Store;
  readonly switches: Switches;
}

/** Serves a request to the Developer Portal backend. It is not journalled: the client under test never calls it. */
export async function serveBackend(
  backend: Backend,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, body } = answerBackend(backend, await readRequest(message));
    sendJson(response, status, jsonText(body));
  } catch (error) {
    sendBug(response, error);
  }
}

/** Refusals become `{"status":…,"message":…}` (admin-api §0.3). */
function answerBackend(backend: Backend, request: ReadRequest): Answer {
  try {
    return answered(backend, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, message } = error;
    return { status, body: { status, message } };
  }
}

function answered(backend: Backend, request: ReadRequest): Answer {
  const portal = portalOf(backend.store, request);
  const { route, params } = findRoute(BACKEND_ROUTES, request.method, request.path);
  const call: PortalCall = {
    ...backend,
    n: 0,
    params,
    query: request.query,
    body: parseBody(request.text),
    portal,
    developer: developerOf(backend.store, portal, request),
  };
  return route.answer(call);
}

function portalOf(store: Store, request: ReadRequest): Portal {
  const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const portal = store.tables.portals.find((row) => row.token === token);
  if (portal === undefined) throw new Refusal(401, 'unauthorized');
  return portal;
}

function developerOf(store: Store, portal: Portal, request: ReadRequest): Developer | undefined {
  const id = request.headers['x-portal-developer-id'];
  if (id === undefined) return undefined;
  const developer = store.tables.developers.get(String(id));
  return found(developer?.portal_id === portal.id ? developer : undefined, 'developer', String(id));
}
