import { sameField } from '../../diff/compare.ts';
import { execute } from '../../execute/execute.ts';
import { printableLines } from '../../lib/printable.ts';
import type { Admin } from '../../model/admin.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Plan } from '../../model/plan.ts';
import { refusals } from '../../plan/refusals.ts';
import { summaryText } from '../../report/summary-text.ts';
import { targetLine } from '../../report/target-line.ts';
import { concurrencyOf } from '../connection.ts';
import { consentOf } from '../consent.ts';
import { EXIT, exitCodeOf, interruptCode } from '../exit-codes.ts';
import { DOCUMENTS } from '../formats.ts';
import type { Io } from '../io.ts';
import { liveLine, type LiveLine } from '../live-line.ts';
import { withPlan, type Planned } from '../planning.ts';
import { progress } from '../progress.ts';
import { withSavedPlan } from '../saved-plan.ts';
import { reporter, type Ending, type Reporter } from '../reporter.ts';
import { isPipeline, Settings, type Flags } from '../settings.ts';

/** `adc sync`: makes the plan, has it judged by the safety rules, and carries it out (contract §3, §6, §7). */
export async function sync(flags: Flags, process: Io): Promise<number> {
  const live = liveLine(process, flags);
  const io = live?.io ?? process;
  const report = await reporter('sync', flags, io);
  const consent = consentOf(flags);
  const settings = await Settings.read(flags, io);
  const judge: Judge = async ({ value: plan, diagnostics, place }, admin) => {
    if (plan === undefined || admin === undefined) return end(report, { exitCode: EXIT.failed, diagnostics });
    const refused = refusals(plan.hazards, consent);
    report.showPlan({ plan, refused, diagnostics });
    if (refused.length > 0) return end(report, { exitCode: EXIT.refused, plan, refused, diagnostics, place });
    if (plan.steps.length === 0) return end(report, { exitCode: EXIT.done, plan, outcomes: [], diagnostics });
    if (!(await confirmed(plan, flags, io, report)))
      return end(report, { exitCode: endedBy(io.signal), plan, diagnostics });
    return carryOut(plan, admin, { settings, flags, io, live, report, diagnostics, place });
  };
  const saved = settings.text('plan', undefined);
  if (saved === undefined) return withPlan(settings, flags, io, judge);
  return withSavedPlan(saved, settings, flags, io, judge);
}

type Judge = (planned: Planned, admin: Admin | undefined) => Promise<number>;

interface Run {
  readonly settings: Settings;
  readonly flags: Flags;
  readonly io: Io;
  readonly live: LiveLine | undefined;
  readonly report: Reporter;
  readonly diagnostics: readonly Diagnostic[];
  readonly place: Planned['place'];
}

async function carryOut(
  plan: Plan,
  admin: Admin,
  { settings, flags, io, live, report, diagnostics, place }: Run,
): Promise<number> {
  const { bug, ...execution } = await execute({
    plan,
    admin,
    consent: consentOf(flags),
    same: sameField,
    concurrency: concurrencyOf(settings),
    signal: io.signal,
    now: io.now,
    ...progress((line) => report.progress(line), live),
  });
  live?.end();
  const exitCode = io.signal.aborted ? interruptCode(io.signal) : exitCodeOf(execution.outcomes);
  const planFile = settings.text('plan', undefined);
  if (bug !== undefined) io.err(printableLines(`error: this is a bug in adc: ${traceOf(bug)}\n`));
  return end(report, { exitCode, plan, planFile, diagnostics, place, ...execution });
}

/** The report comes all the same: what was done must be known, above all then. */
function traceOf(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
}

function end(report: Reporter, ending: Ending): number {
  report.end(ending);
  return ending.exitCode;
}

/** A no ends with 1; whoever interrupts the question does not answer it (contract §4). */
function endedBy(signal: AbortSignal): number {
  return signal.aborted ? interruptCode(signal) : EXIT.failed;
}

/**
 * On a terminal a person is asked, wherever the answer goes; elsewhere consent is only ever a flag (contract §6). Some
 * pipelines give their jobs a terminal; where CI is set, nobody is there to answer. The question says what it is about
 * where the terminal does not show the plan.
 */
async function confirmed(plan: Plan, flags: Flags, io: Io, report: Reporter): Promise<boolean> {
  if (!io.interactive || flags['yes'] === true || isPipeline(io.env['CI'])) return true;
  if (DOCUMENTS.has(report.format) || io.columns?.() === undefined) {
    report.tell(targetLine(plan.target));
    report.tell(summaryText(plan.summary));
  }
  if (await io.confirm('Carry this out? Only "yes" is a yes: ')) return true;
  report.tell('Nothing was changed.');
  return false;
}
