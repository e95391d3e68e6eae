import type { Dispatcher } from 'undici';
import { isObject } from '../json/value.ts';
import type { AdaptiveLimit } from '../lib/limit.ts';
import type { Redact } from '../lib/redaction.ts';
import { InterruptedError } from '../model/errors.ts';
import type { Json } from '../model/product.ts';
import {
  requestTitle,
  NoResponseError,
  InvalidResponseError,
  RETRYABLE,
  type ApiRequest,
  type Client,
  type ApiResponse,
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

/** Limits the output for a hostile server that sends a new warning each time. */
const MAX_WARNINGS = 20;

/** Sends requests with one credential; clients with different credentials can share one wire. */
export class HttpClient implements Client {
  readonly credential: Credential;
  readonly redact: Redact;
  readonly #wire: Wire;
  /** The clock of the wire. While a request sleeps with it, the limit lets writes pass. */
  readonly #clock: Clock;
  readonly #warned = new Set<string>();
  readonly #joined = new WeakMap<AbortSignal, AbortSignal>();
  #responded = false;
  /** Whether the retries of a request timed out, and no response arrived since. */
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
  send(request: ApiRequest): Promise<ApiResponse> {
    return this.sendFor(request, (response) => response);
  }

  sendFor<Result>(request: ApiRequest, use: (response: ApiResponse) => Result): Promise<Result> {
    const isUrgent = request.urgent === true || request.method !== 'GET';
    return this.#wire.limit.run(() => this.#send(request, use), isUrgent);
  }

  invalidResponse(request: ApiRequest, what: string): InvalidResponseError {
    return new InvalidResponseError(this.redact(`${requestTitle(request)} returned ${what}`));
  }

  async #send<Result>(request: ApiRequest, use: (response: ApiResponse) => Result): Promise<Result> {
    const signal = this.#signalOf(request);
    const { result, attempts, mayHaveHappened } = await this.#sendWithRetries(request, signal);
    if ('failure' in result) throw this.#noResponse(request, result.failure, { attempts, mayHaveHappened });
    try {
      const response = responseOf(result.httpResponse, attempts);
      const success = response.status >= 200 && response.status < 300;
      if (success) this.#warn(request, response);
      if (success || (response.status === request.accept && !isFromProxy(response.problem)))
        return use(response);
      const { credential, redact } = this;
      const wait = retryAfterMs(result.httpResponse.header('retry-after'), this.#wire.clock.now());
      throw refusal(request, result.httpResponse, {
        response,
        mayHaveHappened,
        credential,
        redact,
        retryAfterMs: wait,
      });
    } finally {
      result.httpResponse.release();
    }
  }

  /**
   * One joined signal for all requests with the same signal: joining is expensive, and each join lives as long as its
   * signals.
   */
  #signalOf({ signal }: ApiRequest): AbortSignal | undefined {
    const ours = this.#wire.signal;
    if (signal === undefined || ours === undefined) return signal ?? ours;
    const joined = this.#joined.get(signal) ?? AbortSignal.any([ours, signal]);
    this.#joined.set(signal, joined);
    return joined;
  }

  async #sendWithRetries(request: ApiRequest, signal: AbortSignal | undefined) {
    const { retryTimeoutMs } = this.#wire;
    let mayHaveHappened = false;
    try {
      signal?.throwIfAborted();
      const tried = await retry((leftMs, number) => this.#attempt(request, { leftMs, number, signal }), {
        withinMs: retryTimeoutMs,
        retryDelayMs: (result) => {
          mayHaveHappened ||= mayBeApplied(result);
          return this.#retryDelayMs(request, result);
        },
        clock: this.#clock,
        signal,
      });
      this.#timedOut ||= this.#retryDelayMs(request, tried.result) !== undefined;
      return { ...tried, mayHaveHappened };
    } catch (error) {
      if (signal?.aborted)
        throw new InterruptedError(this.redact(`${requestTitle(request)} was interrupted`));
      throw error;
    }
  }

  /**
   * Sends a request once, within its time, and reports it. Throws only if the signal is aborted, never for network
   * failures.
   */
  async #attempt(request: ApiRequest, { leftMs, number, signal }: AttemptOptions): Promise<Attempt> {
    const { clock, timeoutMs, onExchange } = this.#wire;
    const path = pathOf(this.#wire, request);
    const start = clock.now();
    const httpRequest = {
      method: request.method,
      path,
      headers: { ...request.headers, [this.credential.header]: this.credential.value },
      body: request.body,
      refused: this.credential.refused,
      signal,
      timeoutMs: Math.max(1, Math.ceil(Math.min(timeoutMs, leftMs))),
    };
    const result: Attempt = await http(this.#wire, httpRequest).then(
      (httpResponse) => ({ httpResponse }),
      (error: unknown) => {
        if (error === httpRequest.refused) throw error;
        return { failure: connectionFailure(error) };
      },
    );
    const ms = clock.now() - start;
    onExchange?.({
      method: request.method,
      path: this.redact(path),
      status: 'httpResponse' in result ? result.httpResponse.status : undefined,
      ms: Math.round(ms),
      attempt: number,
      ...('failure' in result ? { error: this.redact(result.failure.words) } : {}),
    });
    signal?.throwIfAborted();
    this.#responded ||= 'httpResponse' in result;
    this.#reportLoad(request, result, ms);
    return result;
  }

  /** Reports overload to the limit: a server refuses, cuts off or delays requests if there are too many at a time. */
  #reportLoad(request: ApiRequest, result: Attempt, ms: number): void {
    const refused = 'httpResponse' in result && RETRYABLE.has(result.httpResponse.status);
    const isOverload = refused || 'failure' in result || ms > this.#wire.timeoutMs / 2;
    if (isOverload) this.#wire.limit.reportOverload();
    else this.#wire.limit.reportSuccess(durationKey(request), ms);
    if (!refused && 'httpResponse' in result) this.#timedOut = false;
  }

  /**
   * A POST is never retried here: names are not unique, so after a lost response the caller reads the list
   * (docs/design/contract.md §7). A GET is not retried after the retries of another request timed out: a thousand steps
   * would retry for hours. Writes are retried, since one of them may publish a product again.
   */
  #retryDelayMs(request: ApiRequest, result: Attempt): number | undefined {
    if (request.method === 'POST' || request.once === true) return undefined;
    if (request.method === 'GET' && this.#timedOut) return undefined;
    if ('failure' in result) return this.#mayRetry(result.failure) ? 0 : undefined;
    const { status, header } = result.httpResponse;
    return RETRYABLE.has(status) ? retryAfterMs(header('retry-after'), this.#wire.clock.now()) : undefined;
  }

  #mayRetry({ retry }: ConnectionFailure): boolean {
    return retry === 'always' || (retry === 'if-reached' && this.#responded);
  }

  /** A `warning_msg` beside the value (docs/design/admin-api.md §1.3), each once. */
  #warn(request: ApiRequest, response: ApiResponse): void {
    const words = isObject(response.body) ? response.body.warning_msg : undefined;
    if (typeof words !== 'string' || words === '') return;
    if (this.#warned.has(words) || this.#warned.size >= MAX_WARNINGS) return;
    this.#warned.add(words);
    this.#wire.onWarning(shortened(this.redact(`${requestTitle(request)}: the server warns: ${words}`)));
  }

  #noResponse(
    request: ApiRequest,
    failure: ConnectionFailure,
    { attempts, mayHaveHappened }: { readonly attempts: number; readonly mayHaveHappened: boolean },
  ): NoResponseError {
    const tried = attempts === 1 ? '' : ` (tried ${attempts} times)`;
    const from = `got no response from ${this.#wire.server.shown}`;
    return new NoResponseError(this.redact(`${requestTitle(request)} ${from}: ${failure.words}${tried}`), {
      cause: failure.cause,
      mayHaveHappened,
      hint: this.#hint(failure),
    });
  }

  #hint({ hint, retry }: ConnectionFailure): string | undefined {
    const { server, isProxied } = this.#wire;
    const first = hint === undefined && !this.#responded;
    // With TLS 1.3, a server that requires a client certificate closes the connection after the handshake.
    const hintOfFirst = server.origin.startsWith('https:') ? WANTS_CERTIFICATE : WANTS_TLS;
    const words = first ? hintOfFirst : hint;
    if (!isProxied || (!first && retry !== 'if-reached')) return words;
    return `${words} A proxy is set: check HTTPS_PROXY and HTTP_PROXY too, or list the server in NO_PROXY.`;
  }
}

/** A key for requests of similar duration: the method and the number of path segments. */
function durationKey({ method, path }: ApiRequest): string {
  return `${method} ${path.split('/').length}`;
}

/** Whether the server may have applied the request; false if no server was reached, or the server refused. */
function mayBeApplied(result: Attempt): boolean {
  if ('failure' in result) return result.failure.retry !== 'if-reached';
  const { status } = result.httpResponse;
  return status < 400 || status === 408 || status >= 500;
}

function responseOf({ status, bytes, header }: HttpResponse, attempts: number): ApiResponse {
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

/** Whether a proxy may have sent the response. Its 404 proves nothing, since it does not know which resources exist. */
function isFromProxy(problem: string | undefined): boolean {
  return problem?.startsWith(HTML) === true || problem?.startsWith(COMPRESSED) === true;
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
type Attempt = { readonly httpResponse: HttpResponse } | { readonly failure: ConnectionFailure };

interface AttemptOptions {
  readonly leftMs: number;
  /** Starts at 1. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
}

function pathOf({ server }: Wire, request: ApiRequest): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(request.query ?? {})) query.set(key, String(value));
  return server.basePath + request.path + (query.size === 0 ? '' : `?${query.toString()}`);
}

/** The shared state of all requests to one server, with any credential. */
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
  readonly isProxied: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onWarning: (text: string) => void;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}
