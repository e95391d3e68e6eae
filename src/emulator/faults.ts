import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { jsonText, send, sendJson } from './route.ts';

/** What goes wrong instead of, or after, the ordinary answer. */
export type FaultAction =
  /** The ordinary answer, so many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Default: empty for 500, HTML for 502 and 504, the error envelope for all others. */
      readonly body?: 'json' | 'empty' | 'html';
      /** In seconds. */
      readonly retryAfter?: number;
      /** The request is carried out first, as where a gateway gave up waiting. */
      readonly after?: boolean;
    }
  /** The connection is cut: before the request is carried out, or after. */
  | { readonly kind: 'close-before' | 'close-after' }
  /** Carried out, and answered with status 200 and what is no JSON, or JSON of 100,000 levels. */
  | { readonly kind: 'garbage'; readonly as: 'html' | 'cut-json' | 'deep-json' }
  /** Carried out, and answered with a body that never ends, or one of 100 MB. */
  | { readonly kind: 'endless' | 'huge' }
  | { readonly kind: 'redirect'; readonly to: string };

interface FaultCondition {
  /** The n-th request from now on that meets the other conditions; 1 is the next one. */
  readonly request?: number;
  readonly method?: string;
  /** Of the path with its query; a text may hold `*` for anything. */
  readonly path?: RegExp | string;
  /** Only requests other than GET and HEAD, or only those. */
  readonly write?: boolean;
}

export interface Fault {
  readonly on: FaultCondition;
  /** How often; 1 by default, Infinity for ever. */
  readonly times?: number;
  readonly do: FaultAction;
  /** As parseFault() read it. */
  readonly text?: string;
}

interface FaultyRequest {
  readonly method: string;
  readonly path: string;
}

/** The faults that wait for their request. Of several that fit, the one that was added first strikes. */
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

  /** Those that can still strike. */
  get waiting(): readonly Fault[] {
    return this.#waiting.filter(({ fault, struck }) => struck < (fault.times ?? 1)).map(({ fault }) => fault);
  }

  /** Counts a request, and gives what goes wrong with it. */
  strike(request: FaultyRequest): FaultAction | undefined {
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

function fits(on: FaultCondition, request: FaultyRequest): boolean {
  const write = request.method !== 'GET' && request.method !== 'HEAD';
  return (
    (on.method === undefined || on.method === request.method) &&
    (on.write === undefined || on.write === write) &&
    (on.path === undefined || pattern(on.path).test(request.path))
  );
}

/** A text stands for the whole path; without a `?` it leaves the query open. */
function pattern(path: RegExp | string): RegExp {
  if (typeof path !== 'string') return new RegExp(path.source, path.flags.replace(/[gy]/g, ''));
  const parts = path.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}${path.includes('?') ? '' : String.raw`(\?.*)?`}$`);
}

/**
 * Reads a fault as `adc dev --fault` takes it: which requests, a colon, what goes wrong, and how often.
 *
 *     PUT /api/portals/*: 502 x2        the next two PUTs there are answered with 502 and HTML
 *     write #3: close-after             the third write is carried out, then the connection is cut
 *     GET: 429 retry-after 2            the next GET is turned away for two seconds
 *     *: delay 500ms x*                 every answer is half a second late
 *
 * Before the colon, in any order: a method, `read`, `write`, a path, `#n`, `*`. After it: `delay 500ms`, a status with
 * `-empty`, `-html` or `-json` for its body and `-after` to carry the request out first, `close-before`, `close-after`,
 * `garbage-html`, `garbage-json`, `garbage-deep`, `endless`, `huge`, `redirect <url>`.
 * @throws Error that says which part makes no sense.
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

/** The actions without parameters, and those with one, each by how it is written. */
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
  if (action === undefined) throw new Error(`"${text}" is nothing that can go wrong here`);
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
 * Sends what a fault makes of an answer; the connection is cut where it says so.
 * @returns the status that was sent, 0 for none.
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
      await sendStream(response, rows(action.kind === 'huge' ? HUGE : Infinity));
      return 200;
    case 'redirect':
      response.setHeader('location', action.to);
      send(response, 307, JSON_TYPE, '');
      return 307;
  }
}

function sendStatus(response: ServerResponse, fault: Extract<FaultAction, { kind: 'status' }>): number {
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
const HUGE = 100_000_000;

const GARBAGE = {
  html: HTML,
  'cut-json': '{"list":[{"id":"a0000000-0000-4000-80',
  'deep-json': `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
} as const;

/** The other side may well hang up: that is no error of ours. */
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
