import type { Json, JsonObject } from '../model/product.ts';
import type { Method, Query } from './http.ts';

/** A request as the rest of this folder thinks of it. */
export interface Ask {
  readonly method: Method;
  readonly path: string;
  readonly query?: Query;
  readonly body?: JsonObject;
  /** Name of the product that it is about, for error texts. */
  readonly product?: string | undefined;
  /** A status outside 2xx that is an answer here, not an error. */
  readonly accept?: number;
  /** Sent once: nothing depends on the response, or the caller repeats it. */
  readonly once?: boolean;
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

/** How an error text begins: the product where there is one, method and path (acceptance A6). */
export function about(ask: Ask): string {
  const request = `${ask.method} ${ask.path}`;
  return ask.product === undefined ? request : `product "${ask.product}": ${request}`;
}
