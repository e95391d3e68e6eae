import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../model/product.ts';
import type { ProductRef } from './journal.ts';
import { readObject, Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** A request that is allowed, on its way to a route. */
export interface Call {
  /** Number of the request; whatever varies from answer to answer varies with it. */
  readonly n: number;
  readonly store: Store;
  readonly switches: Switches;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined where there was none. */
  readonly body: Json | undefined;
}

export interface Answer {
  readonly status: number;
  /** Undefined: an empty body. */
  readonly body?: unknown;
  readonly cookie?: string;
  /** The product that it was about, for the journal. */
  readonly product?: ProductRef;
}

/** Which family of paths it is of: a dialect's, or the ones that both share. */
export type Family = 'path' | 'query' | 'shared';

export interface Route<Given extends Call = Call> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` stands for one segment of the path. */
  readonly path: string;
  readonly family: Family;
  readonly answer: (call: Given) => Answer;
}

/** One row of a table of routes. */
export function route<Given extends Call = Call>(
  method: Route['method'],
  path: string,
  answer: (call: Given) => Answer,
  family: Family = 'shared',
): Route<Given> {
  return { method, path, family, answer };
}

/** A route that some servers lack. */
export function ifServed<Given extends Call>(
  isServed: (switches: Switches) => boolean,
  answer: (call: Given) => Answer,
): (call: Given) => Answer {
  return (call) => {
    if (!isServed(call.switches)) throw new Refusal(404, 'not found');
    return answer(call);
  };
}

interface FoundRoute<Given extends Call> {
  readonly route: Route<Given>;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The route of a request; HEAD goes where GET goes.
 * @throws Refusal with 404 or 405.
 */
export function findRoute<Given extends Call>(
  routes: readonly Route<Given>[],
  method: string,
  path: string,
): FoundRoute<Given> {
  const given = path.split('/');
  const fitting = routes.flatMap((route) => {
    const params = match(route.path.split('/'), given);
    return params === undefined ? [] : [{ route, params }];
  });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const chosen = fitting.find(({ route }) => route.method === wanted);
  if (chosen !== undefined) return chosen;
  throw new Refusal(fitting.length === 0 ? 404 : 405, `${method} ${path} is not served here`);
}

/** Serves a request with the answer to it, or with the body that `bodyOf` makes of a refusal. */
export async function serveAnswer(
  message: IncomingMessage,
  response: ServerResponse,
  answer: (request: ReadRequest) => Answer,
  bodyOf: (refusal: Refusal) => JsonObject,
): Promise<void> {
  try {
    const request = await readRequest(message);
    const { status, body } = answerOrRefusal(() => answer(request), bodyOf);
    sendJson(response, status, jsonText(body));
  } catch (error) {
    sendBug(response, error);
  }
}

/** The answer, or one with the body that `bodyOf` makes of a refusal. */
export function answerOrRefusal(answer: () => Answer, bodyOf: (refusal: Refusal) => unknown): Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: bodyOf(error) };
  }
}

/** The body, which must be an object. */
export function bodyOf(call: Call): JsonObject {
  return readObject(call.body, 'the body');
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** A single thing, in the envelope of the Admin API (docs/design/admin-api.md §1.3). */
export function valueAnswer(value: Json, product?: ProductRef): Answer {
  return { status: 200, body: { value }, ...(product && { product }) };
}

function match(
  wanted: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const fits = (segment: string, at: number): boolean => segment.startsWith(':') || segment === given[at];
  if (wanted.length !== given.length || !wanted.every(fits)) return undefined;
  const params = wanted.flatMap((segment, at) =>
    segment.startsWith(':') ? [[segment.slice(1), decoded(given[at] ?? '')] as const] : [],
  );
  return Object.fromEntries(params);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, `${segment} is not a valid part of a path`);
  }
}

/** A request as it came, its body not yet judged. */
export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export async function readRequest(message: IncomingMessage): Promise<ReadRequest> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://emulator');
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: message.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: message.headers,
    text,
  };
}

/**
 * The body as JSON; undefined if there is none.
 * @throws Refusal
 */
export function parseBody(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Refusal(400, 'the body is not valid JSON');
  }
}

/** @param body undefined: no body at all. */
export function jsonText(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}

/** @returns the status. */
export function sendJson(response: ServerResponse, status: number, text: string): number {
  send(response, status, 'application/json', text);
  return status;
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', text);
}

/** Any error except a refusal is a bug in the emulator, and must not look like a response of the real server. */
export function sendBug(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.socket?.destroyed !== false) return;
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  sendJson(response, 500, jsonText({ error_msg: `bug in the embedded Admin API: ${reason}` }));
}

export function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.statusCode = status;
  if (body !== '') response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
