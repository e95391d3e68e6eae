import type { HiddenTexts } from '../lib/hidden-texts.ts';

/** How answers can be printed (docs/design/contract.md §3). */
export const FORMATS = ['text', 'json', 'markdown', 'github'] as const;

/** Those of `diff`, the only command that writes a page. */
export const DIFF_FORMATS = [...FORMATS, 'html'] as const;

export type Format = (typeof DIFF_FORMATS)[number];

/** The process as the program sees it: handed in, so that tests see all that was said. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** @param most bytes; where there are more, some more than that. */
  readonly readStdin: (most: number) => Promise<Uint8Array>;
  /** Whether standard output takes colours: a terminal, or where `FORCE_COLOR` says so. */
  readonly colour: boolean;
  /** Whether a person can be asked: standard input and standard error are a terminal. */
  readonly interactive: boolean;
  /** How many columns standard output has; left out, or gives undefined, where it is no terminal. */
  readonly columns?: () => number | undefined;
  /** Whether standard error takes colours; the cursor moves only where it has columns too. */
  readonly errColour?: boolean;
  /** How many columns standard error has; left out, or gives undefined, where it is no terminal. */
  readonly errColumns?: () => number | undefined;
  /** The day in UTC, as `2026-12-07`; left out, that of the system's clock. */
  readonly today?: string | undefined;
  /** Asks on standard error; true only for an explicit yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP; `reason` is the name of the signal. */
  readonly signal: AbortSignal;
  /** Runs another command line in this process: main() sets it, for `adc demo`. */
  readonly run?: (argv: readonly string[], io: Io) => Promise<number>;
  /** How answers are printed, `text` by default: main() sets it. */
  readonly format?: Format;
  /** The token in use, once it is known: main() sets it, and no output contains it. */
  readonly hidden?: HiddenTexts;
}

/** The same process with other parts; a part that is made when it is first asked for stays so. */
export function ioWith(io: Io, parts: Partial<Io>): Io {
  return Object.create(io, Object.getOwnPropertyDescriptors(parts)) as Io;
}

/** The day in UTC, as `2026-12-07`. */
export function todayOf({ today = new Date().toISOString().slice(0, 10) }: Io): string {
  return today;
}

/** Pipelines set CI to `true` or to a name of their own; `false`, `0` and `no` mean no. */
export function isPipeline(CI: string | undefined): boolean {
  return CI !== undefined && !['', 'false', '0', 'no'].includes(CI.toLowerCase());
}

/**
 * The command that a command line is about: its first word, since options stand after it, or the one after `help`. It need not
 * be one that there is; undefined where no word stands there.
 */
export function commandOf([first, second]: readonly string[]): string | undefined {
  const word = first === 'help' || first === '--' ? second : first;
  return word?.startsWith('-') === true ? undefined : word;
}
