import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A response of a handler. The default status is 200. */
export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns the response: undefined for 404, `'cut'` to close the connection without a response. */
export type Handler = (
  request: Received,
  n: number,
) => Answer | 'cut' | undefined | Promise<Answer | 'cut' | undefined>;

export interface Served {
  readonly url: string;
  readonly requests: Received[];
}

/** Starts a server, and closes it when the test ends. */
export async function serve(handler: Handler, tls?: ServerOptions): Promise<Served> {
  const requests: Received[] = [];
  const listener: RequestListener = (message, response) => void answer(message, response);
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(message);
    requests.push(request);
    send(message, response, await handler(request, requests.length));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, requests };
}

async function receive(message: IncomingMessage): Promise<Received> {
  const url = new URL(message.url ?? '/', 'http://localhost');
  return {
    method: message.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    body: await text(message),
  };
}

function send(message: IncomingMessage, response: ServerResponse, answer: Answer | 'cut' | undefined): void {
  if (answer === 'cut') {
    message.socket.destroy();
    return;
  }
  const { status = 200, headers = {}, ...body } = answer ?? { status: 404, json: { error_msg: 'not found' } };
  const type = body.text === undefined ? 'application/json' : 'text/plain';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(body.text ?? (body.json === undefined ? '' : JSON.stringify(body.json)));
}

/** A page of rows as a list of the Admin API. */
export function listOf(rows: readonly unknown[], { query }: Pick<Received, 'query'>): Answer {
  const [page, size] = ['page', 'page_size'].map((name) => Number(query.get(name)));
  const start = ((page ?? 1) - 1) * (size ?? 1);
  return { json: { list: rows.slice(start, start + (size ?? 1)), total: rows.length } };
}

/** A server with one portal in the path dialect. `more` overrides its responses. */
export async function servePortal(more: Handler, tls?: ServerOptions): Promise<Served> {
  return serve(async (request, n) => (await more(request, n)) ?? portal(request), tls);
}

export const PRODUCTS = '/api/portals/p1/api_products';

function portal(request: Received): Answer | undefined {
  if (request.path === '/api/portals') return listOf([{ id: 'p1', name: 'default' }], request);
  return request.method === 'GET' && request.path === PRODUCTS ? listOf([], request) : undefined;
}
