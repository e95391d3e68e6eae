import { sameField } from '../../diff/compare.ts';
import { execute, type Execution } from '../../execute/execute.ts';
import type { Admin } from '../../model/admin.ts';
import type { Checked, Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import { refusals } from '../../plan/refusals.ts';
import { outcomesText, progressLine } from '../../report/outcome-text.ts';
import { planText } from '../../report/plan-text.ts';
import { concurrencyOf } from '../connection.ts';
import { consentOf } from '../consent.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { withPlan } from '../planning.ts';
import { withSavedPlan } from '../saved-plan.ts';
import { reporter, type Ending, type Reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc sync`: makes the plan, has it judged by the safety rules, and carries it out (contract §3, §6, §7). */
export async function sync(flags: Flags, io: Io): Promise<number> {
  const report = reporter('sync', flags, io);
  const consent = consentOf(flags);
  const settings = await Settings.read(flags, io);
  const judge: Judge = async ({ value: plan, diagnostics }, admin) => {
    if (plan === undefined || admin === undefined) return end(report, { exitCode: EXIT.failed, diagnostics });
    const refused = refusals(plan.hazards, consent);
    report.say(planText(plan, refused, report.style));
    if (refused.length > 0) return end(report, { exitCode: EXIT.refused, plan, refused, diagnostics });
    if (plan.steps.length === 0) return end(report, { exitCode: EXIT.done, plan, outcomes: [], diagnostics });
    if (!(await confirmed(flags, io, report)))
      return end(report, { exitCode: EXIT.failed, plan, diagnostics });
    return carryOut(plan, admin, { settings, flags, io, report, diagnostics });
  };
  const saved = settings.text('plan', undefined);
  if (saved === undefined) return withPlan(settings, flags, io, judge);
  return withSavedPlan(saved, settings, flags, io, judge);
}

type Judge = (planned: Checked<Plan>, admin: Admin | undefined) => Promise<number>;

interface Run {
  readonly settings: Settings;
  readonly flags: Flags;
  readonly io: Io;
  readonly report: Reporter;
  readonly diagnostics: readonly Diagnostic[];
}

async function carryOut(
  plan: Plan,
  admin: Admin,
  { settings, flags, io, report, diagnostics }: Run,
): Promise<number> {
  const execution = await execute({
    plan,
    admin,
    consent: consentOf(flags),
    same: sameField,
    concurrency: concurrencyOf(settings),
    signal: io.signal,
    now: io.now,
    onOutcome: (outcome, ended, all) => report.progress(progressLine(outcome, ended, all)),
  });
  const exitCode = io.signal.aborted ? interruptCode(io) : exitCodeOf(execution.outcomes);
  const { outcomes, authGaps } = execution;
  const text = `\n${outcomesText(outcomes, authGaps, report.style)}`;
  report.end({ exitCode, plan, outcomes, diagnostics, text, more: { auth_gaps: gapsJson(execution) } });
  return exitCode;
}

function gapsJson({ authGaps }: Execution) {
  return authGaps.map(({ product, services, ms }) => ({ product, services, ms: Math.round(ms) }));
}

function end(report: Reporter, ending: Omit<Ending, 'text'>): number {
  report.end({ ...ending, text: '' });
  return ending.exitCode;
}

/** On a terminal a person is asked; elsewhere consent is only ever a flag (contract §6). */
async function confirmed(flags: Flags, io: Io, report: Reporter): Promise<boolean> {
  if (!io.interactive || flags['yes'] === true || report.format !== 'text') return true;
  if (await io.confirm('Carry this out? Only "yes" is a yes: ')) return true;
  report.progress('Nothing was changed.');
  return false;
}

function interruptCode(io: Io): number {
  return io.signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
