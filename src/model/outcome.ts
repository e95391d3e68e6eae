import type { Step } from './plan.ts';

/** The outcome of one step. A skipped step is not a failed step. */
export interface Outcome {
  readonly step: Step;
  readonly status: 'done' | 'failed' | 'skipped';
  readonly error?: string;
  /** What to do about the error. */
  readonly hint?: string;
  /** Set on a failed step whose write was sent and not refused: the server may have applied it. */
  readonly wrote?: boolean;
  /** Set on a failed step whose product this run unpublished and could not publish again, or if that is unknown. */
  readonly stays_off?: 'known' | 'unknown' | undefined;
  /** Set if a safety rule refused the step (docs/design/contract.md §6). */
  readonly refused?: boolean;
  /** The id of the step that blocked this one, or `interrupt`. */
  readonly blocked_by?: string;
  /** Milliseconds from its start to its end; 0 for a skipped step. */
  readonly ms: number;
}

/** The milliseconds for which the services of a republished product were without product auth. */
export interface AuthGap {
  readonly product: string;
  readonly services: readonly string[];
  readonly ms: number;
}
