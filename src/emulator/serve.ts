import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Json, JsonObject } from '../model/product.ts';
import { productRoutes, SHARED_ROUTES } from './admin-routes.ts';
import { sendFault, type FaultAction, type Faults } from './faults.ts';
import type { Journal, JournalledRequest } from './journal.ts';
import { readObject, Refusal, refuse } from './refusal.ts';
import {
  answerOrRefusal,
  findRoute,
  jsonText,
  parseBody,
  readRequest,
  sendBug,
  sendJson,
  valueAnswer,
  type Answer,
  type Family,
  type ReadRequest,
  type Route,
} from './route.ts';
import { chance, shuffledKeys } from './show.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** A request as listeners see it: `n` is 1 for the first one, and the path has its query. */
type SeenRequest = Pick<JournalledRequest, 'n' | 'method' | 'path' | 'backend'>;
/** Called before a request is carried out, which waits for the promise. */
export type RequestListener = (request: SeenRequest) => void | Promise<void>;

/** What the Admin API and the Developer Portal backend have in common. */
export interface Server {
  readonly store: Store;
  readonly switches: Switches;
  readonly guard: Guard;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly listeners: ReadonlySet<RequestListener>;
  /** How long after it came in a request is answered, as well as timers can; it is carried out at once. */
  readonly latencyMs: number;
  /** Aborted when the emulator closes, so that nothing keeps waiting. */
  readonly closing: AbortSignal;
}

/** What differs between them. */
export interface Part {
  readonly backend?: true;
  /** @throws Refusal */
  readonly answer: (n: number, request: ReadRequest) => Answer;
  readonly refusalBody: (refusal: Refusal) => JsonObject;
  /** Whether requests to a path send a credential, which the journal must not hold. */
  readonly hasSecretBody: (path: string) => boolean;
}

/** Serves one request from its first line to its answer, journalled, with the fault that waits for it, if any. */
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

/** Handles a request. The returned function sends the response, and returns its status. */
function answer(
  server: Server,
  part: Part,
  { n, request, response, fault }: Exchange,
): () => number | Promise<number> {
  if (fault !== undefined && comesBefore(fault)) return async () => sendFault(response, fault);
  const { status, body, cookie } = carryOut(server, part, n, request);
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

function carryOut({ journal }: Server, part: Part, n: number, request: ReadRequest): Answer {
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

/** Serves the Admin API; a refusal becomes `{"error_msg":…}` (docs/design/admin-api.md §1.3). */
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

export interface AdminServer extends Server {
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

const LOGIN = '/api/login';

/** The only path for which a client needs no credential yet. */
function logIn({ text }: ReadRequest, guard: Guard): Answer {
  const { username, password } = readObject(parseBody(text), 'the body');
  if (typeof username !== 'string' || typeof password !== 'string')
    return refuse('username and password must be strings');
  return { ...valueAnswer({ username }), cookie: sessionCookie(username, password, guard) };
}

type Scheme = 'X-API-KEY' | 'Bearer' | 'Basic';

export interface Guard {
  readonly token: string;
  /** `user:password` */
  readonly basic: string;
  readonly dialects: readonly ('path' | 'query')[];
  readonly switches: Pick<Switches, 'credentials'>;
}

/** What the journal says of the credentials of a request: where they stood, never what they are. */
export function credentialNames(
  headers: IncomingHttpHeaders,
): Pick<JournalledRequest, 'credential' | 'scheme'> {
  const { authorization, 'x-api-key': key } = headers;
  const names = [
    ...(key === undefined ? [] : ['X-API-KEY']),
    ...(authorization === undefined ? [] : ['Authorization']),
  ];
  const scheme = (['Bearer', 'Basic'] as const).find(
    (name) => authorization?.startsWith(`${name} `) === true,
  );
  return { credential: names.join('+'), ...(scheme !== undefined && { scheme }) };
}

function sessionOf({ cookie = '' }: IncomingHttpHeaders): string {
  return /(?:^|;\s*)X-API-KEY=([^;]+)/.exec(cookie)?.[1] ?? '';
}

/**
 * The session of a client that logs in with user and password: a cookie that older servers take in place of the header
 * (docs/design/admin-api.md §1.2).
 * @throws Refusal with 401 for others.
 */
export function sessionCookie(username: string, password: string, guard: Guard): string {
  proven('Basic', `${username}:${password}`, guard.basic);
  return `X-API-KEY=${guard.token}; Path=/; HttpOnly; SameSite=Strict`;
}

/**
 * The scheme that a request authenticated with.
 * @throws Refusal with 401, and with 400 for two credentials, since it is unknown which one counts
 *   (docs/design/admin-api.md §15.2).
 */
export function checkCredentials(headers: IncomingHttpHeaders, guard: Guard): Scheme {
  const { authorization, 'x-api-key': key } = headers;
  if (key !== undefined && authorization !== undefined) {
    throw new Refusal(400, 'the request has two credentials: X-API-KEY and Authorization');
  }
  if (authorization === undefined) return proven('X-API-KEY', key ?? sessionOf(headers), guard.token);
  const [, scheme = '', credential = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme) && takesBearer(guard)) return proven('Bearer', credential, guard.token);
  if (/^basic$/i.test(scheme)) return proven('Basic', fromBase64(credential), guard.basic);
  throw unauthorized();
}

/** Whether the paths of a family know the scheme: X-API-KEY came with the query dialect, Bearer with the other one. */
export function checkFamily(scheme: Scheme, family: Family, guard: Guard): void {
  if (guard.switches.credentials === 'any') return;
  const foreign = { path: 'X-API-KEY', query: 'Bearer', shared: undefined }[family];
  if (scheme === foreign) throw unauthorized();
}

/** @throws Refusal with 401 unless the two are the same. */
function proven<Name extends string>(
  scheme: Name,
  given: string | readonly string[],
  expected: string,
): Name {
  if (!isSecret(given, expected)) throw unauthorized();
  return scheme;
}

/** Compares in a time that does not depend on the text. */
export function isSecret(given: string | readonly string[], expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(String(given)), digest(expected));
}

function takesBearer(guard: Guard): boolean {
  return guard.dialects.includes('path') || guard.switches.credentials === 'any';
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

function unauthorized(): Refusal {
  return new Refusal(401, 'unauthorized');
}
