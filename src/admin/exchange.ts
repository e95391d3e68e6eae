/** One request as it went over the wire, for `--verbose`; safe to print. */
export interface Exchange {
  readonly method: string;
  /** With its query, without the server's address. */
  readonly path: string;
  /** HTTP status; undefined if no answer came. */
  readonly status: number | undefined;
  /** Milliseconds from sending to the last byte, or to giving up. */
  readonly ms: number;
  /** Counts from 1; above 1 it is a repetition. */
  readonly attempt: number;
  /** Why no answer came. */
  readonly error?: string;
}
