import type { LoadInput } from '../load/load.ts';
import { groupBy } from '../lib/group-by.ts';
import { UsageError } from '../model/errors.ts';
import { isOwnerName } from '../model/ownership.ts';
import { isSecretVariable } from '../model/secret-variables.ts';
import { isPipeline, todayOf, type Io } from './io.ts';
import { duration, group, list, optional, text, type OptionSpec, type Values } from './options.ts';
import { smallHeap } from './v8-flags.ts';

export const DEFAULT_FILE = 'api-products.yaml';

export const allowSecretVariable = list(
  '--allow-secret-variable <name...>',
  'fill ${NAME} even if the name looks like a secret',
);

export const FILES = group('Files:', {
  file: list('-f, --file <path...>', 'product files, directories, globs, or - for standard input', {
    fallback: DEFAULT_FILE,
  }),
  owner: ownerOption('owner of files that declare none', { env: 'ADC_OWNER' }),
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

/** What `-f` names, or the default. */
export function patternsOf(file: readonly string[]): readonly string[] {
  return file.length === 0 ? [DEFAULT_FILE] : file;
}

/** Files and globs by gateway group. @throws UsageError for anything else than GROUP=FILE. */
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

/** The files that `-f` names, and a watch on the memory that reading them takes. */
export function fileInput(
  {
    file,
    owner,
    allowSecretVariable: allowed,
    gateway = [],
  }: Values<typeof FILES> & Partial<Values<typeof GATEWAYS>>,
  io: Io,
): LoadInput {
  const { cwd, env, readStdin, hidden } = io;
  const guard: LoadInput['guard'] = {
    refuses: (name) => isSecretVariable(name) && !allowed.includes(name),
    holdsToken: (value) => hidden?.holds(value) ?? false,
  };
  return {
    patterns: patternsOf(file),
    cwd,
    gateways: gatewaysOf(gateway),
    env,
    readStdin,
    guard,
    refuseOutside: isPipeline(env['CI']),
    owner,
    today: todayOf(io),
    afterDocument: smallHeap(),
  };
}
