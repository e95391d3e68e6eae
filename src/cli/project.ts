import { join, relative, resolve, sep } from 'node:path';
import {
  configInput,
  DEFAULT_FILE,
  environmentOf,
  gatewaysIn,
  patternsOf,
  readConfig,
  type Project,
} from '../api/project.ts';
import { groupBy } from '../lib/lists.ts';
import { printable } from '../lib/printable.ts';
import type { Files } from '../load/files.ts';
import type { LoadInput } from '../load/load.ts';
import { isSecretVariable, type Config, type Environment, type Variables } from '../model/config.ts';
import { diagnostic, hasErrors } from '../model/diagnostic.ts';
import { InvalidConfig, UsageError } from '../model/errors.ts';
import { isOwnerName } from '../model/ownership.ts';
import { isPipeline, todayOf, type Io } from './io.ts';
import { duration, group, list, optional, text, type OptionSpec, type Values } from './options.ts';

/** The value of `--env` that means all environments, one after the other. */
export const ALL = 'all';

export const PROJECT = group('Environments:', {
  config: text('--config <path>', 'config file', { fallback: 'adc.config.yaml', env: 'ADC_CONFIG' }),
  environment: text('--env <name>', 'environment of the config', { env: 'ADC_ENV' }),
});

/** The option `--env` of a command that supports `--env all`. */
export const EACH_ENVIRONMENT = group('Environments:', {
  environment: text('--env <name>', 'environment of the config, or all', { env: 'ADC_ENV' }),
});

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
  // Without a config, ADC_ENV is an ordinary variable, which product files may use.
  if (name === undefined || (config === undefined && !isFlag))
    return { config, environment: undefined, isForAll: false };
  if (config === undefined || config.environments.size === 0)
    throw new UsageError(`--env is ${JSON.stringify(name)}, and no environments are declared`, {
      hint: 'Declare them under "environments" in adc.config.yaml.',
    });
  const isForAll = name === ALL;
  return { config, environment: isForAll ? undefined : environmentOf(config, name), isForAll };
}

/**
 * The named config, or that of the working directory, if there is one.
 * @param files the file system to read from (default: the disk).
 * @throws InvalidConfig for an invalid config.
 */
export async function configOf(
  config: string | undefined,
  io: Io,
  files?: Files,
): Promise<Config | undefined> {
  const { cwd, env } = io;
  const input = { cwd, config, files, refuseOutside: isPipeline(env['CI']) };
  const { value, diagnostics } = await readConfig(input);
  if (hasErrors(diagnostics)) throw new InvalidConfig(diagnostics);
  for (const { message, location } of files === undefined ? diagnostics : []) {
    const place = location === undefined ? '' : `${printable(location.file)}:${location.line}: `;
    io.err(`warning: ${place}${message}\n`);
  }
  return value;
}

/**
 * The environment of a run; undefined if the config declares none.
 * @throws UsageError if the config declares environments, and none was chosen.
 */
export function chosenEnvironment({ config, environment, isForAll }: Project): Environment | undefined {
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

export const allowSecretVariable = list(
  '--allow-secret-variable <name...>',
  'fill ${NAME} even if the name looks like a secret',
);

const variables = list('--var <name=value>', 'value for ${NAME} in product files');

export const variable: OptionSpec<Variables> = {
  ...variables,
  read: (given) => new Map(variables.read(given).map((one) => [nameIn(one), { value: valueIn(one) }])),
};

/** Product files and their variables. */
export const FILES = group('Files:', {
  file: list('-f, --file <path...>', 'product files, directories, globs, or - for standard input', {
    fallback: DEFAULT_FILE,
  }),
  owner: ownerOption('owner of files that declare none', { env: 'ADC_OWNER' }),
  variable,
  allowSecretVariable,
});

/** Files of API7's ADC (docs/design/contract.md §17). */
export const GATEWAYS = group('Files:', {
  gateway: list(
    '--gateway <group=file>',
    "file or glob of API7's ADC that declares services of a gateway group",
  ),
});

/** The wait for services that only files of API7's ADC declare. */
export const WAIT = group('Files:', {
  waitForServices: optional(
    duration('--wait-for-services <time>', 'wait for services that the gateway lacks', { fallback: '' }),
    '0s',
  ),
});

function nameIn(text: string): string {
  const name = /^([A-Za-z_]\w*)=/.exec(text)?.[1];
  if (name !== undefined) return name;
  // The message omits the text, which may contain a secret.
  throw new UsageError('--var must be NAME=value', { hint: 'A name has letters, digits and underscores.' });
}

const valueIn = (text: string): string => text.slice(text.indexOf('=') + 1);

/** The option `--owner`. @throws UsageError for an invalid owner. */
export function ownerOption(
  about: string,
  shown?: Pick<OptionSpec<unknown>, 'env' | 'fallback'>,
): OptionSpec<string | undefined> {
  const owners = text('--owner <name>', about, shown);
  const read: typeof owners.read = (given) => {
    const owner = owners.read(given);
    if (owner === undefined || isOwnerName(owner)) return owner;
    throw new UsageError(`--owner or ADC_OWNER is ${JSON.stringify(owner)}, which is not a valid owner`, {
      hint: 'An owner has 1 to 60 lowercase letters and digits, and `-`, `.` or `_` inside.',
    });
  };
  return { ...owners, read };
}

/** Files and globs by gateway group. @throws UsageError for a text that is not GROUP=FILE. */
export function gatewaysOf(given: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const pairs = given.map((one) => {
    const [, name = '', file = ''] = /^([^=]+)=(.+)$/s.exec(one) ?? [];
    if (name.trim() !== '' && file.trim() !== '' && file !== '-') return { name, file };
    throw new UsageError(`--gateway is ${JSON.stringify(one)}; it must be GROUP=FILE`, {
      hint: "For example --gateway default=gateway/adc.yaml, with a file of API7's ADC.",
    });
  });
  const groups = [...groupBy(pairs, ({ name }) => name)];
  return new Map(groups.map(([name, files]) => [name, files.map(({ file }) => file)]));
}

type FileOptions = Pick<Values<typeof FILES>, 'file' | 'owner' | 'allowSecretVariable' | 'variable'> &
  Partial<Values<typeof GATEWAYS>>;

/** The load input of a run. Reading the files limits the memory of V8. */
export function fileInput(options: FileOptions, io: Io, project: Project): LoadInput {
  const { file, owner, allowSecretVariable: allowed, variable: flags, gateway = [] } = options;
  const { environment } = project;
  const { cwd, env, readStdin, redactor } = io;
  const guard: LoadInput['guard'] = {
    refuses: (name) => isSecretVariable(name) && !allowed.includes(name),
    holdsToken: (value) => redactor?.hasSecret(value) ?? false,
  };
  refuseOtherOwner(owner, project);
  return {
    ...patternsOf(file, project),
    cwd,
    gateways: gateway.length > 0 ? gatewaysOf(gateway) : gatewaysIn(project),
    env,
    variables: new Map([...(environment?.variables ?? []), ...flags]),
    ...configInput(project, cwd),
    readStdin,
    guard,
    refuseOutside: isPipeline(env['CI']),
    owner,
    today: todayOf(io),
    afterDocument: smallHeap(),
  };
}

/** Refuses a config of another owner: `--owner` limits a pipeline to its products (docs/design/contract.md §10). */
function refuseOtherOwner(given: string | undefined, { config }: Project): void {
  if (given === undefined || config?.owner === undefined || config.owner.name === given) return;
  const { name, at } = config.owner;
  throw new InvalidConfig([
    diagnostic('owner-mismatch', {
      message: `the config declares the owner "${name}", and --owner or ADC_OWNER is "${given}"`,
      hint: 'Run adc without --owner and ADC_OWNER, or with the config of this owner.',
      location: at,
    }),
  ]);
}

/**
 * The path of the schema in the installed package, for the product files of a directory. Editors resolve it from that
 * directory.
 * @param folder the directory of the files, relative to the project or absolute.
 * @param project an absolute path.
 */
export function schemaAddress(project: string, folder: string): string {
  const schema = join(project, 'node_modules', 'adc-products', 'schemas', 'api-products.schema.json');
  const path = relative(resolve(project, folder), schema).split(sep).join('/');
  return path.startsWith('node_modules') ? `./${path}` : path;
}

/** Bytes of OpenAPI documents above which memory matters more than the CPU time of garbage collection. */
const LARGE_INPUT = 2 * 1024 * 1024;

/** Growth of the heap before the next garbage collection, in percent of the used memory: a quarter of the default. */
const GROWTH = '20';

/**
 * Returns a function that counts the read bytes, and limits the heap of V8 above 2 MiB. Without the limit, the garbage
 * of large documents, which adc needs one at a time, is several times the used memory.
 *
 * Gain: `adc lint` of 24 OpenAPI documents of 1.8 MB takes 129 instead of 149 MiB, for 4 % more CPU (best of 3, Node.js
 * 20).
 */
function smallHeap(): (bytes: number) => void {
  let read = 0;
  return (bytes) => {
    const wasLarge = read >= LARGE_INPUT;
    read += bytes;
    if (!wasLarge && read >= LARGE_INPUT) keepHeapSmall();
  };
}

/** Sets the limit, and runs a garbage collection, after which it applies. */
function keepHeapSmall(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
  setFlagsFromString('--expose-gc');
  const collect: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
