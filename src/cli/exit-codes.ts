import type { Outcome } from '../model/plan.ts';

/** Exit codes of docs/design/contract.md §4. */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  partly: 3,
  refused: 4,
  outdated: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of a run that a signal ended; `signal` is that of Io. */
export function interruptCode(signal: AbortSignal): number {
  return signal.reason === 'SIGTERM' || signal.reason === 'SIGHUP' ? EXIT.terminated : EXIT.interrupted;
}

/** The exit code of an applied plan; never success after a bug in adc. */
export function exitCodeOf(outcomes: readonly Outcome[], bug?: unknown): number {
  const hasNoBug = bug === undefined;
  if (hasNoBug && outcomes.every(({ status }) => status === 'done')) return EXIT.done;
  if (outcomes.some(wrote)) return EXIT.partly;
  return hasNoBug && outcomes.some(({ refused }) => refused === true) ? EXIT.refused : EXIT.failed;
}

/**
 * Whether a step wrote or may have written: a failed write may have been applied, unless the server or a safety rule
 * refused it.
 */
function wrote({ status, wrote }: Outcome): boolean {
  return status === 'done' || wrote === true;
}
