import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json } from '../model/product.ts';
import { chance, shuffledKeys } from './chance.ts';
import { checkCredentials, checkFamily, credentialNames, sessionCookie, type Guard } from './credentials.ts';
import type { FaultAction, Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { jsonText, parseBody, readRequest, sendBug, sendFault, sendJson } from './messages.ts';
import type { ReadRequest } from './messages.ts';
import { readObject } from './product-fields.ts';
import { refuse } from './refusal.ts';
import { productRoutes } from './product-routes.ts';
import { answerOrRefusal, findRoute, valueAnswer, type Answer, type Route } from './route.ts';
import { SHARED_ROUTES } from './shared-routes.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

interface SeenRequest {
  /** 1 for the first one. */
  readonly n: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}
/** Called before a request is carried out, which waits for the promise. */
export type RequestListener = (request: SeenRequest) => void | Promise<void>;

export interface AdminServer extends AdminApi {
  readonly journal: Journal;
  readonly faults: Faults;
  readonly listeners: ReadonlySet<RequestListener>;
  /** How long after it came in a request is answered, as well as timers can; it is carried out at once. */
  readonly latencyMs: number;
  /** Aborted when the emulator closes, so that nothing keeps waiting. */
  readonly closing: AbortSignal;
}

/** Serves one request from its first line to its answer, journalled, with the fault that waits for it, if any. */
export async function serveAdmin(
  server: AdminServer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { journal } = server;
  const due = performance.now() + server.latencyMs;
  const path = withoutToken(message.url ?? '/', server.guard.token);
  const seen = { method: message.method ?? 'GET', path };
  const n = journal.begin({ ...seen, ...credentialNames(message.headers) });
  try {
    const fault = server.faults.strike(seen);
    if (fault !== undefined) journal.note(n, { struck: true });
    const request = await readRequest(message);
    for (const listener of server.listeners) await listener({ n, ...seen });
    if (fault?.kind === 'delay') await sleep(server, fault.ms);
    const send = answer(server, n, request, response, fault);
    await sleep(server, due - performance.now());
    journal.note(n, { status: await send() });
  } catch (error) {
    sendBug(response, error);
  } finally {
    journal.end();
  }
}

/**
 * Handles a request. A refusal is answered with `{"error_msg":…}` (docs/design/admin-api.md §1.3). The returned
 * function sends the response, and returns its status.
 */
function answer(
  server: AdminServer,
  n: number,
  request: ReadRequest,
  response: ServerResponse,
  fault: FaultAction | undefined,
): () => number | Promise<number> {
  if (fault !== undefined && comesBefore(fault)) return async () => sendFault(response, fault);
  const { status, body, cookie } = carryOut(server, n, request);
  if (fault !== undefined && fault.kind !== 'delay') return async () => sendFault(response, fault);
  const hostile = server.switches.rowOrder === 'hostile';
  const text = jsonText(hostile ? shuffledKeys(body, chance(n)) : body);
  if (cookie !== undefined) response.setHeader('set-cookie', cookie);
  return () => sendJson(response, status, text);
}

function comesBefore(fault: FaultAction): fault is Exclude<FaultAction, { kind: 'delay' }> {
  if (fault.kind === 'status') return fault.after !== true;
  return fault.kind === 'close-before' || fault.kind === 'redirect';
}

function carryOut(server: AdminServer, n: number, request: ReadRequest): Answer {
  const answer = server.journal.during(n, () =>
    answerOrRefusal(
      () => answerAdmin(server, n, request),
      ({ message }) => ({ error_msg: message }),
    ),
  );
  server.journal.note(n, {
    handled: true,
    ...(answer.product && { product: answer.product }),
    ...bodyForJournal(request),
  });
  return answer;
}

/** The body of a login is a credential. */
function bodyForJournal({ path, text }: ReadRequest): { body?: Json } {
  try {
    return text === '' || path === LOGIN ? {} : { body: JSON.parse(text) as Json };
  } catch {
    return {};
  }
}

async function sleep(server: AdminServer, ms: number): Promise<void> {
  if (ms > 0.5) await wait(Math.round(ms), undefined, { signal: server.closing });
}

function withoutToken(path: string, token: string): string {
  return path.replaceAll(token, '***');
}

interface AdminApi {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
  readonly routes: readonly Route[];
}

/** What a server with these dialects serves; one without portals has no paths that go through a portal. */
export function adminRoutes(
  dialects: readonly ('path' | 'query')[],
  { portals }: Pick<Switches, 'portals'>,
): readonly Route[] {
  const served = dialects.filter((dialect) => dialect === 'query' || portals === 'on');
  return [...served.flatMap(productRoutes), ...SHARED_ROUTES];
}

function answerAdmin({ store, switches, guard, routes }: AdminApi, n: number, request: ReadRequest): Answer {
  if (request.method === 'POST' && request.path === LOGIN) return logIn(request, guard);
  const scheme = checkCredentials(request.headers, guard);
  const { route, params } = findRoute(routes, request.method, request.path);
  checkFamily(scheme, route.family, guard);
  return route.answer({ n, store, switches, params, query: request.query, body: parseBody(request.text) });
}

const LOGIN = '/api/login';

/** The only path for which a client needs no credential yet. */
function logIn({ text }: ReadRequest, guard: Guard): Answer {
  const { username, password } = readObject(parseBody(text), 'the body');
  if (typeof username !== 'string' || typeof password !== 'string')
    return refuse('username and password must be strings');
  return { ...valueAnswer({ username }), cookie: sessionCookie(username, password, guard) };
}
