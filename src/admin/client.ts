import { AdminError } from '../model/errors.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { Credential, Redact } from './credential.ts';
import type { Method, Query } from './http.ts';

/** A request to the Admin API, before the server address and the credential are added. */
export interface Ask {
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
  /** Never retried: nothing depends on the response, or the caller retries it. */
  readonly once?: boolean;
  /** A read that writes wait for: it is sent before other reads. */
  readonly urgent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply {
  readonly status: number;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** Undefined if the body is not readable JSON; then `problem` describes the body. */
  readonly body: Json | undefined;
  readonly problem: string | undefined;
}

/** Start of an error message: the product if there is one, method and path (docs/design/contract.md §3.3). */
export function about(ask: Ask): string {
  const request = `${ask.method} ${ask.path}`;
  return ask.product === undefined ? request : `product "${ask.product}": ${request}`;
}

/** A connection to the Admin API: takes requests, returns replies or throws errors. */
export interface Client {
  readonly credential: Credential;
  /** Redacts secrets in text of the server before output. */
  readonly redact: Redact;
  /** @throws AdminError if the server refuses; NoResponseError if no response arrived; InterruptedError. */
  readonly send: (ask: Ask) => Promise<Reply>;
  /**
   * Returns the result of `use`, which gets the reply immediately, so that no promise keeps the reply in memory: the
   * promises of a request are old objects, and V8 frees what they refer to late.
   * @throws the errors of send() and of `use`.
   */
  readonly sendFor: <Result>(ask: Ask, use: (reply: Reply) => Result) => Promise<Result>;
  /** An error for an invalid response; `what` describes it. */
  readonly invalidResponse: (ask: Ask, what: string) => InvalidResponseError;
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

/** Whether the response to a request was lost, so a retry may get one. 429 counts, since a read is cheap. */
export function isLost(error: unknown): error is AdminError {
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
