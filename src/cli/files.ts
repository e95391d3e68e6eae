import { configInput, DEFAULT_FILE, gatewaysIn, patternsOf, type Project } from '../api/project.ts';
import type { LoadInput } from '../load/load.ts';
import { groupBy } from '../lib/lists.ts';
import { diagnostic } from '../model/diagnostic.ts';
import { InvalidConfig, UsageError } from '../model/errors.ts';
import { isOwnerName } from '../model/ownership.ts';
import { isSecretVariable } from '../model/config.ts';
import { isPipeline, todayOf, type Io } from './io.ts';
import { duration, group, list, optional, text, type OptionSpec, type Values } from './options.ts';
import { variable } from './project.ts';
import { smallHeap } from './v8-flags.ts';

export const allowSecretVariable = list(
  '--allow-secret-variable <name...>',
  'fill ${NAME} even if the name looks like a secret',
);

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

/** For services that only those files declare. */
export const WAIT = group('Files:', {
  waitForServices: optional(
    duration('--wait-for-services <time>', 'wait for services that the gateway lacks', { fallback: '' }),
    '0s',
  ),
});

/** The option `--owner`. @throws UsageError for a text that cannot be an owner. */
export function ownerOption(
  about: string,
  shown?: Pick<OptionSpec<unknown>, 'env' | 'fallback'>,
): OptionSpec<string | undefined> {
  const any = text('--owner <name>', about, shown);
  const read: typeof any.read = (given) => {
    const owner = any.read(given);
    if (owner === undefined || isOwnerName(owner)) return owner;
    throw new UsageError(`--owner or ADC_OWNER is ${JSON.stringify(owner)}, which is not a valid owner`, {
      hint: 'An owner has 1 to 60 lowercase letters and digits, and `-`, `.` or `_` inside.',
    });
  };
  return { ...any, read };
}

/** Files and globs by gateway group. @throws UsageError for any other form than GROUP=FILE. */
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

/** The input of a run, with a limit on the memory of V8 while it reads the files. */
export function fileInput(options: FileOptions, io: Io, project: Project): LoadInput {
  const { file, owner, allowSecretVariable: allowed, variable: flags, gateway = [] } = options;
  const { environment } = project;
  const { cwd, env, readStdin, hidden } = io;
  const guard: LoadInput['guard'] = {
    refuses: (name) => isSecretVariable(name) && !allowed.includes(name),
    holdsToken: (value) => hidden?.holds(value) ?? false,
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

/** Refuses a config of another owner: an owner pins a pipeline to its products (docs/design/contract.md §10). */
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
