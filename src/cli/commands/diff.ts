import type { Plan } from '../../model/plan.ts';
import { refusals } from '../../plan/refusals.ts';
import { planText } from '../../report/plan-text.ts';
import { consentOf } from '../consent.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { withPlan } from '../planning.ts';
import { reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc diff`: shows the plan and writes nothing (contract §3). */
export async function diff(flags: Flags, io: Io): Promise<number> {
  const report = reporter('diff', flags, io);
  const consent = consentOf(flags);
  const settings = await Settings.read(flags, io);
  return withPlan(settings, flags, io, async ({ value: plan, diagnostics }) => {
    const exitCode = plan === undefined ? EXIT.failed : exitCodeOf(plan, flags);
    const refused = refusals(plan?.hazards ?? [], consent);
    const text =
      plan === undefined ? '' : planText(plan, refused, report.style) + nextText(plan, refused.length);
    report.end({ exitCode, plan, refused, diagnostics, text });
    return exitCode;
  });
}

function exitCodeOf(plan: Plan, flags: Flags): number {
  return flags['exitCode'] === true && plan.steps.length > 0 ? EXIT.changes : EXIT.done;
}

function nextText(plan: Plan, refused: number): string {
  if (plan.steps.length === 0) return '';
  return refused > 0
    ? 'Next: decide on what is refused above, then adc sync.\n'
    : 'Next: adc sync carries this out.\n';
}
