import { resolve } from 'node:path';
import type { PortalSettings } from '../admin/portal-settings.ts';
import type { Dump, DumpOptions } from '../dump/dump.ts';
import { Redactor, Secret } from '../lib/redaction.ts';
import { nearest } from '../lib/nearest.ts';
import type { LoadInput } from '../load/load.ts';
import { NO_CONSENT } from '../model/consent.ts';
import { sameAddress } from '../model/config.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { InvalidConfig, UsageError } from '../model/errors.ts';
import { DEFAULT_SCOPE, type Scope } from '../model/ownership.ts';
import { applyPlan, withPlan, type PlanSource } from './apply-plan.ts';
import { withAdmin, withDefaults, type Connection } from './connection.ts';
import { dumpPortal, FULL_DUMP } from './dump-portal.ts';
import type { ServiceWait } from './portal-reads.ts';
import {
  configInput,
  environmentOf,
  gatewaysIn,
  NO_PROJECT,
  patternsOf,
  readConfig,
  refuseShared,
  type Project,
} from './project.ts';
import type { ApplyOptions, DiffResult, Optional, SyncResult } from './sync-types.ts';

/**
 * How to reach the Admin API. The defaults are those of the command line (docs/design/contract.md §3). Times in milliseconds.
 */
export interface PortalOptions extends Optional<PortalSettings> {
  readonly server: string;
  readonly token: string;
  /** Name or id. Required unless the files name it. */
  readonly portal?: string | undefined;
}

/** The config and the environment of a run of the library. */
export interface ProjectOptions {
  /** Base directory of relative paths. Default: the working directory of the process. */
  readonly cwd?: string | undefined;
  /** Path of a config file (docs/design/contract.md §13). Omitted: adc reads none. */
  readonly config?: string | undefined;
  /** Environment of the config; required if the config declares any. */
  readonly environment?: string | undefined;
}

export interface FileOptions extends PortalOptions, ProjectOptions {
  /** Product files, directories and globs. Default: those of the config, or api-products.yaml. */
  readonly files?: readonly string[] | undefined;
  /**
   * Values for `${NAME}` in the files, for any name. They override those of the environment of the config. adc uses no
   * variables of the process.
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

/** Plans the changes of `sync`. Only reads. @throws OperationalError if the server cannot be reached or refuses. */
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
 * Applies product files to the portal, unless a safety rule refuses (docs/design/contract.md §6). If `signal` is aborted
 * while adc reads, this function throws. After that, adc starts no further step, but finishes the current republish or
 * replacement.
 * @throws InternalError with the outcomes, if adc fails after it has started to write; otherwise the errors of diff().
 */
export async function sync(options: SyncOptions): Promise<SyncResult> {
  refuseUnknown(options?.consent, NO_CONSENT, 'consent.');
  const source = { ...(await planSource(options)), wait: options.waitForServices };
  return withPlan(source, applyPlan(options));
}

/** The connection and the options of `dump`. `variables` override those of the environment. */
export type ExportOptions = PortalOptions &
  ProjectOptions &
  Optional<Omit<DumpOptions, 'variables'>> &
  Pick<FileOptions, 'variables'>;

/**
 * Exports live products as product files, and writes nothing to the disk. With `portable`, `${NAME}` replaces each value
 * of a variable.
 * @throws the errors of diff().
 */
export async function dump(all: ExportOptions): Promise<Dump> {
  checkOptions(all);
  const { variables: given = {}, ...options } = all;
  const project = await projectOf(options);
  const own = [...(project.environment?.variables ?? [])].map(([name, { value }]) => [name, value] as const);
  const variables = new Map([...own, ...Object.entries(given)]);
  const defaults = { ...FULL_DUMP, ...(options.portable === true && { variables }) };
  return withAdmin(connectionOf(options, project, undefined), (admin) =>
    dumpPortal(admin, withDefaults(defaults, options)),
  );
}

/** @throws UsageError for mistakes that TypeScript would find: an unset variable as the token, a text as the list of files. */
function checkOptions(options: Partial<FileOptions> = {}): void {
  for (const name of ['server', 'token'] as const)
    if (typeof options[name] !== 'string' || options[name] === '')
      throw new UsageError(`the option ${name} must be a string that is not empty`);
  if (options.files !== undefined && !Array.isArray(options.files))
    throw new UsageError('the option files must be an array of strings');
}

/** The options of sync() by name; diff() ignores those of a write. */
const OPTIONS: Readonly<Record<keyof SyncOptions, true>> = {
  server: true,
  token: true,
  portal: true,
  dialect: true,
  authScheme: true,
  timeoutMs: true,
  retryTimeoutMs: true,
  concurrency: true,
  caCert: true,
  clientCert: true,
  clientKey: true,
  tlsSkipVerify: true,
  proxy: true,
  signal: true,
  onWarning: true,
  cwd: true,
  config: true,
  environment: true,
  files: true,
  variables: true,
  owner: true,
  scope: true,
  gateways: true,
  waitForServices: true,
  consent: true,
  restorable: true,
  record: true,
  approve: true,
  onOutcome: true,
  onProgress: true,
};

/** @throws UsageError for an unknown name: an ignored `noDelete` outside of `scope` would let sync() delete products. */
function refuseUnknown(given: object = {}, known: object, within = ''): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const near = NESTED.get(unknown) ?? nearest(unknown, Object.keys(known));
  throw new UsageError(`there is no option "${within}${unknown}"`, {
    hint: near === undefined ? undefined : `Did you mean ${NESTED.has(unknown) ? '' : within}${near}?`,
  });
}

const SCOPE: Required<Scope> = { ...DEFAULT_SCOPE, partOfFiles: false };

/** Names of nested options with their group. */
const NESTED: ReadonlyMap<string, string> = new Map([
  ...Object.keys(SCOPE).map((name) => [name, `scope.${name}`] as const),
  ...Object.keys(NO_CONSENT).map((name) => [name, `consent.${name}`] as const),
]);

async function planSource(options: FileOptions): Promise<PlanSource> {
  checkOptions(options);
  refuseUnknown(options, OPTIONS);
  refuseUnknown(options.scope, SCOPE, 'scope.');
  const { files = [], cwd = '.', variables = {}, owner, scope, gateways } = options;
  const project = await projectOf(options);
  const readStdin = () => Promise.reject(new UsageError('only the command line reads standard input'));
  const redactor = new Redactor();
  redactor.add(options.token);
  const guard = { refuses: () => false, holdsToken: (value: string) => redactor.hasSecret(value) };
  const given = { files, cwd: resolve(cwd), variables, owner, gateways };
  const isPart = project.config !== undefined && files.length > 0;
  return {
    input: { ...projectInput(project, given), guard, readStdin },
    scope: { ...withDefaults(DEFAULT_SCOPE, scope), ...(isPart && { partOfFiles: true }) },
    connect: async (portal) => connectionOf(options, project, portal),
  };
}

interface Given {
  readonly cwd: string;
  readonly files: readonly string[];
  readonly owner: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly gateways: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The load input of a run: options override the config, as for the commands. */
function projectInput(project: Project, given: Given): Omit<LoadInput, 'guard' | 'readStdin'> {
  const { config, environment } = project;
  const { cwd, owner, gateways } = given;
  if (owner !== undefined && config?.owner !== undefined && config.owner.name !== owner)
    throw new UsageError(`owner is "${owner}", and the config declares the owner "${config.owner.name}"`);
  const variables = Object.entries(given.variables).map(([name, value]) => [name, { value }] as const);
  return {
    ...patternsOf(given.files, project),
    cwd,
    env: {},
    variables: new Map([...(environment?.variables ?? []), ...variables]),
    gateways: gateways === undefined ? gatewaysIn(project) : new Map(Object.entries(gateways)),
    ...configInput(project, cwd),
    owner,
  };
}

/** @throws InvalidConfig for an invalid config; UsageError for an undeclared or missing environment. */
async function projectOf({ cwd = '.', config: path, environment: name }: ProjectOptions): Promise<Project> {
  if (path === undefined) {
    if (name === undefined) return NO_PROJECT;
    throw new UsageError('environment was given without config', { hint: 'Name the file that declares it.' });
  }
  const { value: config, diagnostics } = await readConfig({ cwd: resolve(cwd), config: path });
  if (hasErrors(diagnostics) || config === undefined) throw new InvalidConfig(diagnostics);
  if (name === undefined && config.environments.size > 0)
    throw new UsageError('no environment was chosen', {
      hint: `environment is one of: ${[...config.environments.keys()].join(', ')}.`,
    });
  return {
    config,
    environment: name === undefined ? undefined : environmentOf(config, name),
    isForAll: false,
  };
}

function connectionOf(options: PortalOptions, project: Project, named: string | undefined): Connection {
  return { ...options, token: new Secret(options.token), portal: portalOf(project, options, named) };
}

interface Target {
  readonly server: string;
  /** From the options. */
  readonly portal?: string | undefined;
}

/**
 * The portal of a run: from the options, the environment, or the files.
 * @throws UsageError if the environment has another server or portal; InvalidConfig if two environments share the portal.
 */
function portalOf(project: Project, { server, portal: given }: Target, named: string | undefined): string {
  const { environment } = project;
  const portal = given ?? environment?.portal ?? named;
  if (portal === undefined) throw new UsageError('no portal was given, neither in the options nor in a file');
  if (environment === undefined) return portal;
  const { name } = environment;
  if (environment.server !== undefined && !sameAddress(environment.server, server))
    throw new UsageError(
      `the environment "${name}" is on ${environment.server}, and server is another address`,
    );
  if (environment.portal !== undefined && environment.portal !== portal)
    throw new UsageError(
      `the environment "${name}" is the portal "${environment.portal}", and portal is "${portal}"`,
    );
  refuseShared(project, environment, { server, portal });
  return portal;
}
