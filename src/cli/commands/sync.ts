import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { applyPlan, withPlan, withSavedPlan } from '../../api/apply-plan.ts';
import { sameServer } from '../../api/check-saved-plan.ts';
import { checkFiles } from '../../api/read-files.ts';
import { InternalError, type SyncResult } from '../../api/sync-types.ts';
import { canonicalJson } from '../../json/canonical.ts';
import { printable } from '../../lib/printable.ts';
import type { Declared } from '../../model/declared.ts';
import type { PlannedService } from '../../model/directory.ts';
import { OutdatedPlan, UsageError } from '../../model/errors.ts';
import type { Scope } from '../../model/ownership.ts';
import type { Permit, Plan, SavedPlan } from '../../model/plan.ts';
import { readPlanFile } from '../../plan/saved-plan.ts';
import { summaryText } from '../../report/summary-text.ts';
import { targetLine } from '../../report/words.ts';
import { CONNECTION, connectionOf, planSource, PORTAL_BACKEND } from '../connection.ts';
import { defineReport, type Call, type ReportingCall } from '../define-command.ts';
import { readText } from '../disk.ts';
import { bugText } from '../failure.ts';
import { EXIT, exitCodeOf, interruptCode, isPipeline, type Io } from '../io.ts';
import { flag, group, text } from '../options.ts';
import { DOCUMENTS, namesSubscribers, OUTPUT, SUBSCRIBERS } from '../output.ts';
import { chosenEnvironment, fileInput, FILES, GATEWAYS, WAIT } from '../project.ts';
import type { RestoreResult, SyncRecord } from '../recorded-run.ts';
import { progress, type Ending, type Reporter } from '../reporter.ts';
import { CONSENT, consentOf, proposalInput, SCOPE, scopeOf } from '../scope.ts';

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
      return await syncAndReport(call, record);
    } finally {
      await record?.close();
    }
  },
});

type SyncCall = ReportingCall<typeof OPTIONS>;

async function syncAndReport(call: SyncCall, record: SyncRecord | undefined): Promise<number> {
  const { io, report } = call;
  let bug: unknown;
  const result = await planAndApply(call, record).catch((error: unknown) => {
    if (!(error instanceof InternalError)) throw error;
    bug = error;
    io.err(`${bugText(error.cause).text}\n`);
    return error.result;
  });
  const { refused, outcomes, authGaps, allowances, recordFailure: _, ...planned } = result;
  report.live?.end();
  const restored = await record?.finish(result);
  const { plan } = planned;
  if (plan === undefined) return end(report, { exitCode: EXIT.failed, ...planned });
  if (refused.length > 0) {
    const consent = proposalInput(allowances, call.project, io);
    report.showPlan({ refused, consent, ...planned });
    return end(report, { exitCode: EXIT.refused, refused, consent, ...planned });
  }
  const declined = outcomes.length === 0 && plan.steps.length > 0;
  const ran = { planFile: call.options.plan, outcomes, authGaps, more: restored?.more };
  const code = declined ? EXIT.failed : codeOf(exitCodeOf(outcomes, bug), restored);
  const exitCode = io.signal.aborted ? interruptCode(io.signal) : code;
  return end(report, { ...planned, ...(!declined && ran), exitCode }, restored?.summary);
}

function codeOf(code: number, restored: RestoreResult | undefined): number {
  return code === EXIT.done && restored?.isComplete === false ? EXIT.partly : code;
}

async function planAndApply(call: SyncCall, record: SyncRecord | undefined): Promise<SyncResult> {
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
      if (record === undefined && permits.some(endsKnownSubscriptions)) report.progress(RECORD_HINT);
      return plan.steps.length === 0 || options.yes || confirmed(plan, io, report);
    },
    ...progress((line) => report.progress(line), report.live),
  });
  if (planFile === undefined) return withPlan({ ...planSource(call), wait }, apply);
  const saved = await savedPlan(planFile, call);
  const connection = await connectionOf(call, saved.plan.target.portal.id);
  const withNames = namesSubscribers(options, io);
  return withSavedPlan({ ...saved, withNames, wait }, saved, connection, apply);
}

/** Whether a record helps: adc restores only subscriptions that the server lists (docs/design/contract.md §15). */
function endsKnownSubscriptions({ hazard }: Permit): boolean {
  return hazard.code === 'subscription-loss' && hazard.known;
}

const RECORD_HINT =
  'hint: Pass --record FILE to keep a record, so that adc restore can bring back the subscriptions that end.';

async function recordOf(call: SyncCall): Promise<SyncRecord | undefined> {
  const { record, restoreSubscriptions } = call.options;
  if (record === undefined && !restoreSubscriptions) return undefined;
  const { syncRecord } = await import('../recorded-run.ts');
  return syncRecord(call, record, restoreSubscriptions);
}

function end(report: Reporter, ending: Ending, summary = ''): number {
  report.end(ending);
  if (summary !== '') report.tell(summary);
  return ending.exitCode;
}

/**
 * Asks for confirmation on a terminal, even if the output is redirected (docs/design/contract.md §6). Does not ask if CI
 * is set: some pipelines have a terminal, but no person can answer. Prints a summary if the terminal does not show the
 * plan.
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

type PlanCall = Pick<Call<typeof SCOPE & typeof FILES>, 'options' | 'project' | 'settings' | 'io'>;

/** A saved plan, with owners and consent, which a plan file does not contain (docs/design/contract.md §11). */
type GivenPlan = Pick<SavedPlan, 'plan' | 'scope'> & Pick<Declared, 'owners' | 'allowances'>;

/**
 * The plan of `--plan`, which must have the options of this run (docs/design/contract.md §5). From the product files, it
 * uses only `owner:` and `allow:`.
 * @throws OutdatedPlan with the differences; UsageError for a file that is not a plan, and for product files with
 * errors.
 */
async function savedPlan(path: string, call: PlanCall): Promise<GivenPlan> {
  const { options, project, settings, io } = call;
  const { validate: isPlan } = await import('../../generated/validate-plan.mjs');
  const text = await readText(resolve(io.cwd, path), 'plan', 'Save a plan with adc diff -o.');
  const { plan, scope } = readPlanFile(text, isPlan);
  const now = scopeOf(options, project);
  const differences = otherOptions({ scope, plan }, now, settings.server());
  if (differences.length > 0) throw new OutdatedPlan(differences);
  const given = await ownersAndConsent(call);
  const foreign = plan.steps.find(({ product }) => !given.owners.includes(product.owner ?? undefined));
  if (foreign !== undefined && foreign.product.owner !== undefined) {
    throw new UsageError(`the plan changes products of the owner "${foreign.product.owner}"`, {
      hint: 'Name the files that declare this owner with -f, or pass --owner.',
    });
  }
  // Only a flag of this run allows deletions of unmanaged products, never a plan.
  return { plan, scope: { ...scope, deleteUnmanaged: now.deleteUnmanaged }, ...given };
}

async function ownersAndConsent({
  options,
  project,
  io,
}: PlanCall): Promise<Pick<Declared, 'owners' | 'allowances'>> {
  chosenEnvironment(project);
  const input = fileInput(options, io, project);
  const hasFiles = options.file.length > 0 || input.patterns.some((one) => existsSync(resolve(io.cwd, one)));
  if (!hasFiles) return { owners: [input.owner ?? input.defaultOwner], allowances: [] };
  const { value, diagnostics } = await checkFiles(input);
  if (value !== undefined) return value;
  const first = diagnostics.find(({ severity }) => severity === 'error');
  const place = first?.location && `${first.location.file}:${first.location.line}: `;
  throw new UsageError(
    `the files that declare owner and consent have errors: ${place ?? ''}${first?.message ?? ''}`,
    {
      hint: 'adc lint shows all of them.',
    },
  );
}

/** The differences between the options of this run and those of the plan, one clause each. */
function otherOptions(
  { scope, plan }: Pick<SavedPlan, 'plan' | 'scope'>,
  now: Scope,
  server: string | undefined,
): readonly string[] {
  const differs = (given: object, planned: object): boolean =>
    Object.keys(given).length > 0 && canonicalJson(given) !== canonicalJson(planned);
  const rows: readonly (readonly [string, boolean])[] = [
    ['--label-selector', differs(now.selector, scope.selector)],
    ['--product', differs(now.products, scope.products)],
    ['--no-managed-by-label', !now.managedByLabel && scope.managedByLabel],
    ['--delete-unmanaged', now.deleteUnmanaged && !scope.deleteUnmanaged],
    ['--no-delete', now.noDelete && !scope.noDelete],
  ];
  const differing = rows
    .filter(([, isOther]) => isOther)
    .map(([option]) => `it was made without this ${option}`);
  const elsewhere = server !== undefined && URL.canParse(server) && !sameServer(server, plan.target.server);
  return elsewhere ? [...differing, `it was made for ${plan.target.server}`] : differing;
}
