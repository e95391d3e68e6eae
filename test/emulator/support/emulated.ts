import { once } from 'node:events';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { startEmulator } from '../../../src/emulator/start-emulator.ts';
import type { Emulator, EmulatorOptions } from '../../../src/emulator/start-emulator.ts';

export const BOTH = ['path', 'query'] as const;
export type Dialect = (typeof BOTH)[number];

export const PORTAL = '90000000-0000-4000-8000-000000000001';
export const PARTNERS = '90000000-0000-4000-8000-000000000002';

/** JSON of a response. The tests check its shape. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly json: Loose;
}

/** Starts the embedded Admin API, and closes it when the test ends. */
export async function emulated(options: EmulatorOptions = {}): Promise<Emulator> {
  // The tests create external products with labels. Other tests use servers that refuse these labels.
  const switches = { externalLabels: 'keep', ...options.switches } as const;
  const emulator = await startEmulator({ ...options, switches });
  onTestFinished(async () => emulator.close());
  return emulator;
}

export async function send(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, { method, headers, body: text ?? null, redirect: 'manual' });
  return reply(response);
}

/** Sends exactly these headers, also `Host` and `Origin`, which fetch sets itself. */
export async function sendWith(
  url: string,
  method: string,
  headers: OutgoingHttpHeaders,
  body?: unknown,
): Promise<Reply> {
  const [response] = (await once(
    request(url, { method, headers }).end(JSON.stringify(body)),
    'response',
  )) as [IncomingMessage];
  const text = await readText(response);
  const headersSent = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: response.statusCode ?? 0,
    headers: new Headers(Object.fromEntries(headersSent)),
    text,
    json: parsed(text),
  };
}

async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An emulator and a client of one dialect, which knows its paths and credential. */
export interface Client {
  readonly emulator: Emulator;
  readonly dialect: Dialect;
  /** A shared path, or any other. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Reply>;
  /** Products of the portal: `rest` is what follows the collection's path, e.g. `/<id>`. */
  readonly products: (
    method: string,
    rest?: string,
    body?: unknown,
    query?: string,
    portal?: string,
  ) => Promise<Reply>;
  /** Sends a POST that must succeed. Returns the id. */
  readonly create: (body: object) => Promise<string>;
  readonly get: (id: string) => Promise<Loose>;
}

export async function client(dialect: Dialect, options: EmulatorOptions = {}): Promise<Client> {
  const emulator = await emulated(options);
  const headers = credential(dialect, emulator.token);
  const call: Client['call'] = (method, path, body) => send(emulator.url + path, method, body, headers);
  const products: Client['products'] = (method, rest = '', body, query = '', portal = PORTAL) =>
    call(method, productPath(dialect, rest, query, portal), body);
  const create = async (body: object): Promise<string> => {
    const { status, text, json } = await products('POST', '', body);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return json.value.id;
  };
  const get = async (id: string): Promise<Loose> => (await products('GET', `/${id}`)).json.value;
  return { emulator, dialect, call, products, create, get };
}

export function credential(dialect: Dialect, token: string): Record<string, string> {
  return dialect === 'path' ? { authorization: `Bearer ${token}` } : { 'x-api-key': token };
}

export function productPath(dialect: Dialect, rest: string, query = '', portal = PORTAL): string {
  if (dialect === 'path') return `/api/portals/${portal}/api_products${rest}?${query}`;
  return `/api/api_products${rest}?portal_id=${portal}&${query}`;
}
