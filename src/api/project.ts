import { resolve } from 'node:path';
import { loadConfig, type ConfigInput } from '../load/load-config.ts';
import type { LoadInput } from '../load/load.ts';
import { environmentHint, sameAddress, type Config, type Environment } from '../model/config.ts';
import { diagnostic, hasErrors, sortedDiagnostics, type Checked } from '../model/diagnostic.ts';
import { InvalidConfig, UsageError } from '../model/errors.ts';

export const DEFAULT_FILE = 'api-products.yaml';

/** The config of a run, and the chosen environment (docs/design/contract.md §13). */
export interface Project {
  readonly config: Config | undefined;
  readonly environment: Environment | undefined;
  /** Whether the command runs in each environment. */
  readonly isForAll: boolean;
}

export const NO_PROJECT: Project = { config: undefined, environment: undefined, isForAll: false };

/** The config of a run (docs/design/contract.md §13), or all its diagnostics. No value if there is no config. */
export async function readConfig(input: ConfigInput): Promise<Checked<Config>> {
  const { document, diagnostics, ...places } = await loadConfig(input);
  if (document === undefined || hasErrors(diagnostics)) return { diagnostics };
  const { checkConfig } = await import('../validate/check-config.ts');
  const checked = await checkConfig(document, places);
  return { ...checked, diagnostics: sortedDiagnostics([...diagnostics, ...checked.diagnostics]) };
}

/** A declared environment. @throws UsageError if the config does not declare it. */
export function environmentOf({ environments }: Config, name: string): Environment {
  const environment = environments.get(name);
  if (environment !== undefined) return environment;
  throw new UsageError(`there is no environment ${JSON.stringify(name)}`, {
    hint: environmentHint(name, [...environments.keys()]),
  });
}

/** The files of a run, and their places in the config. */
interface Patterns {
  readonly patterns: readonly string[];
  readonly places?: LoadInput['places'];
}

/** The given files, else those of the environment, the config, or the default; and the consents of the config. */
export function patternsOf(file: readonly string[], { config, environment }: Project): Patterns {
  const named = file.length > 0 ? undefined : (environment?.files ?? config?.files);
  const paths = [...(named ?? []), ...(config?.consents === undefined ? [] : [config.consents])];
  const given = file.length > 0 || named !== undefined ? file : [DEFAULT_FILE];
  return {
    patterns: [...given, ...paths.map(({ pattern }) => pattern)],
    places: new Map(paths.map(({ pattern, at }) => [pattern, at])),
  };
}

/** The part of the load input that the config determines. @param cwd absolute. */
export function configInput(
  { config, environment }: Project,
  cwd: string,
): Pick<LoadInput, 'environment' | 'environments' | 'consents' | 'defaultOwner'> {
  return {
    environment: environment?.name,
    environments: [...(config?.environments.keys() ?? [])],
    consents: config?.consents && resolve(cwd, config.consents.pattern),
    defaultOwner: config?.owner?.name,
  };
}

/** Files of API7's ADC by gateway group, from the config. */
export function gatewaysIn({ config }: Project): ReadonlyMap<string, readonly string[]> {
  const groups = [...(config?.gateways ?? [])];
  return new Map(groups.map(([name, paths]) => [name, paths.map(({ pattern }) => pattern)]));
}

/** The address of a portal. */
export interface Address {
  readonly server: string;
  /** Undefined if only the files name it. */
  readonly portal: string | undefined;
}

/**
 * Refuses a portal that two environments share, as far as adc knows without a request.
 * @param serverOf returns the address of another environment, if it is known.
 * @throws InvalidConfig with the places of both environments.
 */
export function refuseShared(
  { config }: Project,
  environment: Environment,
  target: Address,
  serverOf: (name: string) => string | undefined = () => undefined,
): void {
  const other = [...(config?.environments.values() ?? [])].find(({ name, server, portal, files }) => {
    const address = serverOf(name) ?? server;
    const otherPortal = portal ?? (files === undefined ? target.portal : undefined);
    const isSameServer = address !== undefined && sameAddress(address, target.server);
    return name !== environment.name && isSameServer && otherPortal === target.portal;
  });
  if (other !== undefined) throw sharedPortal(environment, other);
}

/** The error for two environments with the same portal of the same server. */
export function sharedPortal({ name, at }: Environment, other: Environment): InvalidConfig {
  return new InvalidConfig([
    diagnostic('environments-share-a-portal', {
      message: `the environments "${other.name}" and "${name}" are the same portal of the same server`,
      hint: 'Correct the addresses or the portals: each sync would undo the other. adc sent nothing.',
      location: at([], 'key'),
      related: [{ message: 'the other one', location: other.at([], 'key') }],
    }),
  ]);
}
