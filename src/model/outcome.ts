import type { Step } from './plan.ts';

/** What became of one step. A skipped step is not a failed one. */
export interface Outcome {
  readonly step: Step;
  readonly status: 'done' | 'failed' | 'skipped';
  readonly error?: string;
  /** The id of the step, or `interrupt`, that kept this one from running. */
  readonly blocked_by?: string;
  /** Milliseconds from its start to its end; 0 for a skipped step. */
  readonly ms: number;
}
