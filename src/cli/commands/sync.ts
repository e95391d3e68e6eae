import { applyPlan, withPlan, withSavedPlan } from '../../api/apply-plan.ts';
import { InternalError, type SyncResult } from '../../api/sync-types.ts';
import type { Plan } from '../../model/plan.ts';
import { summaryText } from '../../report/summary-text.ts';
import { targetLine } from '../../report/target-line.ts';
import { connectionOf, planSource } from '../connection.ts';
import { consentOf } from '../consent.ts';
import { EXIT, exitCodeOf, interruptCode } from '../exit-codes.ts';
import { bugWords } from '../failure.ts';
import { DOCUMENTS } from '../formats.ts';
import { todayOf, type Io } from '../io.ts';
import { isPipeline } from '../is-pipeline.ts';
import { liveLine } from '../live-line.ts';
import { progress } from '../progress.ts';
import { savedPlan } from '../saved-plan.ts';
import { reporter, type Ending, type Reporter } from '../reporter.ts';
import { Settings, type Flags } from '../settings.ts';

/** `adc sync`: plans, checks the safety rules, asks, and applies the plan (contract §3, §6, §7). */
export async function sync(flags: Flags, process: Io): Promise<number> {
  const live = liveLine(process, flags);
  const io = live?.io ?? process;
  const report = await reporter('sync', flags, io);
  const apply = applyPlan({
    consent: consentOf(flags),
    approve: async (plan, diagnostics) => {
      report.showPlan({ plan, diagnostics });
      return plan.steps.length === 0 || confirmed(plan, flags, io, report);
    },
    ...progress((line) => report.progress(line), live),
  });
  const settings = await Settings.read(flags, io);
  await settings.hideToken();
  const planFile = settings.text('plan', undefined);
  const run = async (): Promise<SyncResult> => {
    if (planFile === undefined) return withPlan(planSource(settings, flags, io), apply);
    const saved = await savedPlan(planFile, settings, flags, io);
    const connection = await connectionOf(settings, io, saved.plan.target.portal.id);
    return withSavedPlan(saved, saved, connection, apply);
  };
  let bug: unknown;
  const { refused, outcomes, authGaps, allowances, ...planned } = await run().catch((error: unknown) => {
    if (!(error instanceof InternalError)) throw error;
    bug = error;
    io.err(`${bugWords(error.cause).text}\n`);
    return error.result;
  });
  live?.end();
  const { plan } = planned;
  if (plan === undefined) return end(report, { exitCode: EXIT.failed, ...planned });
  if (refused.length > 0) {
    const consent = { allowances, today: todayOf(io) };
    report.showPlan({ refused, consent, ...planned });
    return end(report, { exitCode: EXIT.refused, refused, consent, ...planned });
  }
  const declined = outcomes.length === 0 && plan.steps.length > 0;
  const ran = declined ? {} : { planFile, outcomes, authGaps };
  const code = declined ? EXIT.failed : exitCodeOf(outcomes, bug);
  return end(report, { ...planned, ...ran, exitCode: io.signal.aborted ? interruptCode(io.signal) : code });
}

function end(report: Reporter, ending: Ending): number {
  report.end(ending);
  return ending.exitCode;
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
    report.tell(summaryText(plan));
  }
  if (await io.confirm('Apply these changes? Only "yes" is accepted: ')) return true;
  report.tell('Nothing was changed.');
  return false;
}
