import type { Dispatcher } from 'undici';
import { isObject } from '../json/value.ts';
import type { AdaptiveLimit } from '../lib/limit.ts';
import type { Redact } from '../lib/redaction.ts';
import { InterruptedError } from '../model/errors.ts';
import type { Json } from '../model/product.ts';
import {
  about,
  NoResponseError,
  InvalidResponseError,
  RETRYABLE,
  type Ask,
  type Client,
  type Reply,
  retry,
  retryAfterMs,
  type Clock,
  type Credential,
} from './client.ts';
import type { ServerUrl } from './connections.ts';
import { http, type HttpResponse, HTML, readJson, type Read, type Buffers } from './http.ts';
import type { Exchange } from './portal-settings.ts';
import {
  connectionFailure,
  refusal,
  shortened,
  WANTS_CERTIFICATE,
  WANTS_TLS,
  type ConnectionFailure,
} from './request-failures.ts';

/** Limit for a hostile server that sends a new warning each time. */
const MOST_WARNINGS = 20;

/** Sends requests with one credential; clients with different credentials can share one wire. */
export class HttpClient implements Client {
  readonly credential: Credential;
  readonly redact: Redact;
  readonly #wire: Wire;
  /** The clock of the wire; while a request sleeps with it, writes can be sent. */
  readonly #clock: Clock;
  readonly #warned = new Set<string>();
  readonly #joined = new WeakMap<AbortSignal, AbortSignal>();
  #responded = false;
  /** Whether a request used up its time without success, and no response arrived since. */
  #timedOut = false;

  constructor(wire: Wire, credential: Credential) {
    this.#wire = wire;
    const { clock, limit } = wire;
    this.#clock = { ...clock, sleep: async (ms, signal) => limit.pause(async () => clock.sleep(ms, signal)) };
    this.credential = credential;
    this.redact = wire.redact;
  }

  /**
   * Counts as one request in flight until its last attempt, pauses included. Writes go first, also before paused
   * requests: while a product is unpublished, nothing may delay its publish.
   */
  send(ask: Ask): Promise<Reply> {
    return this.sendFor(ask, (reply) => reply);
  }

  sendFor<Result>(ask: Ask, use: (reply: Reply) => Result): Promise<Result> {
    const isUrgent = ask.urgent === true || ask.method !== 'GET';
    return this.#wire.limit.run(() => this.#send(ask, use), isUrgent);
  }

  invalidResponse(ask: Ask, what: string): InvalidResponseError {
    return new InvalidResponseError(this.redact(`${about(ask)} returned ${what}`));
  }

  async #send<Result>(ask: Ask, use: (reply: Reply) => Result): Promise<Result> {
    const signal = this.#signalOf(ask);
    const { result, attempts, doubt } = await this.#sendWithRetries(ask, signal);
    if ('failure' in result) throw this.#noResponse(ask, result.failure, { attempts, doubt });
    try {
      const reply = replyOf(result.answer, attempts);
      const success = reply.status >= 200 && reply.status < 300;
      if (success) this.#warn(ask, reply);
      if (success || (reply.status === ask.accept && !isFromProxy(reply.problem))) return use(reply);
      const { credential, redact } = this;
      const wait = retryAfterMs(result.answer.header('retry-after'), this.#wire.clock.now());
      throw refusal(ask, result.answer, { reply, doubt, credential, redact, retryAfterMs: wait });
    } finally {
      result.answer.release();
    }
  }

  /**
   * One joined signal for all requests with the same signal: joining is expensive, and each join lives as long as its
   * signals.
   */
  #signalOf({ signal }: Ask): AbortSignal | undefined {
    const ours = this.#wire.signal;
    if (signal === undefined || ours === undefined) return signal ?? ours;
    const joined = this.#joined.get(signal) ?? AbortSignal.any([ours, signal]);
    this.#joined.set(signal, joined);
    return joined;
  }

  async #sendWithRetries(ask: Ask, signal: AbortSignal | undefined) {
    const { retryTimeoutMs } = this.#wire;
    let doubt = false;
    try {
      signal?.throwIfAborted();
      const tried = await retry((leftMs, number) => this.#attempt(ask, { leftMs, number, signal }), {
        withinMs: retryTimeoutMs,
        again: (result) => {
          doubt ||= mayBeApplied(result);
          return this.#again(ask, result);
        },
        clock: this.#clock,
        signal,
      });
      this.#timedOut ||= this.#again(ask, tried.result) !== undefined;
      return { ...tried, doubt };
    } catch (error) {
      if (signal?.aborted) throw new InterruptedError(this.redact(`${about(ask)} was interrupted`));
      throw error;
    }
  }

  /**
   * Sends a request once, within its time, and reports it. Throws only if the signal is aborted, never for network
   * failures.
   */
  async #attempt(ask: Ask, { leftMs, number, signal }: AttemptOptions): Promise<Attempt> {
    const { clock, timeoutMs, onExchange } = this.#wire;
    const path = pathOf(this.#wire, ask);
    const start = clock.now();
    const request = {
      method: ask.method,
      path,
      headers: { ...ask.headers, [this.credential.header]: this.credential.value },
      body: ask.body,
      signal,
      timeoutMs: Math.max(1, Math.ceil(Math.min(timeoutMs, leftMs))),
    };
    const result: Attempt = await http(this.#wire, request).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failure: connectionFailure(error) }),
    );
    const ms = clock.now() - start;
    onExchange?.({
      method: ask.method,
      path: this.redact(path),
      status: 'answer' in result ? result.answer.status : undefined,
      ms: Math.round(ms),
      attempt: number,
      ...('failure' in result ? { error: this.redact(result.failure.words) } : {}),
    });
    signal?.throwIfAborted();
    this.#responded ||= 'answer' in result;
    this.#reportLoad(ask, result, ms);
    return result;
  }

  /** Reports overload to the limit: a server refuses, cuts off or delays requests if there are too many at a time. */
  #reportLoad(ask: Ask, result: Attempt, ms: number): void {
    const refused = 'answer' in result && RETRYABLE.has(result.answer.status);
    const isOverload = refused || 'failure' in result || ms > this.#wire.timeoutMs / 2;
    if (isOverload) this.#wire.limit.reportOverload();
    else this.#wire.limit.reportSuccess(kindOf(ask), ms);
    if (!refused && 'answer' in result) this.#timedOut = false;
  }

  /**
   * A POST is never retried here: names are not unique, so after a lost response the caller reads the list
   * (docs/design/contract.md §7). A GET is not retried if another request has just used up its time: a thousand steps
   * would retry for hours. Writes are retried, since one of them may publish a product again.
   */
  #again(ask: Ask, result: Attempt): number | undefined {
    if (ask.method === 'POST' || ask.once === true) return undefined;
    if (ask.method === 'GET' && this.#timedOut) return undefined;
    if ('failure' in result) return this.#mayRetry(result.failure) ? 0 : undefined;
    const { status, header } = result.answer;
    return RETRYABLE.has(status) ? retryAfterMs(header('retry-after'), this.#wire.clock.now()) : undefined;
  }

  #mayRetry({ again }: ConnectionFailure): boolean {
    return again === 'always' || (again === 'once-answered' && this.#responded);
  }

  /** A `warning_msg` beside the value (docs/design/admin-api.md §1.3), each once. */
  #warn(ask: Ask, reply: Reply): void {
    const words = isObject(reply.body) ? reply.body.warning_msg : undefined;
    if (typeof words !== 'string' || words === '') return;
    if (this.#warned.has(words) || this.#warned.size >= MOST_WARNINGS) return;
    this.#warned.add(words);
    this.#wire.onWarning(shortened(this.redact(`${about(ask)}: the server warns: ${words}`)));
  }

  #noResponse(
    ask: Ask,
    failure: ConnectionFailure,
    { attempts, doubt }: { readonly attempts: number; readonly doubt: boolean },
  ): NoResponseError {
    const tried = attempts === 1 ? '' : ` (tried ${attempts} times)`;
    const from = `got no response from ${this.#wire.server.shown}`;
    return new NoResponseError(this.redact(`${about(ask)} ${from}: ${failure.words}${tried}`), {
      cause: failure.cause,
      mayHaveHappened: doubt,
      hint: this.#hint(failure),
    });
  }

  #hint({ hint, again }: ConnectionFailure): string | undefined {
    const { server, proxied } = this.#wire;
    const first = hint === undefined && !this.#responded;
    // With TLS 1.3, a server that requires a client certificate closes the connection after the handshake.
    const hintOfFirst = server.origin.startsWith('https:') ? WANTS_CERTIFICATE : WANTS_TLS;
    const words = first ? hintOfFirst : hint;
    if (!proxied || (!first && again !== 'once-answered')) return words;
    return `${words} A proxy is set: check HTTPS_PROXY and HTTP_PROXY too, or list the server in NO_PROXY.`;
  }
}

/** A key for requests of similar duration: the method and the number of path segments. */
function kindOf({ method, path }: Ask): string {
  return `${method} ${path.split('/').length}`;
}

/** Whether the server may have applied a request with this result; false if no server was reached, or it refused. */
function mayBeApplied(result: Attempt): boolean {
  if ('failure' in result) return result.failure.again !== 'once-answered';
  const { status } = result.answer;
  return status < 400 || status === 408 || status >= 500;
}

function replyOf({ status, bytes, header }: HttpResponse, attempts: number): Reply {
  const coding = header('content-encoding')?.toLowerCase() ?? '';
  const isPlain = coding === '' || coding === 'identity' || bytes.length === 0;
  const read: Read = isPlain
    ? readJson(bytes)
    : { problem: `${COMPRESSED} ${coding} (adc asks for Accept-Encoding: identity)` };
  const problem = 'body' in read ? hiddenError(status, read.body) : read.problem;
  const body = 'body' in read && problem === undefined ? read.body : undefined;
  return { status, attempts, body, problem };
}

/** Only proxies compress bodies. */
const COMPRESSED = 'a body compressed with';

/** Whether a proxy may have sent the response: it does not know which resources exist, so its 404 proves nothing. */
function isFromProxy(problem: string | undefined): boolean {
  return problem === HTML || problem?.startsWith(COMPRESSED) === true;
}

/** An error message in a response with a success status (docs/design/admin-api.md §1.3). */
function hiddenError(status: number, body: Json): string | undefined {
  if (status >= 300 || !isObject(body)) return undefined;
  const { error_msg: words } = body;
  return typeof words === 'string' && words !== ''
    ? `success and the error ${JSON.stringify(words)}`
    : undefined;
}

/** The result of one attempt. */
type Attempt = { readonly answer: HttpResponse } | { readonly failure: ConnectionFailure };

interface AttemptOptions {
  readonly leftMs: number;
  /** Starts at 1. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
}

function pathOf({ server }: Wire, ask: Ask): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(ask.query ?? {})) query.set(key, String(value));
  return server.basePath + ask.path + (query.size === 0 ? '' : `?${query.toString()}`);
}

/** What all requests to one server share, whatever their credential. */
export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly buffers: Buffers;
  readonly server: ServerUrl;
  readonly limit: AdaptiveLimit;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly timeoutMs: number;
  readonly retryTimeoutMs: number;
  /** Whether requests go through a proxy. */
  readonly proxied: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onWarning: (text: string) => void;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}
