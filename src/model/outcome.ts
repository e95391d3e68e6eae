import type { Step } from './plan.ts';

/** What became of one step. A skipped step is not a failed one. */
export interface Outcome {
  readonly step: Step;
  readonly status: 'done' | 'failed' | 'skipped';
  readonly error?: string;
  /** What to do about the error. */
  readonly hint?: string;
  /** Set on a failed step whose write was sent and not refused by the server: it may have happened. */
  readonly wrote?: boolean;
  /** Set on a failed step whose product went off the portal in this run and did not come back, as far as that is known. */
  readonly stays_off?: 'known' | 'unknown' | undefined;
  /** Set where a safety rule kept the step from running (docs/design/contract.md §6). */
  readonly refused?: boolean;
  /** The id of the step, or `interrupt`, that kept this one from running. */
  readonly blocked_by?: string;
  /** Milliseconds from its start to its end; 0 for a skipped step. */
  readonly ms: number;
}

/** How long the services of a republished product were without product auth, in milliseconds. */
export interface AuthGap {
  readonly product: string;
  readonly services: readonly string[];
  readonly ms: number;
}
