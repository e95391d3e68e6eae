import { sameField } from '../diff/compare.ts';
import { execute } from '../execute/execute.ts';
import type { LoadInput } from '../load/load.ts';
import type { Admin } from '../model/admin.ts';
import { NO_CONSENT, type Consent } from '../model/consent.ts';
import type { Allowance, Declared } from '../model/declared.ts';
import { diagnostic, type Diagnostic, type Location } from '../model/diagnostic.ts';
import type { PlannedService } from '../model/directory.ts';
import type { Scope } from '../model/ownership.ts';
import { isWritable, type Plan, type SavedPlan } from '../model/plan.ts';
import { permits, refusals, unusedFlags } from '../plan/consent.ts';
import type { Recording } from '../record/recording-admin.ts';
import { readBase, type BaseRevision } from './base-files.ts';
import { checkSavedPlan } from './check-saved-plan.ts';
import { checkRange, complete, withDefaults, withReading, type Connection } from './connection.ts';
import { planPortal, type PlannedPortal } from './plan-portal.ts';
import { readWhenServicesExist, type ServiceWait } from './portal-reads.ts';
import { checkFiles } from './read-files.ts';
import { beginRecord } from './record-run.ts';
import { InternalError, type ApplyOptions, type SyncResult } from './sync-types.ts';

export interface PlanSource {
  readonly input: LoadInput;
  readonly scope: Scope;
  /** Whether the plan names subscribers. */
  readonly withNames?: boolean | undefined;
  /** Whether the diagnostics name the live fields that no file declares. */
  readonly reportsUndeclared?: boolean | undefined;
  /** A git revision to compare with. */
  readonly base?: BaseRevision | undefined;
  /** How long to wait for services that the gateway lacks. Omitted: does not wait. */
  readonly wait?: ServiceWait | undefined;
  /** Called only if the files have no errors. `portal` is the portal of the files. */
  readonly connect: (portal: string | undefined) => Connection | Promise<Connection>;
}

/** A plan, and the consent in the files. */
export interface Planned extends PlannedPortal {
  readonly allowances: readonly Allowance[];
  /** Names of the declared products. */
  readonly declared?: readonly string[] | undefined;
  /** Returns the place where a file declares the product of a name. */
  readonly place?: ((product: string) => Location | undefined) | undefined;
}

/** Receives a plan and its open connection; neither if the files have errors. */
type UsePlan<Result> = (
  planned: Planned,
  open?: { readonly admin: Admin; readonly connection: Connection },
) => Promise<Result>;

/** Plans what the files declare, and calls `use` while the connection is open. */
export async function withPlan<Result>(source: PlanSource, use: UsePlan<Result>): Promise<Result> {
  const { value: declared, diagnostics } = await checkFiles(source.input);
  if (declared === undefined) return use({ diagnostics, allowances: [] });
  const { allowances } = declared;
  const place: Planned['place'] = (name) =>
    declared.products.find(({ body }) => body.name === name)?.at(['name']);
  const base = source.base && (await readBase(source.input, source.base));
  const found = [...diagnostics, ...(base?.diagnostics ?? [])];
  const connection = await source.connect(declared.portal?.name);
  const { scope, wait } = source;
  const { signal } = connection;
  const read = (admin: Admin): Promise<PlannedPortal> =>
    readWhenServicesExist({
      read: () => planPortal(declared, admin, scope, { ...source, base }),
      plannedIn: ({ value }) => value?.planned ?? [],
      admin,
      wait,
      signal,
    });
  return withReading(connection, read, (planned, admin) =>
    use(
      {
        ...planned,
        allowances,
        diagnostics: [...found, ...planned.diagnostics],
        place,
        declared: declared.products.map(({ body }) => body.name),
      },
      { admin, connection },
    ),
  );
}

/**
 * Checks a saved plan against the live products, and calls `use` with it. From the files, it uses only owners and
 * consent, which a plan does not contain (docs/design/contract.md §11).
 * @throws OutdatedPlan if the plan is stale.
 */
export async function withSavedPlan<Result>(
  {
    plan,
    scope,
    withNames,
    wait,
  }: Pick<SavedPlan, 'plan' | 'scope'> & Pick<PlanSource, 'withNames' | 'wait'>,
  { owners, allowances }: Pick<Declared, 'owners' | 'allowances'>,
  connection: Connection,
  use: UsePlan<Result>,
): Promise<Result> {
  const read = (admin: Admin): Promise<Plan> =>
    readWhenServicesExist({
      read: () => checkSavedPlan(plan, admin, { scope, owners, withNames }),
      plannedIn: ({ planned }) => planned,
      admin,
      wait,
      signal: connection.signal,
    });
  return withReading(connection, read, (value, admin) =>
    use({ value, diagnostics: [], allowances }, { admin, connection }),
  );
}

/**
 * Applies a plan, unless a safety rule refuses it (docs/design/contract.md §6). After an abort, adc starts no further
 * step, but finishes the current republish or replacement (docs/design/contract.md §7).
 * @throws InternalError with the outcomes.
 */
export function applyPlan(options: ApplyOptions): UsePlan<SyncResult> {
  const { approve, onOutcome, onProgress } = options;
  const given = checkedConsent(withDefaults(NO_CONSENT, options.consent));
  return async ({ value: plan, ...planned }, open) => {
    const found = {
      ...planned,
      diagnostics: [...planned.diagnostics, ...unusedFlags(plan, given)],
    };
    const empty = { ...found, refused: [], permits: [], outcomes: [], authGaps: [] };
    if (plan === undefined || open === undefined) return { ...(plan && { plan }), ...empty };
    const restored = (await options.restorable?.(plan, open.admin)) ?? given.restored;
    const consent = { ...given, restored, allowances: found.allowances };
    const refused = refusals(plan.hazards, consent);
    const notApplied = { ...empty, plan, refused, permits: permits(plan.hazards, consent) };
    if (refused.length > 0) return notApplied;
    if (!isWritable(plan))
      return { ...empty, diagnostics: [...found.diagnostics, ...plan.planned.map(notOnGateway)] };
    if (approve && !(await approve(plan, found.diagnostics, notApplied.permits))) return notApplied;
    const { concurrency = MAX_CHAINS, signal } = complete(open.connection);
    const { admin, finish } = await recordingOf(plan, open.admin, { ...options, restored });
    const now = (): number => performance.now();
    const run = { plan, admin, consent, same: sameField, concurrency, signal, now };
    const { bug, ...execution } = await execute({ ...run, onOutcome, onProgress });
    const result = { ...notApplied, ...execution, recordFailure: await finish() };
    if (bug !== undefined) throw new InternalError(bug, result);
    return result;
  };
}

/** An Admin API that records its writes, if a record is requested and the plan has steps. */
async function recordingOf(
  plan: Plan,
  admin: Admin,
  { record, restored }: Pick<ApplyOptions, 'record'> & Pick<Consent, 'restored'>,
): Promise<{ readonly admin: Admin; readonly finish: Recording['finish'] }> {
  if (record === undefined || plan.steps.length === 0) return { admin, finish: async () => undefined };
  const recording = await beginRecord(plan, admin, record, restored);
  return { admin: recording, finish: recording.finish };
}

/** Maximum number of products to write concurrently, if the number of concurrent requests adapts to the server. */
const MAX_CHAINS = 20;

/** @throws UsageError for a limit that is not a number, since no loss would exceed it. */
function checkedConsent(consent: Consent): Consent {
  const { subscriptionLoss, maxDeletes = {} } = consent;
  const limits = Object.entries({ ...(subscriptionLoss !== 'any' && { subscriptionLoss }), ...maxDeletes });
  for (const [name, limit] of limits) checkRange(name, limit, [0, Infinity]);
  return consent;
}

/** The diagnostic for a planned service, which prevents the sync (docs/design/contract.md §17). */
function notOnGateway({ service, declared, linked, command }: PlannedService): Diagnostic {
  return diagnostic('service-not-on-gateway', {
    message: `the service ${service} is not on the gateway yet`,
    hint: `Run API7's ADC first, with the options that you usually give it: ${command}. To wait for it, pass --wait-for-services 60s. adc wrote nothing.`,
    location: linked,
    related: [{ message: "declared in the file of API7's ADC", location: declared }],
  });
}
