import { resolve } from 'node:path';
import type { LoadInput } from '../load/load.ts';
import { environmentHint, sameAddress } from '../model/config.ts';
import { hasErrors } from '../model/diagnostic.ts';
import { InvalidConfig, UsageError } from '../model/errors.ts';
import { configInput, gatewaysIn, NO_PROJECT, patternsOf, refuseShared, type Project } from './project.ts';
import { readConfig } from './read-config.ts';
import type { ProjectOptions } from './sync-types.ts';

/** @throws InvalidConfig for its mistakes; UsageError for an environment that it does not declare, and for a missing one. */
export async function projectOf({
  cwd = '.',
  config: path,
  environment: name,
}: ProjectOptions): Promise<Project> {
  if (path === undefined) {
    if (name === undefined) return NO_PROJECT;
    throw new UsageError('environment was given without config', { hint: 'Name the file that declares it.' });
  }
  const { value: config, diagnostics } = await readConfig({ cwd: resolve(cwd), config: path });
  if (hasErrors(diagnostics) || config === undefined) throw new InvalidConfig(diagnostics);
  const known = [...config.environments.keys()];
  const environment = name === undefined ? undefined : config.environments.get(name);
  if (name !== undefined && environment === undefined)
    throw new UsageError(`there is no environment ${JSON.stringify(name)}`, {
      hint: environmentHint(name, known),
    });
  if (environment === undefined && known.length > 0)
    throw new UsageError('no environment was chosen', {
      hint: `environment is one of: ${known.join(', ')}.`,
    });
  return { config, environment, isForAll: false };
}

interface Given {
  readonly cwd: string;
  readonly files: readonly string[];
  readonly owner: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly gateways: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The load input of a run: options override the config, as for the commands. */
export function projectInput(project: Project, given: Given): Omit<LoadInput, 'guard' | 'readStdin'> {
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

interface Target {
  readonly server: string;
  /** From the options. */
  readonly portal?: string | undefined;
}

/**
 * The portal of a run: of the options, of the environment, or of the files.
 * @throws UsageError if the server or the portal is not that of the environment; InvalidConfig if two environments share it.
 */
export function portalOf(
  project: Project,
  { server, portal: given }: Target,
  named: string | undefined,
): string {
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
