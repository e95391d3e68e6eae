import { setTimeout } from 'node:timers/promises';
import type { Redact } from '../lib/redaction.ts';
import { AdminError, InterruptedError, type UsageError } from '../model/errors.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { Method, Query } from './http.ts';

/** The path and the query of a request. */
export interface Route {
  readonly path: string;
  readonly query: Query;
}

/** A request to the Admin API, before the server address and the credential are added. */
export interface ApiRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: Query;
  readonly body?: JsonObject;
  /** Headers in addition to the credential. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Name of the product, for error messages. */
  readonly product?: string | undefined;
  /** A status outside 2xx that is not an error for this request. */
  readonly accept?: number;
  /** Sent without retries: nothing depends on the response, or the caller retries. */
  readonly once?: boolean;
  /** Sent before other reads, because writes wait for it. */
  readonly urgent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiResponse {
  readonly status: number;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** Undefined if the body is not readable JSON; then `problem` describes the body. */
  readonly body: Json | undefined;
  readonly problem: string | undefined;
}

/** Start of an error message: the product if there is one, method and path (docs/design/contract.md §3.3). */
export function requestTitle({ method, path, product }: ApiRequest): string {
  return product === undefined ? `${method} ${path}` : `product "${product}": ${method} ${path}`;
}

/** The one header that carries the token (docs/design/admin-api.md §15.2). */
export interface Credential {
  readonly header: string;
  readonly value: string;
  /** Description of the header for hints, without the token. */
  readonly shown: string;
  /** The error if adc must not send the token. The server's address and certificate are checked before it is reported. */
  readonly refused?: UsageError | undefined;
}

/** A connection to the Admin API. */
export interface Client {
  readonly credential: Credential;
  /** Redacts secrets in text of the server before output. */
  readonly redact: Redact;
  /** @throws AdminError if the server refuses; NoResponseError if no response arrived; InterruptedError. */
  readonly send: (request: ApiRequest) => Promise<ApiResponse>;
  /**
   * Passes the response to `use` immediately and returns its result, so that no promise keeps the response in memory:
   * V8 frees the values of old promises late.
   * @throws the errors of send() and of `use`.
   */
  readonly sendFor: <Result>(request: ApiRequest, use: (response: ApiResponse) => Result) => Promise<Result>;
  /** An error for an invalid response. @param what describes the response. */
  readonly invalidResponse: (request: ApiRequest, what: string) => InvalidResponseError;
}

/**
 * The response is not valid for the Admin API: HTML, truncated JSON, a list without rows (docs/design/contract.md
 * §7).
 */
export class InvalidResponseError extends AdminError {}

/** A list has fewer rows than its own total. */
export class InconsistentListError extends InvalidResponseError {}

/** No complete response arrived, so it is unknown whether the server applied the request. */
export class NoResponseError extends AdminError {}

/** Status codes of a server or proxy for which a retry may succeed. */
export const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether the response was lost, so that a retry may get one. 429 counts as lost, since a read is cheap. */
export function isResponseLost(error: unknown): error is AdminError {
  return error instanceof NoResponseError || isStatus(error, ...RETRYABLE);
}

/** Milliseconds to wait before reading again: a server that was too slow to respond may still apply the write. */
export const SETTLING_MS = 1000;

/** Marks the error of a read after a write: the write was applied, even if the read failed. */
export function afterWrite(error: unknown): unknown {
  if (!(error instanceof AdminError)) return error;
  const { message, status, words, hint } = error;
  return new AdminError(message, { status, words, hint, cause: error, mayHaveHappened: true });
}

/** Whether the error is a response of the server with one of the statuses. */
export const isStatus = (error: unknown, ...statuses: readonly number[]): error is AdminError =>
  error instanceof AdminError && error.status !== undefined && statuses.includes(error.status);

/** For `catch`: undefined if the server responded with one of the statuses, otherwise throws the error. */
export function unlessStatus(...statuses: readonly number[]): (error: unknown) => undefined {
  return (error) => {
    if (!isStatus(error, ...statuses)) throw error;
  };
}

/** For `catch` of an optional read: throws only interruptions and bugs. */
export function unlessInterrupted(error: unknown): undefined {
  if (error instanceof InterruptedError || !(error instanceof AdminError)) throw error;
}

/** Time and randomness, which tests replace. */
export interface Clock {
  /** Milliseconds since 1970, never going back. */
  readonly now: () => number;
  /** Rejects with an AbortError when the signal is aborted, and leaves no timer behind. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** When the process began. `performance.timeOrigin` would load a module of Node.js. */
const START = Date.now() - process.uptime() * 1000;

export const SYSTEM_CLOCK: Clock = {
  now: () => START + process.uptime() * 1000,
  sleep: async (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
  random: Math.random,
};

interface RetryRules<Result> {
  /** Milliseconds for all attempts and the pauses between them. */
  readonly withinMs: number;
  /** Milliseconds to wait at least before the next attempt; undefined if the result is final. */
  readonly retryDelayMs: (result: Result) => number | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Retries until a result is final or the time is up, and returns the last result (docs/design/contract.md §7).
 * undici's own retry loses the server's message and keeps the process alive after an abort.
 * @param attempt gets the remaining milliseconds, and its number, which starts at 1.
 */
export async function retry<Result>(
  attempt: (leftMs: number, number: number) => Promise<Result>,
  { withinMs, retryDelayMs, clock, signal }: RetryRules<Result>,
): Promise<{ readonly result: Result; readonly attempts: number }> {
  const end = clock.now() + withinMs;
  for (let attempts = 1; ; attempts += 1) {
    const result = await attempt(end - clock.now(), attempts);
    const requestedMs = retryDelayMs(result);
    if (requestedMs === undefined) return { result, attempts };
    const pause = Math.max(requestedMs, backOff(attempts, clock.random()));
    if (clock.now() + pause >= end) return { result, attempts };
    await clock.sleep(pause, signal);
  }
}

/**
 * Milliseconds of the pause: doubles with each attempt up to a maximum. Half of it is random, so that many clients do
 * not retry at once.
 */
export function backOff(attempts: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return full / 2 + (full / 2) * random;
}

/** Milliseconds that a Retry-After header requests, in seconds or as a date; 0 if it is not readable. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const value = header.trim();
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
