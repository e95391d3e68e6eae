import type { Redactor } from '../lib/redaction.ts';
import type { Outcome } from '../model/plan.ts';

/** Output formats (docs/design/contract.md §3). */
export const FORMATS = ['text', 'json', 'markdown', 'github'] as const;

/** Output formats of `diff`, the only command that writes a page. */
export const DIFF_FORMATS = [...FORMATS, 'html'] as const;

export type Format = (typeof DIFF_FORMATS)[number];

/** The process. It is a parameter, so that tests can observe all input and output. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** @param most bytes after which reading stops; the result may be slightly longer. */
  readonly readStdin: (most: number) => Promise<Uint8Array>;
  /** Whether standard output gets colours: on a terminal, or with `FORCE_COLOR`. */
  readonly colour: boolean;
  /** Whether a person can be asked: standard input and standard error are a terminal. */
  readonly interactive: boolean;
  /** Columns of standard output; undefined if it is not a terminal. */
  readonly columns?: () => number | undefined;
  /** Whether standard error gets colours. The cursor moves only if it also has columns. */
  readonly errColour?: boolean;
  /** Columns of standard error; undefined if it is not a terminal. */
  readonly errColumns?: () => number | undefined;
  /** The day in UTC, as `2026-12-07` (default: from the system clock). */
  readonly today?: string | undefined;
  /** Asks on standard error; true only for an explicit yes. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP; `reason` is the name of the signal. */
  readonly signal: AbortSignal;
  /** Runs another command line in this process: main() sets it, for `adc demo`. */
  readonly run?: (argv: readonly string[], io: Io) => Promise<number>;
  /** The output format (default: text), set by main(). */
  readonly format?: Format;
  /** Secrets that no output may contain, such as the token in use; set by main(). */
  readonly redactor?: Redactor;
}

/** A copy of the process with other parts. Getters of the parts are not evaluated. */
export function ioWith(io: Io, parts: Partial<Io>): Io {
  return Object.create(io, Object.getOwnPropertyDescriptors(parts)) as Io;
}

/** The day in UTC, as `2026-12-07`. */
export function todayOf({ today = new Date().toISOString().slice(0, 10) }: Io): string {
  return today;
}

/**
 * Whether a stream gets colours: NO_COLOR wins, then FORCE_COLOR, which CI sets for colours in its log, then whether
 * it is a terminal.
 */
export function isColoured(env: Io['env'], isTerminal: () => boolean): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = env;
  if (NO_COLOR !== '') return false;
  return FORCED.get(FORCE_COLOR) ?? (TERM !== 'dumb' && isTerminal());
}

const FORCED: ReadonlyMap<string, boolean> = new Map([
  ...['1', '2', '3', 'true'].map((value) => [value, true] as const),
  ...['0', 'false'].map((value) => [value, false] as const),
]);

/** Whether CI is set: pipelines set it to `true` or to their name; `false`, `0` and `no` mean no. */
export function isPipeline(CI: string | undefined): boolean {
  return CI !== undefined && !['', 'false', '0', 'no'].includes(CI.toLowerCase());
}

/**
 * The name of the command in a command line: the first word, or the word after `help`. The command may not exist.
 * Undefined if there is no such word.
 */
export function commandOf([first, second]: readonly string[]): string | undefined {
  const word = first === 'help' || first === '--' ? second : first;
  return word?.startsWith('-') === true ? undefined : word;
}

/** Exit codes of docs/design/contract.md §4. */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  partly: 3,
  refused: 4,
  outdated: 5,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of an interrupted run. @param signal of Io. */
export function interruptCode(signal: AbortSignal): number {
  return signal.reason === 'SIGTERM' || signal.reason === 'SIGHUP' ? EXIT.terminated : EXIT.interrupted;
}

/** The exit code of an applied plan; never success after a bug in adc. */
export function exitCodeOf(outcomes: readonly Outcome[], bug?: unknown): number {
  const hasNoBug = bug === undefined;
  if (hasNoBug && outcomes.every(({ status }) => status === 'done')) return EXIT.done;
  if (outcomes.some(wrote)) return EXIT.partly;
  return hasNoBug && outcomes.some(({ refused }) => refused === true) ? EXIT.refused : EXIT.failed;
}

/**
 * Whether a step wrote or may have written: a failed write may have been applied, unless the server or a safety rule
 * refused it.
 */
function wrote({ status, wrote }: Outcome): boolean {
  return status === 'done' || wrote === true;
}
