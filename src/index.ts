import { resolve } from 'node:path';
import type { ConnectionOptions } from './admin/connect.ts';
import type { PortalSettings } from './admin/portal-settings.ts';
import { sameField } from './diff/compare.ts';
import type { Dump, DumpFile, DumpOptions } from './dump/dump.ts';
import { execute } from './execute/execute.ts';
import { HiddenTexts } from './lib/hidden-texts.ts';
import { Secret } from './lib/secret.ts';
import type { Admin } from './model/admin.ts';
import { NO_CONSENT, type Consent } from './model/consent.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import { UsageError } from './model/errors.ts';
import type { AuthGap, Outcome } from './model/outcome.ts';
import type { Hazard, Plan, Step } from './model/plan.ts';
import { DEFAULT_SCOPE, type Scope } from './model/scope.ts';
import { checkFiles } from './pipeline/check-files.ts';
import { dumpPortal } from './pipeline/dump-portal.ts';
import { planPortal } from './pipeline/plan-portal.ts';
import { refusals } from './plan/refusals.ts';

/** How to reach the Admin API; what is left out has the defaults of the command line (contract §3). Times in milliseconds. */
export interface PortalOptions extends Partial<PortalSettings> {
  readonly server: string;
  readonly token: string;
  /** Name or id; not needed where the files name it. */
  readonly portal?: string;
}

export interface FileOptions extends PortalOptions {
  /** Product files, folders and globs. */
  readonly files: readonly string[];
  /** What relative paths start from; the working directory of the process if left out. */
  readonly cwd?: string;
  /** For `${NAME}` in the files, whatever their names; nothing is taken from the environment of the process. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly scope?: Partial<Scope>;
}

export interface SyncOptions extends FileOptions {
  readonly consent?: Partial<Consent>;
  readonly onOutcome?: (outcome: Outcome, ended: number, all: number) => void;
}

export interface DiffResult {
  /** Undefined if a diagnostic is an error. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

export interface SyncResult extends DiffResult {
  /** What a safety rule refused; nothing was written then. */
  readonly refused: readonly Hazard[];
  readonly outcomes: readonly Outcome[];
  readonly authGaps: readonly AuthGap[];
}

/** What `sync` would change. Only reads. @throws OperationalError if the server can't be reached or refuses. */
export function diff(options: FileOptions): Promise<DiffResult> {
  return withPlan(options, (result) => Promise.resolve(result));
}

/** Makes the portal as the files say, unless a safety rule refuses (contract §6). @throws as diff() does. */
export function sync(options: SyncOptions): Promise<SyncResult> {
  return withPlan(options, async (result, admin) => {
    const consent = { ...NO_CONSENT, ...options.consent };
    const refused = refusals(result.plan?.hazards ?? [], consent);
    const idle = { ...result, refused, outcomes: [], authGaps: [] };
    if (result.plan === undefined || admin === undefined || refused.length > 0) return idle;
    const execution = await execute({
      plan: result.plan,
      admin,
      consent,
      same: sameField,
      concurrency: connectionOf(options).concurrency,
      now: () => performance.now(),
      ...(options.signal && { signal: options.signal }),
      ...(options.onOutcome && { onOutcome: options.onOutcome }),
    });
    const { bug, ...done } = execution;
    if (bug !== undefined) throw bug;
    return { ...idle, ...done };
  });
}

/** The live products as product files; nothing is written to the disk. @throws as diff() does. */
export function dump(options: PortalOptions & Partial<DumpOptions>): Promise<Dump> {
  const {
    withId = false,
    withDefaults = false,
    layout = 'one-file',
    schema = '',
    include = () => true,
    names = [],
  } = options;
  return withAdmin(options, options.portal, (admin) =>
    dumpPortal(admin, { withId, withDefaults, layout, schema, include, names }),
  );
}

async function withPlan<Result>(
  options: FileOptions,
  use: (result: DiffResult, admin: Admin | undefined) => Promise<Result>,
): Promise<Result> {
  const { files, cwd = '.', variables = {}, scope } = options;
  const readStdin = () => Promise.reject(new UsageError('standard input is for the command line'));
  const hidden = new HiddenTexts();
  hidden.add(options.token);
  const guard = { refuses: () => false, holdsToken: (value: string) => hidden.holds(value) };
  const checked = await checkFiles({ patterns: files, cwd: resolve(cwd), env: variables, guard, readStdin });
  const declared = checked.value;
  if (declared === undefined) return use({ diagnostics: checked.diagnostics }, undefined);
  return withAdmin(options, options.portal ?? declared.portal?.name, async (admin) => {
    const { value: plan, diagnostics } = await planPortal(declared, admin, { ...DEFAULT_SCOPE, ...scope });
    return use({ ...(plan && { plan }), diagnostics: [...checked.diagnostics, ...diagnostics] }, admin);
  });
}

async function withAdmin<Result>(
  options: PortalOptions,
  portal: string | undefined,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  if (portal === undefined) throw new UsageError('no portal was given, neither in the options nor in a file');
  const { connect } = await import('./admin/connect.ts');
  const admin = await connect({ ...connectionOf(options), portal });
  try {
    return await use(admin);
  } finally {
    await admin.close();
  }
}

function connectionOf(options: PortalOptions): Omit<ConnectionOptions, 'portal'> {
  return {
    dialect: 'auto',
    authScheme: 'auto',
    timeoutMs: 10_000,
    retryTimeoutMs: 60_000,
    concurrency: 5,
    tlsSkipVerify: false,
    proxy: {},
    onWarning: () => undefined,
    ...options,
    token: new Secret(options.token),
  };
}

export type { AuthGap, Consent, Diagnostic, Dump, DumpFile, DumpOptions, Hazard, Outcome, Plan, Scope, Step };
