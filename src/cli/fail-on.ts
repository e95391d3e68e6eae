import { asError, isError, type Diagnostic } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';
import type { FailOn, Report } from '../report/report.ts';
import { EXIT } from './exit-codes.ts';
import { choice, list, type OptionSpec } from './options.ts';

const REASONS = ['changes', 'refused', 'breaking', 'drift', 'warnings'] as const satisfies readonly FailOn[];

const one = choice('--fail-on <reasons>', '', REASONS, { fallback: 'changes' });
const reasons = list(
  '--fail-on <reasons>',
  `exit with 2 for changes, with 4 for others; comma-separated: ${REASONS.join(', ')}`,
);

/** What `diff` fails on (docs/design/contract.md §12). */
export const failOn: OptionSpec<readonly FailOn[]> = {
  ...reasons,
  read: (given) => {
    const words = reasons.read(given).flatMap((text) => text.split(','));
    return words.map((word) => one.read({ source: 'flag', texts: [word.trim()] }));
  },
};

/** The findings of a plan. */
export interface Found extends Pick<Report, 'refused' | 'breaking' | 'attribution'> {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** The requested reasons that hold for a plan. */
export function failedOn(asked: readonly FailOn[], found: Found): readonly FailOn[] {
  const holds: Readonly<Record<FailOn, boolean>> = {
    // Files without products give a plan without steps, which sync refuses: the portal is not in sync.
    changes: found.plan.steps.length + found.plan.hazards.length > 0,
    refused: (found.refused ?? []).length > 0,
    breaking: (found.breaking ?? []).length > 0,
    drift: (found.attribution?.products ?? []).some(
      ([, { verdict }]) => verdict === 'drift' || verdict === 'conflict',
    ),
    warnings: found.diagnostics.some((diagnostic) => isError(asError(diagnostic))),
  };
  return REASONS.filter((reason) => asked.includes(reason) && holds[reason]);
}

/** The exit code for the reasons that hold. */
export function failCode(reasons: readonly FailOn[]): number {
  if (reasons.length === 0) return EXIT.done;
  return reasons.every((reason) => reason === 'changes') ? EXIT.changes : EXIT.refused;
}
