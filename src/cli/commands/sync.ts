import { applyPlan, withPlan, withSavedPlan } from '../../api/apply-plan.ts';
import { InternalError, type SyncResult } from '../../api/sync-types.ts';
import type { Plan } from '../../model/plan.ts';
import { summaryText } from '../../report/summary-text.ts';
import { targetLine } from '../../report/target-line.ts';
import { CONNECTION, connectionOf, planSource } from '../connection.ts';
import { CONSENT, consentOf } from '../scope.ts';
import { defineReport } from '../define-command.ts';
import { EXIT, exitCodeOf, interruptCode } from '../exit-codes.ts';
import { bugWords } from '../failure.ts';
import { FILES } from '../files.ts';
import { isPipeline, todayOf, type Io } from '../io.ts';
import { progress } from '../reporter.ts';
import { flag, text } from '../options.ts';
import { DOCUMENTS, namesSubscribers, OUTPUT, SUBSCRIBERS } from '../output.ts';
import type { Ending, Reporter } from '../reporter.ts';
import { SCOPE } from '../scope.ts';

/** `adc sync`: plans, checks the safety rules, asks, and applies the plan (docs/design/contract.md §3, §6, §7). */
export const sync = defineReport({
  name: 'sync',
  summary: 'apply product files to the portal',
  about:
    'Applies the plan that diff shows, and asks first on a terminal. Without consent, it refuses to end subscriptions, to leave a service unauthenticated, to delete many products or to change those of another owner. Consent is an allow: entry in the files or a flag. After an interruption, run it again.',
  options: {
    plan: text('--plan <path>', 'apply a plan that diff -o saved; product files only add owner: and allow:'),
    yes: flag('-y, --yes', 'apply without asking'),
    ...CONSENT,
    ...SCOPE,
    ...FILES,
    ...OUTPUT,
    ...SUBSCRIBERS,
    ...CONNECTION,
  },
  examples: [
    ['adc sync -f products/', 'apply the files to the portal'],
    ['adc sync --max-subscription-loss 2', 'allow two subscriptions to end'],
    ['adc sync --no-delete', 'create and update only'],
    ['adc sync --plan plan.json', 'apply a saved plan'],
    ["adc sync --product 'Payments API'", 'change only this product'],
  ],
  exits: {
    done: 'the portal matches the files',
    failed: 'failed, nothing changed',
    partly: 'partly applied: a step failed or was skipped; run it again',
    refused: 'refused by a safety rule, nothing changed',
    outdated: 'the saved plan is stale or was applied already, nothing changed',
    interrupted: 'interrupted by Ctrl-C; the report lists what was applied',
    terminated: 'interrupted by SIGTERM or SIGHUP; the report lists what was applied',
  },
  run: async (call) => {
    const { options, io, report } = call;
    const { plan: planFile } = options;
    const apply = applyPlan({
      consent: consentOf(options),
      approve: async (plan, diagnostics) => {
        report.showPlan({ plan, diagnostics });
        return plan.steps.length === 0 || options.yes || confirmed(plan, io, report);
      },
      ...progress((line) => report.progress(line), report.live),
    });
    const run = async (): Promise<SyncResult> => {
      if (planFile === undefined) return withPlan(planSource(call), apply);
      const { savedPlan } = await import('../plan-file.ts');
      const saved = await savedPlan(planFile, call);
      const connection = await connectionOf(call, saved.plan.target.portal.id);
      const withNames = namesSubscribers(options, io);
      return withSavedPlan({ ...saved, withNames }, saved, connection, apply);
    };
    let bug: unknown;
    const { refused, outcomes, authGaps, allowances, ...planned } = await run().catch((error: unknown) => {
      if (!(error instanceof InternalError)) throw error;
      bug = error;
      io.err(`${bugWords(error.cause).text}\n`);
      return error.result;
    });
    report.live?.end();
    const { plan } = planned;
    if (plan === undefined) return end(report, { exitCode: EXIT.failed, ...planned });
    if (refused.length > 0) {
      const consent = { allowances, today: todayOf(io), environment: call.project.environment?.name };
      report.showPlan({ refused, consent, ...planned });
      return end(report, { exitCode: EXIT.refused, refused, consent, ...planned });
    }
    const declined = outcomes.length === 0 && plan.steps.length > 0;
    const ran = declined ? {} : { planFile, outcomes, authGaps };
    const code = declined ? EXIT.failed : exitCodeOf(outcomes, bug);
    return end(report, { ...planned, ...ran, exitCode: io.signal.aborted ? interruptCode(io.signal) : code });
  },
});

function end(report: Reporter, ending: Ending): number {
  report.end(ending);
  return ending.exitCode;
}

/**
 * On a terminal a person is asked, wherever the answer goes; elsewhere consent is only ever a flag
 * (docs/design/contract.md §6). Some pipelines give their jobs a terminal; where CI is set, nobody is there to answer. The
 * question says what it is about where the terminal does not show the plan.
 */
async function confirmed(plan: Plan, io: Io, report: Reporter): Promise<boolean> {
  if (!io.interactive || isPipeline(io.env['CI'])) return true;
  if (DOCUMENTS.has(report.format) || io.columns?.() === undefined) {
    report.tell(targetLine(plan.target));
    report.tell(summaryText(plan));
  }
  if (await io.confirm('Apply these changes? Only "yes" is accepted: ')) return true;
  report.tell('Nothing was changed.');
  return false;
}
