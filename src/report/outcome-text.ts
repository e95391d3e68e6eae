import { printable } from '../lib/printable.ts';
import type { Outcome } from '../model/outcome.ts';
import {
  failureText,
  gapWords,
  outcomeSummary,
  skippedWords,
  stepName,
  withStatus,
} from './outcome-words.ts';
import type { Page } from './page.ts';
import type { AuthGap } from './report.ts';
import { DEED_WORDS, deedOf, PLAIN } from './words.ts';

/** One line as a step ends: `[3/12] updated "Payments API" (120 ms)` (contract §7). */
export function progressLine(outcome: Outcome, ended: number, all: number): string {
  const { step, status, ms } = outcome;
  const place = `[${ended}/${all}]`;
  switch (status) {
    case 'done':
      return `${place} ${DEED_WORDS[deedOf(step)].did} ${PLAIN.name(step.product.name)} (${Math.round(ms)} ms)`;
    case 'failed':
      return `${place} could not ${stepName(step, PLAIN)}: ${printable(failureText(outcome))}`;
    case 'skipped':
      return `${place} skipped: ${stepName(step, PLAIN)}`;
  }
}

/** What became of a plan: what failed and what was skipped, by name, then the counts of what was done. */
export function outcomesText(
  outcomes: readonly Outcome[],
  authGaps: readonly AuthGap[],
  { style }: Page,
): string {
  const lines = [
    ...authGaps.map((gap) => gapWords(gap, PLAIN)),
    ...withStatus(outcomes, 'failed').map((outcome) =>
      style.red(`failed:  ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`),
    ),
    ...withStatus(outcomes, 'skipped').map((outcome) =>
      style.yellow(`skipped: ${skippedWords(outcome, outcomes, PLAIN)}`),
    ),
    outcomeSummary(outcomes),
  ];
  return `${lines.join('\n')}\n`;
}
