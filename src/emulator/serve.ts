import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json, JsonObject } from '../model/product.ts';
import { ADMIN_ROUTES, productRoutes } from './admin-routes.ts';
import { sendFault, type FaultAction, type Faults } from './faults.ts';
import type { Journal, JournalledRequest } from './journal.ts';
import { readObject, Refusal, refuse } from './refusal.ts';
import { answerOrRefusal, findRoute, jsonText, parseBody, readRequest, sendBug, sendJson } from './route.ts';
import { valueAnswer, type Answer, type Family, type ReadRequest, type Route } from './route.ts';
import { chance, shuffledKeys } from './show.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** A request as listeners see it: `n` counts from 1, and the path includes the query. */
type SeenRequest = Pick<JournalledRequest, 'n' | 'method' | 'path' | 'backend'>;
/** Runs before a request is applied; the request waits for the promise. */
export type RequestListener = (request: SeenRequest) => void | Promise<void>;

/** The common parts of the Admin API and the Developer Portal backend. */
export interface Server {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly listeners: ReadonlySet<RequestListener>;
  /** Least time from a request to its response, as far as timers are exact. The request itself is applied at once. */
  readonly latencyMs: number;
  /** Aborted when the emulator closes: ends all waiting. */
  readonly closing: AbortSignal;
}

/** The differences between the two. */
export interface Part {
  readonly backend?: true;
  /** @throws Refusal */
  readonly answer: (n: number, request: ReadRequest) => Answer;
  readonly refusalBody: (refusal: Refusal) => JsonObject;
  /** Whether the bodies of requests to a path contain a credential: the journal omits them. */
  readonly hasSecretBody: (path: string) => boolean;
}

/** Serves one request: applies the next fault that matches it, and writes the journal. */
export async function serve(
  server: Server,
  part: Part,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { journal } = server;
  const due = performance.now() + server.latencyMs;
  const path = (message.url ?? '/').replaceAll(server.guard.token, '***');
  const seen = { method: message.method ?? 'GET', path, ...(part.backend && { backend: part.backend }) };
  const n = journal.begin({ ...seen, ...credentialNames(message.headers) });
  try {
    const fault = server.faults.strike(seen);
    if (fault !== undefined) journal.note(n, { struck: true });
    const request = await readRequest(message);
    for (const listener of server.listeners) await listener({ n, ...seen });
    if (fault?.kind === 'delay') await sleep(server, fault.ms);
    const send = answer(server, part, { n, request, response, fault });
    await sleep(server, due - performance.now());
    journal.note(n, { status: await send() });
  } catch (error) {
    sendBug(response, error);
  } finally {
    journal.end();
  }
}

interface Exchange {
  readonly n: number;
  readonly request: ReadRequest;
  readonly response: ServerResponse;
  readonly fault: FaultAction | undefined;
}

/** Applies a request. @returns a function that sends the response and returns its status. */
function answer(
  server: Server,
  part: Part,
  { n, request, response, fault }: Exchange,
): () => number | Promise<number> {
  if (fault !== undefined && isEarly(fault)) return async () => sendFault(response, fault);
  const { status, body, cookie } = apply(server, part, n, request);
  if (fault !== undefined && fault.kind !== 'delay') return async () => sendFault(response, fault);
  const hostile = server.switches.rowOrder === 'hostile';
  const text = jsonText(hostile ? shuffledKeys(body, chance(n)) : body);
  if (cookie !== undefined) response.setHeader('set-cookie', cookie);
  return () => sendJson(response, status, text);
}

/** Whether a fault occurs before the request is applied. */
function isEarly(fault: FaultAction): fault is Exclude<FaultAction, { kind: 'delay' }> {
  if (fault.kind === 'status') return fault.after !== true;
  return fault.kind === 'close-before' || fault.kind === 'redirect';
}

function apply({ journal }: Server, part: Part, n: number, request: ReadRequest): Answer {
  const answer = journal.during(n, () => answerOrRefusal(() => part.answer(n, request), part.refusalBody));
  journal.note(n, {
    handled: true,
    ...(answer.product && { product: answer.product }),
    ...(!part.hasSecretBody(request.path) && bodyForJournal(request)),
  });
  return answer;
}

function bodyForJournal({ text }: ReadRequest): { body?: Json } {
  try {
    return text === '' ? {} : { body: JSON.parse(text) as Json };
  } catch {
    return {};
  }
}

async function sleep(server: Server, ms: number): Promise<void> {
  if (ms > 0.5) await wait(Math.round(ms), undefined, { signal: server.closing });
}

export interface AdminServer extends Server {
  readonly routes: readonly Route[];
}

/** Serves the Admin API. The body of a refusal is `{"error_msg":…}` (docs/design/admin-api.md §1.3). */
export function serveAdmin(
  server: AdminServer,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const part: Part = {
    answer: (n, request) => answerAdmin(server, n, request),
    refusalBody: ({ message }) => ({ error_msg: message }),
    hasSecretBody: (path) => path === LOGIN,
  };
  return serve(server, part, message, response);
}

/** The routes of a server with these dialects. A server without portals has no paths of the path dialect. */
export function adminRoutes(
  dialects: readonly ('path' | 'query')[],
  { portals }: Pick<Switches, 'portals'>,
): readonly Route[] {
  const served = dialects.filter((dialect) => dialect === 'query' || portals === 'on');
  return [...served.flatMap(productRoutes), ...ADMIN_ROUTES];
}

function answerAdmin(
  { store, switches, guard, routes }: AdminServer,
  n: number,
  request: ReadRequest,
): Answer {
  if (request.method === 'POST' && request.path === LOGIN) return logIn(request, guard);
  const scheme = checkCredentials(request.headers, guard);
  const { route, params } = findRoute(routes, request.method, request.path);
  checkFamily(scheme, route.family, guard);
  return route.answer({ n, store, switches, params, query: request.query, body: parseBody(request.text) });
}

/** The only path that needs no credential. */
const LOGIN = '/api/login';

/**
 * Responds to user and password with a session cookie, which older servers accept instead of the header
 * (docs/design/admin-api.md §1.2).
 */
function logIn({ text }: ReadRequest, guard: Guard): Answer {
  const { username, password } = readObject(parseBody(text), 'the body');
  if (typeof username !== 'string' || typeof password !== 'string')
    return refuse('username and password must be strings');
  authenticated('Basic', `${username}:${password}`, guard.basic);
  return {
    ...valueAnswer({ username }),
    cookie: `X-API-KEY=${guard.token}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

/** The credentials that the Admin API accepts. */
export interface Guard {
  readonly token: string;
  /** `user:password` */
  readonly basic: string;
  readonly dialects: readonly ('path' | 'query')[];
  readonly switches: Pick<Switches, 'credentials'>;
}

type Scheme = 'X-API-KEY' | 'Bearer' | 'Basic';

/** Names the credentials of a request for the journal, without their values. */
function credentialNames({
  authorization,
  'x-api-key': key,
}: IncomingHttpHeaders): Pick<JournalledRequest, 'credential' | 'scheme'> {
  const names = [key !== undefined && 'X-API-KEY', authorization !== undefined && 'Authorization'];
  const scheme = (['Bearer', 'Basic'] as const).find((name) => authorization?.startsWith(`${name} `));
  return { credential: names.filter(Boolean).join('+'), ...(scheme !== undefined && { scheme }) };
}

/**
 * Returns the scheme that authenticated a request.
 * @throws Refusal with 401; with 400 for two credentials, because it is unknown which one a real server would check
 *   (docs/design/admin-api.md §15.2).
 */
export function checkCredentials(headers: IncomingHttpHeaders, guard: Guard): Scheme {
  const { authorization, 'x-api-key': key } = headers;
  if (authorization === undefined) return authenticated('X-API-KEY', key ?? sessionOf(headers), guard.token);
  if (key !== undefined)
    throw new Refusal(400, 'the request has two credentials: X-API-KEY and Authorization');
  const [, scheme = '', credential = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  const acceptsBearer = guard.dialects.includes('path') || guard.switches.credentials === 'any';
  if (/^bearer$/i.test(scheme) && acceptsBearer) return authenticated('Bearer', credential, guard.token);
  if (!/^basic$/i.test(scheme)) throw unauthorized();
  return authenticated('Basic', Buffer.from(credential, 'base64').toString('utf8'), guard.basic);
}

function sessionOf({ cookie = '' }: IncomingHttpHeaders): string {
  return /(?:^|;\s*)X-API-KEY=([^;]+)/.exec(cookie)?.[1] ?? '';
}

/** Refuses X-API-KEY, which belongs to the query dialect, in the path dialect, and Bearer the other way round. */
function checkFamily(scheme: Scheme, family: Family, guard: Guard): void {
  if (guard.switches.credentials === 'any') return;
  const foreign = { path: 'X-API-KEY', query: 'Bearer', shared: undefined }[family];
  if (scheme === foreign) throw unauthorized();
}

/** Returns the scheme. @throws Refusal with 401 unless the two secrets are equal. */
function authenticated(scheme: Scheme, given: string | readonly string[], expected: string): Scheme {
  if (!isSecret(given, expected)) throw unauthorized();
  return scheme;
}

/** Compares in constant time. */
export function isSecret(given: string | readonly string[], expected: string): boolean {
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(String(given)), digest(expected));
}

function unauthorized(): Refusal {
  return new Refusal(401, 'unauthorized');
}
