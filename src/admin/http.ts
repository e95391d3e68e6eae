import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';
import { VERSION } from '../generated/version.ts';
import type { JsonObject } from '../model/product.ts';
import type { Buffers } from './answer-bytes.ts';
import { AnswerBytes } from './answer-bytes.ts';
import type { Wire } from './wire.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Query = Readonly<Record<string, string | number>>;

export interface HttpRequest {
  readonly method: Method;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Until it is released. */
  readonly bytes: Buffer;
  /** Gives its memory to other answers. */
  readonly release: () => void;
  readonly header: (name: string) => string | undefined;
}

/** Far above any portal's page of products, far below what would exhaust memory (acceptance S3). */
const MOST_BYTES = 64 * 1024 * 1024;

/** The answer is larger than anything that the Admin API sends. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError';
}

/**
 * One request, one answer, whatever its status; redirects are not followed. Past undici's streams and signals, which cost
 * as much as all the rest of a request.
 * @throws whatever undici throws if no complete answer comes; OversizeError; a TimeoutError; the reason of the signal.
 */
export async function http(
  { dispatcher, buffers, server: { origin } }: Pick<Wire, 'dispatcher' | 'buffers' | 'server'>,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { signal, timeoutMs } = request;
  signal?.throwIfAborted();
  const receiver = new Receiver(buffers);
  const onAbort = (): void => receiver.stop(signal?.reason);
  const timer = setTimeout(
    () => receiver.stop(new DOMException('no answer came in time', 'TimeoutError')),
    timeoutMs,
  );
  if (signal) setMaxListeners(0, signal);
  signal?.addEventListener('abort', onAbort);
  try {
    dispatcher.dispatch(optionsOf(origin, request), receiver);
    return await receiver.answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

const ALWAYS = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': `adc-products/${VERSION}`,
};

function optionsOf(origin: string, { method, path, headers, body }: HttpRequest): Dispatcher.DispatchOptions {
  const type = body ? { 'content-type': 'application/json' } : {};
  const all = { ...ALWAYS, ...type, ...headers };
  return { origin, path, method, headers: all, body: body ? JSON.stringify(body) : null };
}

/** Takes an answer as it comes, piece by piece. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  #settle:
    | { readonly done: (answer: HttpAnswer) => void; readonly fail: (error: unknown) => void }
    | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #head: Pick<HttpAnswer, 'status' | 'header'> | undefined;
  readonly #bytes: AnswerBytes;

  constructor(buffers: Buffers) {
    this.#bytes = new AnswerBytes(buffers);
    this.answer = new Promise((done, fail) => (this.#settle = { done, fail }));
  }

  /** Ends the request, also one that has not been sent yet. */
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
    this.#head = { status, header: (name) => [headers[name]].flat()[0] };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bytes.size + chunk.length <= MOST_BYTES) this.#bytes.add(chunk);
    else this.stop(new OversizeError(`the answer is larger than ${MOST_BYTES} bytes`));
  }

  onResponseEnd(): void {
    const { bytes } = this.#bytes;
    const release = (): void => this.#bytes.release();
    if (this.#head) this.#settle?.done({ ...this.#head, bytes, release });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle?.fail(error);
  }
}
