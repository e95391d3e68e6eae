import type { ChalkInstance } from 'chalk';
import { printable } from '../lib/printable.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Action, Step } from '../model/plan.ts';
import { ACTION_WORDS, plural } from './words.ts';

/** One line as a step ends: `[3/12] updated "Payments API" (120 ms)` (contract §7). */
export function progressLine(outcome: Outcome, ended: number, all: number): string {
  const { step, status, error, ms } = outcome;
  const place = `[${ended}/${all}]`;
  const name = `"${printable(step.product.name)}"`;
  switch (status) {
    case 'done':
      return `${place} ${ACTION_WORDS[step.action].did} ${name} (${Math.round(ms)} ms)`;
    case 'failed':
      return `${place} could not ${ACTION_WORDS[step.action].would} ${name}: ${printable(error ?? '')}`;
    case 'skipped':
      return `${place} skipped: ${ACTION_WORDS[step.action].would} ${name}`;
  }
}

/** What became of a plan: counts of what was done, then what failed and what was skipped, by name. */
export function outcomesText(
  outcomes: readonly Outcome[],
  authGaps: readonly {
    readonly product: string;
    readonly services: readonly string[];
    readonly ms: number;
  }[],
  style: ChalkInstance,
): string {
  const [failed, skipped] = [outcomes.filter(is('failed')), outcomes.filter(is('skipped'))];
  const lines = [
    ...authGaps.map(gapLine),
    ...failed.map(({ step, error }) => style.red(`failed:  ${stepName(step)}: ${printable(error ?? '')}`)),
    ...skipped.map(({ step, blocked_by }) =>
      style.yellow(`skipped: ${stepName(step)}, ${because(blocked_by, outcomes)}`),
    ),
    `${[doneText(outcomes), ...counted(failed, 'failed'), ...counted(skipped, 'skipped')].join('; ')}.`,
    ...(failed.length + skipped.length === 0 ? [] : ['What is left can be finished by the same command.']),
  ];
  return `${lines.join('\n')}\n`;
}

function gapLine({
  product,
  services,
  ms,
}: {
  product: string;
  services: readonly string[];
  ms: number;
}): string {
  const list = services.map(printable).join(', ');
  return `"${printable(product)}" was off the portal for ${Math.round(ms)} ms; without product auth meanwhile: ${list}`;
}

function doneText(outcomes: readonly Outcome[]): string {
  const done = outcomes.filter(is('done'));
  const actions: readonly Action[] = ['create', 'update', 'unpublish', 'publish', 'delete'];
  const counts = actions.flatMap((action) => {
    const count = done.filter(({ step }) => step.action === action).length;
    return count === 0 ? [] : [`${ACTION_WORDS[action].did} ${count}`];
  });
  return counts.length === 0 ? 'Nothing was changed' : counts.join(', ');
}

function counted(outcomes: readonly Outcome[], word: string): readonly string[] {
  return outcomes.length === 0 ? [] : [`${plural(outcomes.length, 'step')} ${word}`];
}

function because(blockedBy: string | undefined, outcomes: readonly Outcome[]): string {
  if (blockedBy === 'interrupt') return 'since the run was interrupted';
  const blocker = outcomes.find(({ step }) => step.id === blockedBy);
  return blocker ? `since this was not done: ${stepName(blocker.step)}` : 'since the run stopped';
}

function stepName({ action, product }: Step): string {
  return `${ACTION_WORDS[action].would} "${printable(product.name)}"`;
}

function is(status: Outcome['status']): (outcome: Outcome) => boolean {
  return (outcome) => outcome.status === status;
}
