import type { Dispatcher } from 'undici';
import type { ServerUrl } from './addresses.ts';
import {
  about,
  NoAnswerError,
  NonsenseError,
  RETRYABLE,
  type Ask,
  type Client,
  type Reply,
} from './client.ts';
import type { Credential, Redact } from './credential.ts';
import { http, type HttpAnswer, type HttpRequest, HTML, readJson, type Read, type Buffers } from './http.ts';
import type { Exchange } from './portal-settings.ts';
import {
  connectionFailure,
  refusal,
  shortened,
  WANTS_CERTIFICATE,
  WANTS_TLS,
  type ConnectionFailure,
} from './request-failures.ts';
import { retry, retryAfterMs, type Clock } from './retry.ts';
import { isObject } from '../json/value.ts';
import type { AdaptiveLimit } from '../lib/limit.ts';
import { InterruptedError } from '../model/errors.ts';
import type { Json } from '../model/product.ts';

/** A hostile server could warn in other words each time. */
const MOST_WARNINGS = 20;

/** Sends requests with one credential; those with different credentials may share one wire. */
export class HttpClient implements Client {
  readonly credential: Credential;
  readonly redact: Redact;
  readonly #wire: Wire;
  /** That of the wire; who sleeps by it lets writes pass. */
  readonly #clock: Clock;
  readonly #warned = new Set<string>();
  readonly #joined = new WeakMap<AbortSignal, AbortSignal>();
  #answered = false;
  /** A request was tried for as long as may be, in vain, and nothing was answered since. */
  #givenUp = false;

  constructor(wire: Wire, credential: Credential) {
    this.#wire = wire;
    const { clock, limit } = wire;
    this.#clock = { ...clock, sleep: async (ms, signal) => limit.pause(async () => clock.sleep(ms, signal)) };
    this.credential = credential;
    this.redact = wire.redact;
  }

  /**
   * Takes its place among the requests in flight for as long as it is tried, pauses included. Writes go first, and past all
   * that pause: while a product is off the portal, nothing may stand between it and its way back.
   */
  async send(ask: Ask): Promise<Reply> {
    return this.sendFor(ask, (reply) => reply);
  }

  async sendFor<Result>(ask: Ask, use: (reply: Reply) => Result): Promise<Result> {
    const isUrgent = ask.urgent === true || ask.method !== 'GET';
    return this.#wire.limit.run(async () => this.#send(ask, use), isUrgent);
  }

  nonsense(ask: Ask, what: string): NonsenseError {
    return new NonsenseError(this.redact(`${about(ask)} returned ${what}`));
  }

  async #send<Result>(ask: Ask, use: (reply: Reply) => Result): Promise<Result> {
    const signal = this.#signalOf(ask);
    const { result, attempts, doubt } = await this.#sendWithRetries(ask, signal);
    if ('failure' in result) throw this.#noAnswer(ask, result.failure, { attempts, doubt });
    try {
      const reply = replyOf(result.answer, attempts);
      const success = reply.status >= 200 && reply.status < 300;
      if (success) this.#warn(ask, reply);
      if (success || (reply.status === ask.accept && !isFromBetween(reply.problem))) return use(reply);
      const { credential, redact } = this;
      const wait = retryAfterMs(result.answer.header('retry-after'), this.#wire.clock.now());
      throw refusal(ask, result.answer, { reply, doubt, credential, redact, retryAfterMs: wait });
    } finally {
      result.answer.release();
    }
  }

  /** One signal for all requests that are stopped by the same: to join two is expensive, and each join is kept as long as they are. */
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
      const tried = await retry(async (leftMs, number) => this.#attempt(ask, { leftMs, number, signal }), {
        withinMs: retryTimeoutMs,
        again: (result) => {
          doubt ||= leavesDoubt(result);
          return this.#again(ask, result);
        },
        clock: this.#clock,
        signal,
      });
      this.#givenUp ||= this.#again(ask, tried.result) !== undefined;
      return { ...tried, doubt };
    } catch (error) {
      if (signal?.aborted) throw new InterruptedError(this.redact(`${about(ask)} was interrupted`));
      throw error;
    }
  }

  /** Sends a request once, within its time, and reports it. Throws only for the signal, never for network failures. */
  async #attempt(ask: Ask, { leftMs, number, signal }: AttemptOptions): Promise<Attempt> {
    const { clock, timeoutMs, onExchange } = this.#wire;
    const path = pathOf(this.#wire, ask);
    const start = clock.now();
    const result = await exchange(this.#wire, {
      method: ask.method,
      path,
      headers: { ...ask.headers, [this.credential.header]: this.credential.value },
      body: ask.body,
      signal,
      timeoutMs: Math.max(1, Math.ceil(Math.min(timeoutMs, leftMs))),
    });
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
    this.#answered ||= 'answer' in result;
    this.#weigh(ask, result, ms);
    return result;
  }

  /** Too many at a time are turned away, cut off or kept waiting: then fewer are sent, until it gets better. */
  #weigh(ask: Ask, result: Attempt, ms: number): void {
    const turnedAway = 'answer' in result && RETRYABLE.has(result.answer.status);
    const tooMuch = turnedAway || 'failure' in result || ms > this.#wire.timeoutMs / 2;
    if (tooMuch) this.#wire.limit.tooMuch();
    else this.#wire.limit.wentWell(kindOf(ask), ms);
    if (!turnedAway && 'answer' in result) this.#givenUp = false;
  }

  /**
   * A POST is never repeated here: names are not unique, so its lost answer is settled by looking (docs/design/contract.md §7).
   * A GET is not repeated where another request was just tried for as long as may be: a thousand steps would try for hours.
   * Writes are, since one of them may bring a product back on the portal.
   */
  #again(ask: Ask, result: Attempt): number | undefined {
    if (ask.method === 'POST' || ask.once === true) return undefined;
    if (ask.method === 'GET' && this.#givenUp) return undefined;
    if ('failure' in result) return this.#worthAnother(result.failure) ? 0 : undefined;
    const { status, header } = result.answer;
    return RETRYABLE.has(status) ? retryAfterMs(header('retry-after'), this.#wire.clock.now()) : undefined;
  }

  #worthAnother({ again }: ConnectionFailure): boolean {
    return again === 'always' || (again === 'once-answered' && this.#answered);
  }

  /** A `warning_msg` beside the value (docs/design/admin-api.md §1.3), each once. */
  #warn(ask: Ask, reply: Reply): void {
    const words = isObject(reply.body) ? reply.body.warning_msg : undefined;
    if (typeof words !== 'string' || words === '') return;
    if (this.#warned.has(words) || this.#warned.size >= MOST_WARNINGS) return;
    this.#warned.add(words);
    this.#wire.onWarning(shortened(this.redact(`${about(ask)}: the server warns: ${words}`)));
  }

  #noAnswer(
    ask: Ask,
    failure: ConnectionFailure,
    { attempts, doubt }: { readonly attempts: number; readonly doubt: boolean },
  ): NoAnswerError {
    const tried = attempts === 1 ? '' : ` (tried ${attempts} times)`;
    const from = `got no response from ${this.#wire.server.shown}`;
    return new NoAnswerError(this.redact(`${about(ask)} ${from}: ${failure.words}${tried}`), {
      cause: failure.cause,
      mayHaveHappened: doubt,
      hint: this.#hint(failure),
    });
  }

  #hint({ hint, again }: ConnectionFailure): string | undefined {
    const first = hint === undefined && !this.#answered;
    const words = first ? this.#hintOfFirst() : hint;
    if ((first || again === 'once-answered') && this.#wire.proxied) {
      return `${words} A proxy is set: check HTTPS_PROXY and HTTP_PROXY too, or list the server in NO_PROXY.`;
    }
    return words;
  }

  /** With TLS 1.3, a server that misses a client certificate says so after the handshake, by closing. */
  #hintOfFirst(): string {
    return this.#wire.server.origin.startsWith('https:') ? WANTS_CERTIFICATE : WANTS_TLS;
  }
}

/** Requests that take about the same time: those of one method, and of paths with as many parts. */
function kindOf({ method, path }: Ask): string {
  return `${method} ${path.split('/').length}`;
}

/** Whether the server may have applied a request with this result; false if no server was reached, or it refused. */
function leavesDoubt(result: Attempt): boolean {
  if ('failure' in result) return result.failure.again !== 'once-answered';
  const { status } = result.answer;
  return status < 400 || status === 408 || status >= 500;
}

function replyOf({ status, bytes, header }: HttpAnswer, attempts: number): Reply {
  const coding = header('content-encoding')?.toLowerCase() ?? '';
  const isPlain = coding === '' || coding === 'identity' || bytes.length === 0;
  const read = isPlain ? readJson(bytes) : compressed(coding);
  const problem = 'body' in read ? hiddenError(status, read.body) : read.problem;
  if (problem !== undefined || !('body' in read)) return { status, attempts, body: undefined, problem };
  return { status, attempts, body: read.body, problem };
}

/** What a proxy does that compresses whatever passes through it. */
function compressed(coding: string): Read {
  return { problem: `${COMPRESSED} ${coding} (adc asks for Accept-Encoding: identity)` };
}

const COMPRESSED = 'a body compressed with';

/** A page in HTML comes from something in between, which does not know what is there and what is not; so may this. */
function isFromBetween(problem: string | undefined): boolean {
  return problem === HTML || problem?.startsWith(COMPRESSED) === true;
}

/**
 * An error that stands in an answer of success, as programs write it that know of no status (docs/design/admin-api.md §1.3).
 */
function hiddenError(status: number, body: Json): string | undefined {
  if (status >= 300 || !isObject(body)) return undefined;
  const { error_msg: words } = body;
  return typeof words === 'string' && words !== ''
    ? `success and the error ${JSON.stringify(words)}`
    : undefined;
}

/** What came of sending a request once. */
type Attempt = { readonly answer: HttpAnswer } | { readonly failure: ConnectionFailure };

interface AttemptOptions {
  readonly leftMs: number;
  /** Counts from 1. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
}

async function exchange(wire: Wire, request: HttpRequest): Promise<Attempt> {
  try {
    return { answer: await http(wire, request) };
  } catch (error) {
    return { failure: connectionFailure(error) };
  }
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
