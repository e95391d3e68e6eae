import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../model/product.ts';
import type { ProductRef } from './journal.ts';
import { readObject, Refusal } from './refusal.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** The input of a route. */
export interface Call {
  /** Number of the request: the seed of everything that differs between responses. */
  readonly n: number;
  readonly store: Store;
  readonly switches: Switches;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Undefined for an empty body. */
  readonly body: Json | undefined;
}

/** A response before it is serialized. */
export interface Answer {
  readonly status: number;
  /** Undefined: an empty body. */
  readonly body?: unknown;
  readonly cookie?: string;
  /** The product of the request, for the journal. */
  readonly product?: ProductRef;
}

/** The dialect of a path; `shared` paths belong to both. */
export type Family = 'path' | 'query' | 'shared';

export interface Route<Given extends Call = Call> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path by its segments; `:name` matches one. */
  readonly segments: readonly string[];
  readonly family: Family;
  readonly answer: (call: Given) => Answer;
}

export function route<Given extends Call = Call>(
  method: Route['method'],
  path: string,
  answer: (call: Given) => Answer,
  family: Family = 'shared',
): Route<Given> {
  return { method, segments: path.split('/'), family, answer };
}

/** Routes that respond with 404 on servers without them. */
export function ifServed<Given extends Call>(
  isServed: (switches: Switches) => boolean,
  routes: readonly Route<Given>[],
): readonly Route<Given>[] {
  return routes.map((one) => ({
    ...one,
    answer: (call) => {
      if (!isServed(call.switches)) throw new Refusal(404, 'not found');
      return one.answer(call);
    },
  }));
}

/**
 * Finds the route of a request; HEAD has the route of GET.
 * @throws Refusal with 404 or 405.
 */
export function findRoute<Given extends Call>(
  routes: readonly Route<Given>[],
  method: string,
  path: string,
): { readonly route: Route<Given>; readonly params: Readonly<Record<string, string>> } {
  const given = path.split('/');
  const fitting = routes.flatMap((route) => {
    const params = match(route.segments, given);
    return params === undefined ? [] : [{ route, params }];
  });
  const wanted = method === 'HEAD' ? 'GET' : method;
  const chosen = fitting.find(({ route }) => route.method === wanted);
  if (chosen !== undefined) return chosen;
  throw new Refusal(fitting.length === 0 ? 404 : 405, `${method} ${path} is not served here`);
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

/** The answer, or the response to a refusal, with the body that `bodyOf` returns. */
export function answerOrRefusal(answer: () => Answer, bodyOf: (refusal: Refusal) => unknown): Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: bodyOf(error) };
  }
}

/** The body of the request. @throws Refusal if it is not an object. */
export function bodyOf(call: Call): JsonObject {
  return readObject(call.body, 'the body');
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** One value in the envelope of the Admin API (docs/design/admin-api.md §1.3). */
export function valueAnswer(value: unknown, product?: ProductRef): Answer {
  return { status: 200, body: { value }, ...(product && { product }) };
}

/** A request with its unparsed body. */
export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export async function readRequest(message: IncomingMessage): Promise<ReadRequest> {
  const { method = 'GET', headers } = message;
  const { pathname: path, searchParams: query } = new URL(message.url ?? '/', 'http://emulator');
  const hasBody = 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
  const chunks: Buffer[] = [];
  if (hasBody) for await (const chunk of message) chunks.push(chunk);
  return { method, path, query, headers, text: Buffer.concat(chunks).toString('utf8') };
}

/** Parses a body; undefined if it is empty. @throws Refusal if it is not JSON. */
export function parseBody(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Refusal(400, 'the body is not valid JSON');
  }
}

/** @param body undefined: an empty body. */
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

/** Reports an error that is not a refusal: a bug of the emulator, which must not look like a response of a real server. */
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
