import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JournalledRequest } from './journal.ts';
import { jsonText, send, sendJson } from './route.ts';

/** The failure that a fault causes. */
export type FaultAction =
  /** The response is delayed by this number of milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Default: empty for 500, HTML for 502 and 504, otherwise the error envelope. */
      readonly body?: 'json' | 'empty' | 'html';
      /** Value of Retry-After, in seconds. */
      readonly retryAfter?: number;
      /** Whether the request is applied first, as after a timeout of a gateway. */
      readonly after?: boolean;
    }
  /** The connection is cut before or after the request is applied. */
  | { readonly kind: 'close-before' | 'close-after' }
  /** The request is applied. The response has status 200 and a body that is not JSON, or JSON of 100,000 levels. */
  | { readonly kind: 'garbage'; readonly as: 'html' | 'cut-json' | 'deep-json' }
  /** The request is applied. The body of the response is infinite or has 100 MB. */
  | { readonly kind: 'endless' | 'huge' }
  | { readonly kind: 'redirect'; readonly to: string };

interface FaultCondition {
  /** The number of the request, counted from 1 among those that meet the other conditions. */
  readonly request?: number;
  readonly method?: string;
  /** Matches the path with its query. In a string, `*` matches any characters. */
  readonly path?: RegExp | string;
  /** True: only requests other than GET and HEAD. False: only GET and HEAD. */
  readonly write?: boolean;
}

export interface Fault {
  readonly on: FaultCondition;
  /** Number of requests that fail (default: 1); may be Infinity. */
  readonly times?: number;
  readonly do: FaultAction;
  /** The text that parseFault() read. */
  readonly text?: string;
}

/** The active faults. If several match a request, the oldest one applies. */
export class Faults {
  #waiting: { readonly fault: Fault; seen: number; struck: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, seen: 0, struck: 0 });
  }

  remove(fault: Fault): void {
    this.#waiting = this.#waiting.filter((one) => one.fault !== fault);
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The faults that have not occurred as often as they should. */
  get waiting(): readonly Fault[] {
    return this.#waiting.filter(({ fault, struck }) => struck < (fault.times ?? 1)).map(({ fault }) => fault);
  }

  /** Counts a request and returns its failure, if any. */
  strike(request: Pick<JournalledRequest, 'method' | 'path'>): FaultAction | undefined {
    const fitting = this.#waiting.filter(({ fault }) => fits(fault.on, request));
    for (const one of fitting) one.seen += 1;
    const chosen = fitting.find(
      ({ fault, seen, struck }) => seen >= (fault.on.request ?? 1) && struck < (fault.times ?? 1),
    );
    if (chosen === undefined) return undefined;
    chosen.struck += 1;
    return chosen.fault.do;
  }
}

function fits(on: FaultCondition, request: Pick<JournalledRequest, 'method' | 'path'>): boolean {
  const write = request.method !== 'GET' && request.method !== 'HEAD';
  return (
    (on.method === undefined || on.method === request.method) &&
    (on.write === undefined || on.write === write) &&
    (on.path === undefined || pattern(on.path).test(request.path))
  );
}

/** A string must match the whole path; without a `?` it matches any query. */
function pattern(path: RegExp | string): RegExp {
  if (typeof path !== 'string') return new RegExp(path.source, path.flags.replace(/[gy]/g, ''));
  const parts = path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}${path.includes('?') ? '' : String.raw`(\?.*)?`}$`);
}

/**
 * Parses the argument of `adc dev --fault`: conditions, a colon, a failure, and a number of times.
 *
 *     PUT /api/portals/*: 502 x2        the next two PUTs of such a path fail with status 502 and HTML
 *     write #3: close-after             the third write is applied, then the connection is cut
 *     GET: 429 retry-after 2            the next GET fails with status 429 and Retry-After: 2
 *     *: delay 500ms x*                 every response is delayed by half a second
 *
 * Conditions, in any order: a method, `read`, `write`, a path, `#n`, `*`. Failures: `delay 500ms`; a status with `-empty`,
 * `-html` or `-json` for its body, and `-after` to apply the request first; `close-before`; `close-after`; `garbage-html`;
 * `garbage-json`; `garbage-deep`; `endless`; `huge`; `redirect <url>`.
 * @throws Error that names the invalid part.
 */
export function parseFault(text: string): Fault {
  const parts = /^(?<on>[^:]*):\s+(?<action>.+?)(?:\s+x(?<times>[1-9]\d*|\*))?\s*$/.exec(text)?.groups;
  if (parts === undefined) throw new Error(`"${text}" is not "<requests>: <what goes wrong>"`);
  const { on = '', action = '', times } = parts;
  const words = on.split(/\s+/).filter((word) => word !== '');
  const conditions = words.map((word) => condition(word));
  return {
    on: Object.assign({}, ...conditions) as FaultCondition,
    do: parseAction(action),
    text,
    ...(times !== undefined && { times: times === '*' ? Infinity : Number(times) }),
  };
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

function condition(word: string): FaultCondition {
  const nth = /^#([1-9]\d*)$/.exec(word)?.[1];
  if (word === '*') return {};
  if (nth !== undefined) return { request: Number(nth) };
  if (word.startsWith('/') || word.startsWith('*/')) return { path: word };
  if (word === 'read' || word === 'write') return { write: word === 'write' };
  if (METHODS.has(word.toUpperCase())) return { method: word.toUpperCase() };
  throw new Error(`"${word}" is neither a method, read, write, a path, #n nor *`);
}

/** The failures without parameters, by their text. */
const PLAIN: ReadonlyMap<string, FaultAction> = new Map<string, FaultAction>([
  ['close-before', { kind: 'close-before' }],
  ['close-after', { kind: 'close-after' }],
  ['garbage', { kind: 'garbage', as: 'html' }],
  ['garbage-html', { kind: 'garbage', as: 'html' }],
  ['garbage-json', { kind: 'garbage', as: 'cut-json' }],
  ['garbage-deep', { kind: 'garbage', as: 'deep-json' }],
  ['endless', { kind: 'endless' }],
  ['huge', { kind: 'huge' }],
]);

function parseAction(text: string): FaultAction {
  const action = PLAIN.get(text) ?? delay(text) ?? redirect(text) ?? status(text);
  if (action === undefined) throw new Error(`"${text}" is not a known failure`);
  return action;
}

function delay(text: string): FaultAction | undefined {
  const [, amount, unit] = /^delay\s+(\d+)(ms|s)$/.exec(text) ?? [];
  return amount === undefined ? undefined : { kind: 'delay', ms: Number(amount) * (unit === 's' ? 1000 : 1) };
}

function redirect(text: string): FaultAction | undefined {
  const to = /^redirect\s+(\S+)$/.exec(text)?.[1];
  return to === undefined ? undefined : { kind: 'redirect', to };
}

type Status = Extract<FaultAction, { kind: 'status' }>;

function status(text: string): Status | undefined {
  const pattern =
    /^(?<status>[2-5]\d\d)(?:-(?<body>empty|html|json))?(?<after>-after)?(?:\s+retry-after\s+(?<seconds>\d+))?$/;
  const parts = pattern.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { body, after, seconds } = parts;
  return {
    kind: 'status',
    status: Number(parts['status']),
    ...(body !== undefined && { body: body as NonNullable<Status['body']> }),
    ...(seconds !== undefined && { retryAfter: Number(seconds) }),
    ...(after !== undefined && { after: true }),
  };
}

/**
 * Sends the response of a fault, or cuts the connection.
 * @returns the status; 0 if there is no response.
 */
export async function sendFault(
  response: ServerResponse,
  action: Exclude<FaultAction, { kind: 'delay' }>,
): Promise<number> {
  switch (action.kind) {
    case 'status':
      return sendStatus(response, action);
    case 'close-before':
    case 'close-after':
      response.socket?.destroy();
      return 0;
    case 'garbage':
      send(response, 200, action.as === 'html' ? 'text/html' : JSON_TYPE, GARBAGE[action.as]);
      return 200;
    case 'endless':
    case 'huge':
      await sendStream(response, rows(action.kind === 'huge' ? 100_000_000 : Infinity));
      return 200;
    case 'redirect':
      response.setHeader('location', action.to);
      send(response, 307, JSON_TYPE, '');
      return 307;
  }
}

function sendStatus(response: ServerResponse, fault: Status): number {
  const { status, retryAfter } = fault;
  if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
  const body = fault.body ?? defaultBody(status);
  if (body === 'json') sendJson(response, status, jsonText({ error_msg: `fault: ${status}` }));
  else send(response, status, 'text/html', body === 'html' ? HTML : '');
  return status;
}

function defaultBody(status: number): 'json' | 'empty' | 'html' {
  if (status === 500) return 'empty';
  return status === 502 || status === 504 ? 'html' : 'json';
}

const HTML = '<!doctype html><html><body><h1>Bad Gateway</h1></body></html>';
const JSON_TYPE = 'application/json';

const GARBAGE = {
  html: HTML,
  'cut-json': '{"list":[{"id":"a0000000-0000-4000-80',
  'deep-json': `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
} as const;

/** Sends a long body. The client may close the connection, which is not an error. */
async function sendStream(response: ServerResponse, chunks: Iterable<string>): Promise<void> {
  response.writeHead(200, { 'content-type': JSON_TYPE });
  await pipeline(Readable.from(chunks), response).catch(() => undefined);
}

function* rows(bytes: number): Iterable<string> {
  const chunk = `${' '.repeat(16_383)}\n`;
  yield '{"list":[';
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  yield '],"total":0}';
}
