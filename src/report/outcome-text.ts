import { printable } from '../lib/printable.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { headlines, type Headline } from './left-open.ts';
import {
  failureText,
  gapWords,
  hintsOf,
  outcomeSummary,
  skippedWords,
  stepName,
  withStatus,
} from './outcome-words.ts';
import { type Page, type Paint, wrapped } from './page.ts';
import type { Report } from './report.ts';
import { DEED_WORDS, deedOf, PLAIN } from './words.ts';

/** One line as a step ends: `[3/12] updated "Payments API" (120 ms)` (docs/design/contract.md §7). */
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

/** What became of a plan: what cannot wait, what failed, what to do about it and what was skipped, by name, then the counts of what was done. */
export function outcomesText(
  plan: Plan,
  { outcomes = [], authGaps = [], planFile }: Report,
  page: Page,
): string {
  const { paints, wrapAt } = page;
  const { error: failedPaint, warning: skippedPaint } = paints;
  const failed = withStatus(outcomes, 'failed').map(
    (outcome) => `failed:  ${stepName(outcome.step, PLAIN)}: ${printable(failureText(outcome))}`,
  );
  const skipped = withStatus(outcomes, 'skipped').map(
    (outcome) => `skipped: ${skippedWords(outcome, outcomes, PLAIN)}`,
  );
  const lines = [
    ...headlines(plan, outcomes, planFile, PLAIN).flatMap((one) => headlineLines(one, page)),
    ...authGaps.flatMap((gap) => wrapped(gapWords(gap, PLAIN), wrapAt, '  ')),
    ...failed.flatMap((line) => wrapped(line, wrapAt, HANGING)).map((line) => painted(line, failedPaint)),
    ...skipped.flatMap((line) => wrapped(line, wrapAt, HANGING)).map((line) => painted(line, skippedPaint)),
    ...hintsOf(outcomes).flatMap((hint) => wrapped(`hint: ${printable(hint)}`, wrapAt, '  ')),
    ...wrapped(outcomeSummary(plan, outcomes), wrapAt, '  '),
  ];
  return `${lines.join('\n')}\n`;
}

function headlineLines({ title, open, next }: Headline, { paints, wrapAt }: Page): readonly string[] {
  return [
    ...wrapped(`FAILED: ${title}`, wrapAt, '  ').map(paints.grave),
    ...(open === '' ? [] : wrapped(`  ${open}`, wrapAt, '  ').map(paints.grave)),
    ...wrapped(`  Next: ${next}.`, wrapAt, '  '),
    '',
  ];
}

const HANGING = ' '.repeat('skipped: '.length);

/** The status alone is coloured: long texts are read best in the colour of all others. */
function painted(line: string, paint: Paint): string {
  return line.replace(/^(failed|skipped):/, (status) => paint(status));
}
