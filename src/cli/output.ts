import { UsageError } from '../model/errors.ts';
import { FORMATS, isPipeline, type Format, type Io } from './io.ts';
import { choice, flag, group, optional, text, type OptionSpec, type Values } from './options.ts';

/** Formats whose standard output is one document, written at the end. */
export const DOCUMENTS: ReadonlySet<Format> = new Set(['json', 'markdown', 'html']);

/** The meaning of `--verbose`. */
export interface Verbosity {
  /** Progress lines, and the live line. */
  readonly showsProgress: boolean;
  /** A line for each request. */
  readonly showsRequests: boolean;
  /** Full lists of names, and unmanaged products. */
  readonly namesAll: boolean;
}

const LEVELS = {
  '0': { showsProgress: false, showsRequests: false, namesAll: false },
  '1': { showsProgress: true, showsRequests: false, namesAll: false },
  '2': { showsProgress: true, showsRequests: true, namesAll: true },
} as const;

const level = choice(
  '--verbose <level>',
  'amount of detail: 0 hides progress, 2 adds requests, unmanaged products and full lists of names',
  ['0', '1', '2'],
  { fallback: '1' },
);
const verbose: OptionSpec<Verbosity> = { ...level, read: (given) => LEVELS[level.read(given)] };

/** main() reads `--format` before commander, since errors of the command line need it. */
export const FORMAT = group('Output:', {
  format: choice('--format <format>', 'output format', FORMATS, { fallback: 'text' }),
  color: flag('--no-color', 'disable colours (env: NO_COLOR)'),
});

export const OUTPUT = { ...FORMAT, ...group('Output:', { verbose }) };

/** Options of a command that prints a table. */
export const TABLE_OUTPUT = {
  ...OUTPUT,
  ...group('Output:', {
    format: choice('--format <format>', 'output format', ['text', 'json', 'csv'], { fallback: 'text' }),
  }),
};

/** Subscriber details in the impact of a plan (docs/design/contract.md §12.2). */
export const SUBSCRIBERS = group('Output:', {
  subscribers: optional(
    choice('--subscribers <detail>', 'subscriber details in the impact', ['names', 'counts', 'none'], {
      fallback: 'counts',
    }),
    'names on a terminal, else counts',
  ),
});

/** Whether a plan names subscribers. By default, it does only on a terminal, and never in the log of a pipeline. */
export function namesSubscribers(
  { subscribers }: Values<typeof SUBSCRIBERS>,
  { columns, env }: Pick<Io, 'columns' | 'env'>,
): boolean {
  if (subscribers !== undefined) return subscribers === 'names';
  return columns?.() !== undefined && !isPipeline(env['CI']);
}

/** The output options of a report. */
export type OutputOptions = Pick<Values<typeof OUTPUT>, 'color'> &
  Partial<Values<Omit<typeof OUTPUT, 'format'> & typeof SUBSCRIBERS>>;

/**
 * The option `-o` (docs/design/contract.md §3).
 * @param withoutIt a clause on how to get the result without a file.
 * @throws UsageError for a value that is no path in other programs: `-`, a format, or Terraform's `-out=FILE`.
 */
export function outputOption(about: string, withoutIt: string): OptionSpec<string | undefined> {
  const path = text('-o, --output <path>', about);
  const read: typeof path.read = (given) => {
    const output = path.read(given);
    const wrong = /^ut=|^(?:json|ya?ml|text|csv|table|wide|markdown|github|html)$/.exec(output ?? '')?.[0];
    if (wrong === 'ut=') throw new UsageError('-out is not an option', { hint: 'Pass -o FILE.' });
    if (wrong !== undefined)
      throw new UsageError(`"${wrong}" is a format; -o names a file or a directory`, {
        hint: `Choose a format with --format. A file or directory that is called ${wrong} is ./${wrong}.`,
      });
    if (output !== '-') return output;
    throw new UsageError('"-" is not a path; -o names a file or a directory', {
      hint: `Name a file; ${withoutIt}. A file that is called - is ./-.`,
    });
  };
  return { ...path, read };
}
