import { readConfig, type Project } from '../api/project.ts';
import { environmentHint, type Config, type Environment, type Variables } from '../model/config.ts';
import { InvalidConfig, UsageError } from '../model/errors.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { Files } from '../load/files.ts';
import { isPipeline, type Io } from './io.ts';
import { group, list, text, type OptionSpec, type Values } from './options.ts';

/** The value of `--env` for all environments, one after the other. */
export const ALL = 'all';

export const PROJECT = group('Environments:', {
  config: text('--config <path>', 'config file', { fallback: 'adc.config.yaml', env: 'ADC_CONFIG' }),
  environment: text('--env <name>', 'environment of the config', { env: 'ADC_ENV' }),
});

/** Like PROJECT, for a command that supports `--env all`. */
export const EACH = group('Environments:', {
  environment: text('--env <name>', 'environment of the config, or all', { env: 'ADC_ENV' }),
});

const any = list('--var <name=value>', 'value for ${NAME} in product files');

export const variable: OptionSpec<Variables> = {
  ...any,
  read: (given) => new Map((given?.texts ?? []).map((one) => [nameIn(one), { value: valueIn(one) }])),
};

function nameIn(text: string): string {
  const name = /^([A-Za-z_]\w*)=/.exec(text)?.[1];
  if (name !== undefined) return name;
  // The message omits the text, which may have a secret.
  throw new UsageError('--var must be NAME=value', { hint: 'A name has letters, digits and underscores.' });
}

const valueIn = (text: string): string => text.slice(text.indexOf('=') + 1);

/**
 * Reads the config, if there is one.
 * @throws InvalidConfig for an invalid config; UsageError for an undeclared environment.
 */
export async function readProject(
  { config: named, environment: name }: Values<typeof PROJECT>,
  isFlag: boolean,
  io: Io,
): Promise<Project> {
  const config = await configOf(named, io);
  const known = [...(config?.environments.keys() ?? [])];
  // Without a config, ADC_ENV is an ordinary variable, which product files may use.
  if (name === undefined || (config === undefined && !isFlag))
    return { config, environment: undefined, isForAll: false };
  if (known.length === 0)
    throw new UsageError(`--env is ${JSON.stringify(name)}, and no environments are declared`, {
      hint: 'Declare them under "environments" in adc.config.yaml.',
    });
  const environment = config?.environments.get(name);
  if (environment === undefined && name !== ALL)
    throw new UsageError(`there is no environment ${JSON.stringify(name)}`, {
      hint: environmentHint(name, known),
    });
  return { config, environment, isForAll: name === ALL };
}

/** @param files the file system to read from (default: the disk). */
export async function configOf(
  config: string | undefined,
  io: Io,
  files?: Files,
): Promise<Config | undefined> {
  const { cwd, env } = io;
  const input = { cwd, config, files, refuseOutside: isPipeline(env['CI']) };
  const { value, diagnostics } = await readConfig(input);
  if (hasErrors(diagnostics)) throw new InvalidConfig(diagnostics);
  for (const { message } of files === undefined ? diagnostics : []) io.err(`warning: ${message}\n`);
  return value;
}

/**
 * The environment of a run; undefined if the config declares none. @throws UsageError if it declares some, and none
 * was chosen.
 */
export function chosen({ config, environment, isForAll }: Project): Environment | undefined {
  if (environment !== undefined || (config?.environments.size ?? 0) === 0) return environment;
  const names = [...(config?.environments.keys() ?? [])].join(', ');
  const message = isForAll
    ? 'this command works in one environment, and --env is all'
    : 'no environment was chosen';
  throw new UsageError(message, { hint: `Choose one with --env or ADC_ENV: ${names}.` });
}

/** The project in each environment, or only in the chosen one; the project itself if none is declared. */
export function inEach(project: Project): readonly Project[] {
  const all = [...(project.config?.environments.values() ?? [])];
  if (project.environment !== undefined || all.length === 0) return [project];
  return all.map((environment) => ({ ...project, environment }));
}
