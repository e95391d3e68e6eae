import { resolve } from 'node:path';
import type { PortalSettings } from '../admin/portal-settings.ts';
import type { Dump, DumpOptions } from '../dump/dump.ts';
import { HiddenTexts } from '../lib/hidden-texts.ts';
import { Secret } from '../lib/secret.ts';
import { UsageError } from '../model/errors.ts';
import { DEFAULT_SCOPE, type Scope } from '../model/scope.ts';
import { applyPlan, withPlan, type PlanSource } from './apply-plan.ts';
import { withAdmin, type Connection } from './connection.ts';
import { dumpPortal, WHOLE_PORTAL } from './dump-portal.ts';
import { withDefaults, type Optional } from './optional.ts';
import type { ServiceWait } from './wait-for-services.ts';
import type { ApplyOptions, DiffResult, SyncResult } from './sync-types.ts';

/**
 * How to reach the Admin API. The defaults are those of the command line (docs/design/contract.md §3). Times in milliseconds.
 */
export interface PortalOptions extends Optional<PortalSettings> {
  readonly server: string;
  readonly token: string;
  /** Name or id. Required unless the files name it. */
  readonly portal?: string | undefined;
}

export interface FileOptions extends PortalOptions {
  /** Product files, directories and globs. */
  readonly files: readonly string[];
  /** Base directory of relative paths. Default: the working directory of the process. */
  readonly cwd?: string | undefined;
  /** For `${NAME}` in the files, whatever their names. adc takes none from the environment of the process. */
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
export function diff(options: FileOptions): Promise<DiffResult> {
  return withPlan(
    { ...planSource(options), reportsUndeclared: true },
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
  return withPlan({ ...planSource(options), wait: options.waitForServices }, applyPlan(options));
}

/** Exports live products as product files, and writes nothing to the disk. @throws as diff() does. */
export async function dump(options: PortalOptions & Optional<DumpOptions>): Promise<Dump> {
  return withAdmin(connectionOf(options, undefined), (admin) =>
    dumpPortal(admin, withDefaults(WHOLE_PORTAL, options)),
  );
}

function planSource(options: FileOptions): PlanSource {
  const { files: patterns, cwd = '.', variables: env = {}, owner, scope, gateways } = options;
  const readStdin = () => Promise.reject(new UsageError('only the command line reads standard input'));
  const hidden = new HiddenTexts();
  hidden.add(options.token);
  const guard = { refuses: () => false, holdsToken: (value: string) => hidden.holds(value) };
  const services = gateways && { gateways: new Map(Object.entries(gateways)) };
  return {
    input: { patterns, cwd: resolve(cwd), env, guard, readStdin, owner, ...services },
    scope: withDefaults(DEFAULT_SCOPE, scope),
    connect: (portal) => connectionOf(options, portal),
  };
}

function connectionOf(options: PortalOptions, named: string | undefined): Connection {
  const portal = options.portal ?? named;
  if (portal === undefined) throw new UsageError('no portal was given, neither in the options nor in a file');
  return { ...options, token: new Secret(options.token), portal };
}
