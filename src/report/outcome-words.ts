import { printable } from '../lib/printable.ts';
import type { AuthGap, Outcome, Plan, Step } from '../model/plan.ts';
import { endsSubscriptions } from './impacts.ts';
import { headlines, type Headline } from './left-open.ts';
import { type Page, type Paint, wrapped } from './page.ts';
import type { Report } from './report.ts';
import { productsWords } from './summary-text.ts';
import {
  countActions,
  ACTION_WORDS,
  actionKindOf,
  lossWords,
  plural,
  type InlineStyle,
  PLAIN,
} from './words.ts';

/** `update "Payments API"` */
export function stepName(step: Step, mark: InlineStyle): string {
  return `${ACTION_WORDS[actionKindOf(step)].would} ${mark.name(step.product.name)}`;
}

/** The error of a step, without the product at its beginning, which the step already names. */
export function failureText({ step, error = '' }: Outcome): string {
  const named = `product "${step.product.name}": `;
  return error.startsWith(named) ? error.slice(named.length) : error;
}

/** A skipped step, and what blocked it. */
export function skippedWords(
  { step, blocked_by }: Outcome,
  outcomes: readonly Outcome[],
  mark: InlineStyle,
): string {
  return `${stepName(step, mark)} (${because(blocked_by, outcomes, mark)})`;
}

export function gapWords({ product, services, ms }: AuthGap, mark: InlineStyle): string {
  const list = services.map(mark.name).join(', ');
  return `${mark.name(product)} was unpublished for ${Math.round(ms)} ms; services that accepted unauthenticated requests meanwhile: ${list}`;
}

/** The hints of failed steps, each once. */
export function hintsOf(outcomes: readonly Outcome[]): readonly string[] {
  return [...new Set(withStatus(outcomes, 'failed').flatMap(({ hint }) => hint ?? []))];
}

/** `sync changed 2 products in 3 steps (created 1, updated 2); ended 1 active subscription; 1 step failed.` */
export function outcomeSummary({ waits }: Pick<Plan, 'waits'>, outcomes: readonly Outcome[]): string {
  const done = withStatus(outcomes, 'done').map(({ step }) => step);
  const failed = withStatus(outcomes, 'failed');
  const inDoubt = failed.filter(({ wrote }) => wrote === true);
  const nothingApplied = inDoubt.length === 0 ? 'sync changed nothing' : 'sync may have changed something';
  const parts = [
    done.length === 0
      ? nothingApplied
      : `sync changed ${productsWords({ steps: done, waits }, countActions(done), 'did')}`,
    ...lossParts('ended', done),
    ...lossParts(
      'may have ended',
      inDoubt.map(({ step }) => step),
    ),
    ...counted(failed.length, `failed${doubtWords(inDoubt.length, failed.length)}`),
    ...counted(withStatus(outcomes, 'skipped').length, 'skipped'),
  ];
  return `${parts.join('; ')}.`;
}

function lossParts(verb: string, steps: readonly Step[]): readonly string[] {
  return steps.some(endsSubscriptions) ? [`${verb} ${lossWords(lossOf(steps))}`] : [];
}

function doubtWords(inDoubt: number, failed: number): string {
  if (inDoubt === 0) return '';
  return failed === 1 ? ' but may have been applied' : `, and ${inDoubt} of them may have been applied`;
}

export function withStatus(outcomes: readonly Outcome[], status: Outcome['status']): readonly Outcome[] {
  return outcomes.filter((outcome) => outcome.status === status);
}

/**
 * The planned loss: the number is read again directly before a write, and the write is refused if it exceeds the
 * consent.
 */
function lossOf(steps: readonly Step[]): Parameters<typeof lossWords>[0] {
  const counts = steps.map(({ impact }) => impact.subscriptions);
  return {
    active: counts.reduce((sum, { active }) => sum + active, 0),
    pending: counts.reduce((sum, { pending }) => sum + pending, 0),
    unknown: counts.filter(({ known }) => !known).length,
  };
}

function counted(count: number, word: string): readonly string[] {
  return count === 0 ? [] : [`${plural(count, 'step')} ${word}`];
}

function because(blockedBy: string | undefined, outcomes: readonly Outcome[], mark: InlineStyle): string {
  if (blockedBy === 'interrupt') return 'interrupted';
  const blocker = outcomes.find(({ step }) => step.id === blockedBy);
  if (blocker === undefined) return 'the run stopped';
  return `${stepName(blocker.step, mark)} ${blocker.status === 'skipped' ? 'was skipped' : 'failed'}`;
}

/** The line for a completed step: `[3/12] updated "Payments API" (120 ms)` (docs/design/contract.md §7). */
export function progressLine(outcome: Outcome, ended: number, all: number): string {
  const { step, status, ms } = outcome;
  const place = `[${ended}/${all}]`;
  switch (status) {
    case 'done':
      return `${place} ${ACTION_WORDS[actionKindOf(step)].did} ${PLAIN.name(step.product.name)} (${Math.round(ms)} ms)`;
    case 'failed':
      return `${place} could not ${stepName(step, PLAIN)}: ${printable(failureText(outcome))}`;
    case 'skipped':
      return `${place} skipped: ${stepName(step, PLAIN)}`;
  }
}

/** The outcomes of a plan: urgent results, failed steps with hints, skipped steps, then the counts of applied steps. */
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

/** Colours only the status: long texts are more readable in the default colour. */
function painted(line: string, paint: Paint): string {
  return line.replace(/^(failed|skipped):/, (status) => paint(status));
}
