import { resolve } from 'node:path';
import type { PortalSettings } from '../admin/portal-settings.ts';
import type { Dump, DumpOptions } from '../dump/dump.ts';
import { HiddenTexts, Secret } from '../lib/hidden-texts.ts';
import { UsageError } from '../model/errors.ts';
import { DEFAULT_SCOPE, type Scope } from '../model/ownership.ts';
import { applyPlan, withPlan, type PlanSource } from './apply-plan.ts';
import { withAdmin, type Connection } from './connection.ts';
import { dumpPortal, WHOLE_PORTAL } from './dump-portal.ts';
import { portalOf, projectInput, projectOf } from './library-project.ts';
import type { Project } from './project.ts';
import { withDefaults, type Optional } from './optional.ts';
import type { ServiceWait } from './wait-for-services.ts';
import type { ApplyOptions, DiffResult, ProjectOptions, SyncResult } from './sync-types.ts';

/**
 * How to reach the Admin API. The defaults are those of the command line (docs/design/contract.md §3). Times in milliseconds.
 */
export interface PortalOptions extends Optional<PortalSettings> {
  readonly server: string;
  readonly token: string;
  /** Name or id. Required unless the files name it. */
  readonly portal?: string | undefined;
}

export interface FileOptions extends PortalOptions, ProjectOptions {
  /** Product files, directories and globs. Default: those of the config, or api-products.yaml. */
  readonly files?: readonly string[] | undefined;
  /**
   * For `${NAME}` in the files, whatever their names; they override those of the environment. adc takes none from the
   * environment of the process.
   */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** Owner of files that declare none. */
  readonly owner?: string | undefined;
  readonly scope?: Optional<Scope> | undefined;
  /** Files and globs of API7's ADC that declare services, by gateway group (docs/design/contract.md §17). */
  readonly gateways?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface SyncOptions extends FileOptions, ApplyOptions {
  /** How long to wait for services that only files of API7's ADC declare. Omitted: it does not wait. */
  readonly waitForServices?: ServiceWait | undefined;
}

/** Plans what `sync` would change. Only reads. @throws OperationalError if the server cannot be reached or refuses. */
export async function diff(options: FileOptions): Promise<DiffResult> {
  return withPlan(
    { ...(await planSource(options)), reportsUndeclared: true },
    async ({ value: plan, diagnostics, allowances }) => ({
      ...(plan && { plan }),
      diagnostics,
      allowances,
    }),
  );
}

/**
 * Applies product files to the portal, unless a safety rule refuses (docs/design/contract.md §6). If `signal` is aborted while
 * adc reads, this throws; later, adc starts no further step, and finishes the republish or replacement that runs.
 * @throws InternalError with the outcomes, if adc fails after it has started to write; otherwise as diff() does.
 */
export async function sync(options: SyncOptions): Promise<SyncResult> {
  const source = { ...(await planSource(options)), wait: options.waitForServices };
  return withPlan(source, applyPlan(options));
}

/** What `dump` takes beside the connection. `variables` go before those of the environment. */
export type ExportOptions = PortalOptions &
  ProjectOptions &
  Optional<Omit<DumpOptions, 'variables'>> &
  Pick<FileOptions, 'variables'>;

/**
 * Exports live products as product files, and writes nothing to the disk. With `portable`, `${NAME}` stands for values that
 * variables have. @throws as diff() does.
 */
export async function dump({ variables: given = {}, ...options }: ExportOptions): Promise<Dump> {
  const project = await projectOf(options);
  const own = [...(project.environment?.variables ?? [])].map(([name, { value }]) => [name, value] as const);
  const variables = new Map([...own, ...Object.entries(given)]);
  const defaults = { ...WHOLE_PORTAL, ...(options.portable === true && { variables }) };
  return withAdmin(connectionOf(options, project, undefined), (admin) =>
    dumpPortal(admin, withDefaults(defaults, options)),
  );
}

async function planSource(options: FileOptions): Promise<PlanSource> {
  const { files = [], cwd = '.', variables = {}, owner, scope, gateways } = options;
  const project = await projectOf(options);
  const readStdin = () => Promise.reject(new UsageError('only the command line reads standard input'));
  const hidden = new HiddenTexts();
  hidden.add(options.token);
  const guard = { refuses: () => false, holdsToken: (value: string) => hidden.holds(value) };
  const given = { files, cwd: resolve(cwd), variables, owner, gateways };
  const isPart = project.config !== undefined && files.length > 0;
  return {
    input: { ...projectInput(project, given), guard, readStdin },
    scope: { ...withDefaults(DEFAULT_SCOPE, scope), ...(isPart && { partOfFiles: true }) },
    connect: async (portal) => connectionOf(options, project, portal),
  };
}

function connectionOf(options: PortalOptions, project: Project, named: string | undefined): Connection {
  return { ...options, token: new Secret(options.token), portal: portalOf(project, options, named) };
}
