import { AdminError } from '../model/errors.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { Credential, Redact } from './credential.ts';
import type { Method, Query } from './http.ts';

/** A request as the rest of this folder thinks of it. */
export interface Ask {
  readonly method: Method;
  readonly path: string;
  readonly query?: Query;
  readonly body?: JsonObject;
  /** Beside the credential. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Name of the product that it is about, for error texts. */
  readonly product?: string | undefined;
  /** A status outside 2xx that is an answer here, not an error. */
  readonly accept?: number;
  /** Sent once: nothing depends on the response, or the caller repeats it. */
  readonly once?: boolean;
  /** A reading that writes wait for: it goes before other readings. */
  readonly urgent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply {
  readonly status: number;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** Undefined if there is no readable JSON; then `problem` says what there is instead. */
  readonly body: Json | undefined;
  readonly problem: string | undefined;
}

/** How an error text begins: the product where there is one, method and path (docs/design/contract.md §3.3). */
export function about(ask: Ask): string {
  const request = `${ask.method} ${ask.path}`;
  return ask.product === undefined ? request : `product "${ask.product}": ${request}`;
}

/** What the rest of this folder needs of a connection: requests in, answers or errors out. */
export interface Client {
  readonly credential: Credential;
  /** For whatever holds text of the server and is shown. */
  readonly redact: Redact;
  /**
   * @throws AdminError if the server refuses; NoAnswerError if no answer came; InterruptedError.
   */
  readonly send: (ask: Ask) => Promise<Reply>;
  /**
   * Gives what `use` makes of the reply at once, so that no promise holds the reply itself: those of a request are older than
   * its answer, and what old objects refer to is given back late, even if nothing refers to them.
   * @throws as send() does, and what `use` throws.
   */
  readonly sendFor: <Result>(ask: Ask, use: (reply: Reply) => Result) => Promise<Result>;
  /** An error about an answer that is not what it ought to be. */
  readonly nonsense: (ask: Ask, what: string) => NonsenseError;
}

/**
 * An answer came, but it is not what the Admin API promises: HTML, cut-off JSON, a list without rows
 * (docs/design/contract.md §7).
 */
export class NonsenseError extends AdminError {}

/** A list holds fewer rows than its own total says. */
export class ContradictionError extends NonsenseError {}

/** No complete answer came: whether the server has carried the request out is not known. */
export class NoAnswerError extends AdminError {}

/** The statuses of a server, or of something before it, that may answer another attempt. */
export const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether the response to a request was lost, so that another attempt may bring one; 429 counts, since a look costs little. */
export function isLost(error: unknown): error is AdminError {
  return error instanceof NoAnswerError || isStatus(error, ...RETRYABLE);
}

/** A server that was too slow to respond may still apply the write: how long to wait before looking again. */
export const SETTLING_MS = 1000;

/** The same, of a reading that came after a write: whatever became of the reading, the write was carried out. */
export function afterWrite(error: unknown): unknown {
  if (!(error instanceof AdminError)) return error;
  const { message, status, words, hint } = error;
  return new AdminError(message, { status, words, hint, cause: error, mayHaveHappened: true });
}

/** Whether it is an answer of the server with one of the statuses. */
export const isStatus = (error: unknown, ...statuses: readonly number[]): error is AdminError =>
  error instanceof AdminError && error.status !== undefined && statuses.includes(error.status);
