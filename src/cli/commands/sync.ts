import { applyPlan, withPlan, withSavedPlan, InternalError, type SyncResult } from '../../api/apply-plan.ts';
import { printable } from '../../lib/printable.ts';
import type { PlannedService } from '../../model/gateway-file.ts';
import type { Permit } from '../../model/permit.ts';
import type { Plan } from '../../model/plan.ts';
import { summaryText } from '../../report/summary-text.ts';
import { targetLine } from '../../report/words.ts';
import { CONNECTION, connectionOf, planSource } from '../connection.ts';
import { CONSENT, consentOf, SCOPE } from '../scope.ts';
import { defineReport, type ReportingCall } from '../define-command.ts';
import { EXIT, exitCodeOf, interruptCode } from '../exit-codes.ts';
import { bugWords } from '../failure.ts';
import { FILES, GATEWAYS, WAIT } from '../files.ts';
import { isPipeline, todayOf, type Io } from '../io.ts';
import { progress, type Ending, type Reporter } from '../reporter.ts';
import { flag, group, text } from '../options.ts';
import { DOCUMENTS, namesSubscribers, OUTPUT, SUBSCRIBERS } from '../output.ts';
import type { RestoreResult, SyncRecord } from '../sync-record.ts';
import { PORTAL_BACKEND } from '../portal-backend.ts';

const RESTORE = group('Restore:', {
  record: text('--record <path>', 'write a record of the run to a new file, or into a directory'),
  restoreSubscriptions: flag(
    '--restore-subscriptions',
    'record the run, and bring back the subscriptions that it ends; those need no consent',
  ),
  ...PORTAL_BACKEND,
});

const OPTIONS = {
  plan: text('--plan <path>', 'apply a plan that diff -o saved; product files only add owner: and allow:'),
  yes: flag('-y, --yes', 'apply without asking'),
  ...CONSENT,
  ...RESTORE,
  ...SCOPE,
  ...FILES,
  ...GATEWAYS,
  ...WAIT,
  ...OUTPUT,
  ...SUBSCRIBERS,
  ...CONNECTION,
};

/** `adc sync`: plans, checks the safety rules, asks, and applies the plan (docs/design/contract.md §3, §6, §7). */
export const sync = defineReport({
  name: 'sync',
  summary: 'apply product files to the portal',
  about:
    'Applies the plan that diff shows, and asks first on a terminal. Without consent, it refuses to end subscriptions, to leave a service unauthenticated, to delete many products or to change those of another owner. Consent is an allow: entry in the files or a flag. After an interruption, run it again.',
  options: OPTIONS,
  examples: [
    ['adc sync -f products/', 'apply the files to the portal'],
    ['adc sync --max-subscription-loss 2', 'allow two subscriptions to end'],
    ['adc sync --no-delete', 'create and update only'],
    ['adc sync --plan plan.json', 'apply a saved plan'],
    ['adc sync --record records/', 'record the run for adc undo'],
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
    const record = await recordOf(call);
    try {
      return await synced(call, record);
    } finally {
      await record?.close();
    }
  },
});

type SyncCall = ReportingCall<typeof OPTIONS>;

async function synced(call: SyncCall, record: SyncRecord | undefined): Promise<number> {
  const { io, report } = call;
  let bug: unknown;
  const result = await applied(call, record).catch((error: unknown) => {
    if (!(error instanceof InternalError)) throw error;
    bug = error;
    io.err(`${bugWords(error.cause).text}\n`);
    return error.result;
  });
  const { refused, outcomes, authGaps, allowances, recordFailure: _, ...planned } = result;
  report.live?.end();
  const restored = await record?.finish(result);
  const { plan } = planned;
  if (plan === undefined) return end(report, { exitCode: EXIT.failed, ...planned });
  if (refused.length > 0) {
    const consent = { allowances, today: todayOf(io), environment: call.project.environment?.name };
    report.showPlan({ refused, consent, ...planned });
    return end(report, { exitCode: EXIT.refused, refused, consent, ...planned });
  }
  const declined = outcomes.length === 0 && plan.steps.length > 0;
  const ran = { planFile: call.options.plan, outcomes, authGaps, more: restored?.more };
  const code = declined ? EXIT.failed : codeOf(exitCodeOf(outcomes, bug), restored);
  const exitCode = io.signal.aborted ? interruptCode(io.signal) : code;
  return end(report, { ...planned, ...(!declined && ran), exitCode }, restored?.words);
}

function codeOf(code: number, restored: RestoreResult | undefined): number {
  return code === EXIT.done && restored?.isWhole === false ? EXIT.partly : code;
}

async function applied(call: SyncCall, record: SyncRecord | undefined): Promise<SyncResult> {
  const { options, io, report } = call;
  const { plan: planFile, waitForServices: ms } = options;
  const onWait = (planned: readonly PlannedService[]): void =>
    report.progress(`waiting for ${planned.map(({ service }) => printable(service)).join(', ')}`);
  const wait = ms === undefined ? undefined : { ms, onWait };
  const apply = applyPlan({
    ...record?.options,
    consent: consentOf(options),
    approve: async (plan, diagnostics, permits) => {
      report.showPlan({ plan, diagnostics, permits });
      if (record === undefined && permits.some(endsSubscriptions)) report.progress(RECORD_HINT);
      return plan.steps.length === 0 || options.yes || confirmed(plan, io, report);
    },
    ...progress((line) => report.progress(line), report.live),
  });
  if (planFile === undefined) return withPlan({ ...planSource(call), wait }, apply);
  const { savedPlan } = await import('../plan-file.ts');
  const saved = await savedPlan(planFile, call);
  const connection = await connectionOf(call, saved.plan.target.portal.id);
  const withNames = namesSubscribers(options, io);
  return withSavedPlan({ ...saved, withNames, wait }, saved, connection, apply);
}

/** A record brings back only what the server lists (docs/design/contract.md §15). */
function endsSubscriptions({ hazard }: Permit): boolean {
  return hazard.code === 'subscription-loss' && hazard.known;
}

const RECORD_HINT =
  'hint: Pass --record FILE to keep a record, so that adc restore can bring back the subscriptions that end.';

async function recordOf(call: SyncCall): Promise<SyncRecord | undefined> {
  const { record, restoreSubscriptions } = call.options;
  if (record === undefined && !restoreSubscriptions) return undefined;
  const { syncRecord } = await import('../sync-record.ts');
  return syncRecord(call, record, restoreSubscriptions);
}

function end(report: Reporter, ending: Ending, words = ''): number {
  report.end(ending);
  if (words !== '') report.tell(words);
  return ending.exitCode;
}

/**
 * Asks a person if there is a terminal, wherever the output goes (docs/design/contract.md §6). Some pipelines give
 * their jobs a terminal; if CI is set, no person can answer. The question includes its subject if the terminal does
 * not show the plan.
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
