import { isUtf8 } from 'node:buffer';
import type { Dispatcher } from 'undici';
import { VERSION } from '../generated/version.ts';
import type { JsonObject, Json } from '../model/product.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Query = Readonly<Record<string, string | number>>;

export interface HttpRequest {
  readonly method: Method;
  /** Includes the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject | undefined;
  /** The reason why the request must not be sent, once the connection is open. */
  readonly refused?: Error | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Valid until release(). */
  readonly bytes: Buffer;
  /** Returns the memory of `bytes` for reuse. */
  readonly release: () => void;
  readonly header: (name: string) => string | undefined;
}

interface Connection {
  readonly dispatcher: Dispatcher;
  readonly buffers: Buffers;
  readonly server: { readonly origin: string };
}

/** Far above any portal's page of products, far below what would exhaust memory (docs/design/contract.md §9). */
const MAX_BYTES = 64 * 1024 * 1024;

/** The response is larger than any response of the Admin API. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError';
}

/**
 * Sends one request and returns the response with any status; follows no redirects. Bypasses undici's streams and
 * signals, which take as long as the rest of a request.
 * @throws the error of undici if no complete response arrives; OversizeError; a TimeoutError; the reason of the
 * signal.
 */
export async function http(
  { dispatcher, buffers, server: { origin } }: Connection,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { signal, timeoutMs } = request;
  signal?.throwIfAborted();
  const receiver = new Receiver(buffers, request.refused);
  const running = signal && runningOf(signal);
  const timer = setTimeout(
    () => receiver.stop(new DOMException('no response in time', 'TimeoutError')),
    timeoutMs,
  );
  running?.add(receiver);
  try {
    dispatcher.dispatch(optionsOf(origin, request), receiver);
    return await receiver.response;
  } finally {
    clearTimeout(timer);
    running?.delete(receiver);
  }
}

const RUNNING = new WeakMap<AbortSignal, Set<Receiver>>();

/** The running requests of a signal, which stops them with one listener: a listener for each request is slow. */
function runningOf(signal: AbortSignal): Set<Receiver> {
  const known = RUNNING.get(signal);
  if (known) return known;
  const running = new Set<Receiver>();
  signal.addEventListener('abort', () => {
    for (const receiver of running) receiver.stop(signal.reason);
  });
  RUNNING.set(signal, running);
  return running;
}

const HEADERS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': `adc-products/${VERSION}`,
};
const BODY_HEADERS = { ...HEADERS, 'content-type': 'application/json' };

function optionsOf(origin: string, { method, path, headers, body }: HttpRequest): Dispatcher.DispatchOptions {
  const all = { ...(body ? BODY_HEADERS : HEADERS), ...headers };
  return { origin, path, method, headers: all, body: body ? JSON.stringify(body) : null };
}

/** Receives a response in chunks. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly response: Promise<HttpResponse>;
  #settle:
    | { readonly done: (response: HttpResponse) => void; readonly fail: (error: unknown) => void }
    | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #status: number | undefined;
  #headers: Dispatcher.ResponseData['headers'] = {};
  readonly #bytes: ResponseBytes;

  constructor(buffers: Buffers, refused: Error | undefined) {
    this.#bytes = new ResponseBytes(buffers);
    this.#stopped = refused;
    this.response = new Promise((done, fail) => (this.#settle = { done, fail }));
  }

  /** Aborts the request, even before it is sent. */
  stop(reason: unknown): void {
    this.#stopped = reason instanceof Error ? reason : new Error(String(reason));
    this.#controller?.abort(this.#stopped);
    this.#settle?.fail(this.#stopped);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped) controller.abort(this.#stopped);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    [this.#status, this.#headers] = [status, headers];
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bytes.size + chunk.length <= MAX_BYTES) this.#bytes.add(chunk);
    else this.stop(new OversizeError(`the response is larger than ${MAX_BYTES} bytes`));
  }

  onResponseEnd(): void {
    if (this.#status === undefined) return;
    this.#settle?.done({
      status: this.#status,
      bytes: this.#bytes.bytes,
      release: () => this.#bytes.release(),
      header: (name) => firstOf(this.#headers[name]),
    });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle?.fail(error);
  }
}

const firstOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Larger buffers are rare, and are not kept for reuse. */
const MAX_KEPT = 4 * 1024 * 1024;

/**
 * Reuses memory for large responses: V8 frees memory outside of the JavaScript heap late, so a hundred megabytes of
 * responses would otherwise take as much memory.
 */
export class Buffers {
  readonly #free: Buffer[] = [];

  /** A buffer of at least `size` bytes. */
  take(size: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length >= size);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    return found ?? Buffer.allocUnsafeSlow(size);
  }

  /** Returns a buffer for reuse; the caller must not read it afterwards. */
  give(buffer: Buffer): void {
    if (buffer.length <= MAX_KEPT) this.#free.push(buffer);
  }
}

/** The bytes of a response that arrives in chunks. */
export class ResponseBytes {
  readonly #buffers: Buffers;
  #joined: Buffer | undefined;
  #firstChunk: Buffer | undefined;
  #size = 0;

  constructor(buffers: Buffers) {
    this.#buffers = buffers;
  }

  get size(): number {
    return this.#size;
  }

  /** Most responses are one chunk, which is not copied. */
  add(chunk: Buffer): void {
    const before = this.#size;
    this.#size += chunk.length;
    if (before === 0) this.#firstChunk = chunk;
    else chunk.copy(this.#room(before), before);
  }

  /** The bytes received so far; invalid after release(). */
  get bytes(): Buffer {
    return this.#joined?.subarray(0, this.#size) ?? this.#firstChunk ?? Buffer.alloc(0);
  }

  release(): void {
    if (this.#joined) this.#buffers.give(this.#joined);
    [this.#joined, this.#firstChunk, this.#size] = [undefined, undefined, 0];
  }

  /** The buffer with all chunks so far; if it is too small, it grows to twice the needed size. */
  #room(before: number): Buffer {
    if (this.#joined && this.#joined.length >= this.#size) return this.#joined;
    const larger = this.#buffers.take(2 * this.#size);
    (this.#joined ?? this.#firstChunk)?.copy(larger, 0, 0, before);
    if (this.#joined) this.#buffers.give(this.#joined);
    this.#joined = larger;
    this.#firstChunk = undefined;
    return larger;
  }
}

/** A JSON value, or why the body is not JSON. */
export type Read = { readonly body: Json } | { readonly problem: string };

/** Name of an HTML body in messages: proxies send pages, the Admin API never does. */
export const HTML = 'an HTML page';
/** A valid response to a write (docs/design/admin-api.md §15.28). */
export const EMPTY = 'an empty body';

/**
 * Maximum depth of JSON: more than any product needs, and safe for recursive functions (docs/design/contract.md §9).
 */
const MAX_DEPTH = 100;

/**
 * Reads a response that should be JSON, with any content type. `__proto__` is a key like any other: a label may
 * have that name. This is safe as long as no code assigns to a key from the server (docs/design/contract.md §9).
 */
export function readJson(bytes: Buffer): Read {
  if (!isUtf8(bytes)) return { problem: 'bytes that are not UTF-8' };
  const text = bytes.toString('utf8').trim();
  if (text === '') return { problem: EMPTY };
  if (text.startsWith('<')) return { problem: HTML + titleOf(text) };
  try {
    const body = JSON.parse(text) as Json;
    return isShallow(body) ? { body } : { problem: `JSON that is more than ${MAX_DEPTH} levels deep` };
  } catch {
    return { problem: /^[[{]/.test(text) ? 'JSON that is cut off or broken' : 'text that is not JSON' };
  }
}

/** The title of a page, which often names the proxy or the reason. */
function titleOf(page: string): string {
  const [, title = ''] = /<title[^<>]{0,100}>\s*([^<]{1,200})/i.exec(page) ?? [];
  return title === '' ? '' : ` with the title "${title.trim().replaceAll(/\s+/g, ' ')}"`;
}

/** False if the value is too deep; stops at the limit, since the server chooses the depth. */
function isShallow(value: Json, depth = 1): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth <= MAX_DEPTH && Object.values<Json>(value).every((inner) => isShallow(inner, depth + 1));
}
