import { displayWidth } from '../lib/display-width.ts';
import type { ExecuteInput } from '../execute/execute.ts';
import { progressLine } from '../report/outcome-words.ts';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { hiddenIn } from '../lib/hidden-texts.ts';
import { isInside, shownName } from '../load/file-name.ts';
import { diagnosticsText } from '../report/diagnostics-text.ts';
import { type Page, NO_COLOURS, wrapped } from '../report/page.ts';
import type { Report, ReportName } from '../report/report.ts';
import { ioWith, type Format, type Io } from './io.ts';
import { DOCUMENTS, type OutputOptions } from './output.ts';

/** What a command has to say when it ends. */
export type Ending<Name extends ReportName = ReportName> = Omit<Report<Name>, 'command'>;

/** Where answers go: standard output gets the answer alone, standard error everything else (docs/design/contract.md §3). */
export interface Reporter<Name extends ReportName = ReportName> {
  readonly format: Format;
  /** The line at the bottom of a terminal; undefined where there is none. */
  readonly live: LiveLine | undefined;
  /** The process, whose standard error goes around the live line. */
  readonly io: Io;
  /** A line about what is going on; silent with `--verbose 0`. */
  progress(line: string): void;
  /** Prints a line that is not part of the result, in every case. */
  tell(line: string): void;
  /** The plan that is about to be judged and carried out, for people, who read it before; `end` does not repeat it. */
  showPlan(report: Pick<Report, 'plan' | 'refused' | 'permits' | 'consent' | 'diagnostics'>): void;
  end(ending: Ending<Name>): void;
}

/** Columns where there is no terminal that has any: what a page of a CI log shows. */
const NO_TERMINAL = 120;
const NARROWEST = 40;

/** Commands whose own text is the whole answer: nothing is loaded that draws plans. */
const TEXT_ONLY: ReadonlySet<ReportName> = new Set([
  'lint',
  'validate',
  'render',
  'ping',
  'init',
  'dump',
  'restore',
  'undo',
]);

export async function reporter(command: ReportName, options: OutputOptions, process: Io): Promise<Reporter> {
  const { format = 'text' } = process;
  const drawn = format !== 'text' || !TEXT_ONLY.has(command) ? await import('./rendered.ts') : undefined;
  const render = await drawn?.rendererOf(format);
  const live = liveLine(process, options);
  const io = live?.io ?? process;
  const page = await pageOf(options, io);
  const errPage = await pageOf(options, { colour: io.errColour ?? false, columns: io.errColumns });
  const hidesImpact = options.subscribers === 'none';
  let shown = false;
  const hide = (text: string): string => io.hidden?.hide(text) ?? text;
  const tell = (line: string): void => io.err(`${wrapped(hide(line), errPage.wrapAt, '  ').join('\n')}\n`);
  return {
    format,
    live,
    io,
    tell,
    progress: (line) => {
      if (options.verbose?.showsProgress !== false) tell(line);
    },
    showPlan: (shownFirst) => {
      const { plan, diagnostics = [], ...report } = hiddenIn(shownFirst, hide);
      if (DOCUMENTS.has(format) || plan === undefined || drawn === undefined) return;
      if (format === 'text') io.err(diagnosticsText(diagnostics, errPage));
      io.out(drawn.planText(plan, { ...report, hidesImpact }, page));
      shown = true;
    },
    end: (ending) => {
      live?.end();
      const report = hiddenIn({ command, hidesImpact, ...ending }, hide);
      if (format === 'text' && !shown) io.err(diagnosticsText(report.diagnostics ?? [], errPage));
      io.out(render?.(report, page, annotatedFile(io)) ?? report.text ?? '');
    },
  };
}

/** A stream that may be a terminal. */
interface Screen {
  readonly colour: boolean;
  readonly columns?: (() => number | undefined) | undefined;
}

/** What text is written on: the terminal, or what stands in for one. Colours are loaded where they can be seen. */
export async function pageOf({ color, verbose }: OutputOptions, { colour, columns }: Screen): Promise<Page> {
  const isColoured = colour && color;
  const terminal = columns?.();
  const widthOf = (given: number): number => Math.max(NARROWEST, given);
  return {
    paints: isColoured ? (await import('../report/colours.ts')).COLOURS : NO_COLOURS,
    width: widthOf(terminal ?? NO_TERMINAL),
    wrapAt: widthOf(terminal ?? Infinity),
    namesAll: verbose?.namesAll === true,
  };
}

/** How annotations name a file: from the root of the repository, where GitHub looks for it. */
function annotatedFile({ env, cwd }: Pick<Io, 'env' | 'cwd'>): (file: string) => string {
  const { GITHUB_WORKSPACE: workspace = '' } = env;
  if (workspace === '') return (file) => file;
  const [root, folder] = [realOf(workspace), realOf(cwd)];
  return (file) => {
    const path = resolve(folder, file);
    return file.startsWith('<') || !isInside(root, path) ? file : shownName(path, root);
  };
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/**
 * A line at the bottom of the terminal that is rewritten in place (docs/design/contract.md §7); nothing where there is no
 * terminal.
 */
export interface LiveLine {
  /** The same process, whose standard error goes around the line: its output stays above the line. */
  readonly io: Io;
  /** Puts a printable text in the place of the line. */
  show(text: string): void;
  /** Takes the line away. */
  end(): void;
}

/** To the first column, and away with what stands there. */
const WIPE = '\r\u001b[2K';

/** The line of a terminal; undefined where lines can't, or should not, be rewritten (docs/design/contract.md §3.2). */
function liveLine(io: Io, { color, verbose }: OutputOptions): LiveLine | undefined {
  const columns = io.errColumns;
  if (io.errColour !== true || columns === undefined || columns() === undefined) return undefined;
  if (!color || verbose?.showsProgress !== true || io.env['TERM'] === 'dumb') return undefined;
  let shown = '';
  const put = (text: string): void => {
    const line = fitting(io.hidden?.hide(text) ?? text, (columns() ?? 0) - 1);
    if (shown !== '' || line !== '') io.err(WIPE.repeat(shown === '' ? 0 : 1) + line);
    shown = line;
  };
  const around = (text: string): void => {
    const line = shown;
    put('');
    io.err(text);
    put(line);
  };
  return { io: ioWith(io, { err: around }), show: put, end: () => put('') };
}

/** As much of a text as a line of that many columns can hold, so that it never takes a second one. */
function fitting(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const chars = Array.from(text);
  while (chars.length > 0 && displayWidth(chars.join('')) > columns - 1) chars.pop();
  return chars.length === 0 ? '' : `${chars.join('')}…`;
}

type Listeners = Required<Pick<ExecuteInput, 'onOutcome' | 'onProgress'>>;

/**
 * What to tell while a plan is carried out: one line a step as it ends; on a terminal one live line with how many steps
 * run and wait, and a line that stays for each that failed (docs/design/contract.md §7).
 */
export function progress(say: (line: string) => void, live: LiveLine | undefined): Listeners {
  let last = '';
  return {
    onOutcome: (outcome, ended, all) => {
      last = progressLine(outcome, ended, all);
      if (live === undefined || outcome.status === 'failed') say(last);
    },
    onProgress: ({ ended, running, waiting }) => {
      const words = last.replace(/^\[\d+\/\d+\] /, '');
      const counts = `[${ended}/${ended + running + waiting}] ${running} running, ${waiting} waiting`;
      live?.show(words === '' ? counts : `${counts}; ${words}`);
    },
  };
}
