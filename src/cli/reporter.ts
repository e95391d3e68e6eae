import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ExecuteInput } from '../execute/execute.ts';
import { redactedData } from '../lib/redaction.ts';
import { displayWidth } from '../lib/printable.ts';
import { isInside, shownName } from '../load/files.ts';
import { diagnosticsText } from '../report/diagnostics-text.ts';
import { progressLine } from '../report/outcome-words.ts';
import { NO_COLOURS, wrapped, type Page } from '../report/page.ts';
import type { Report, ReportName, TextOnly } from '../report/report.ts';
import { ioWith, type Format, type Io } from './io.ts';
import { DOCUMENTS, type OutputOptions } from './output.ts';

/** The report of a command at its end. */
export type Ending<Name extends ReportName = ReportName> = Omit<Report<Name>, 'command'>;

/**
 * The output of a command: standard output gets only the result, standard error everything else
 * (docs/design/contract.md §3).
 */
export interface Reporter<Name extends ReportName = ReportName> {
  readonly format: Format;
  /** The live line of a terminal; undefined without one. */
  readonly live: LiveLine | undefined;
  /** The process. Its standard error prints above the live line. */
  readonly io: Io;
  /** Prints a progress line; silent with `--verbose 0`. */
  progress(line: string): void;
  /** Prints a line that is not part of the result, even with `--verbose 0`. */
  tell(line: string): void;
  /** Prints the plan before it is applied; `end` does not repeat it. */
  showPlan(report: Pick<Report, 'plan' | 'refused' | 'permits' | 'consent' | 'diagnostics'>): void;
  end(ending: Ending<Name>): void;
}

/** Columns without a terminal, as in a CI log. */
const NO_TERMINAL = 120;
const NARROWEST = 40;

/** Commands without a plan in their text report, for which no renderer is loaded. */
const TEXT_ONLY: ReadonlySet<ReportName | TextOnly> = new Set([
  'lint',
  'validate',
  'render',
  'ping',
  'init',
  'dump',
  'restore',
  'undo',
]);

type Renderer = (report: Report, page: Page, fileOf?: (file: string) => string) => string;

/** The renderers of the formats, each loaded on request. In `text`, diagnostics are not part of the result. */
export const RENDERERS: Readonly<Record<Format, () => Promise<Renderer>>> = {
  text: async () => (await import('../report/text-report.ts')).textReport,
  json: async () => (await import('../report/json-report.ts')).jsonReport,
  markdown: async () => (await import('../report/markdown-report.ts')).markdownReport,
  html: async () => (await import('../report/html-report.ts')).htmlReport,
  github: async () => {
    const { githubReport } = await import('../report/github-report.ts');
    const { textReport } = await import('../report/text-report.ts');
    return (report, page, fileOf) => githubReport(report, fileOf) + textReport(report, page);
  },
};

export async function reporter(
  command: ReportName | TextOnly,
  options: OutputOptions,
  process: Io,
): Promise<Reporter> {
  const { format = 'text' } = process;
  const needsRenderer = format !== 'text' || !TEXT_ONLY.has(command);
  const render = needsRenderer ? await RENDERERS[format]() : undefined;
  const textRenderer =
    needsRenderer && !DOCUMENTS.has(format) ? await import('../report/text-report.ts') : undefined;
  const live = liveLine(process, options);
  const io = live?.io ?? process;
  const page = await pageOf(options, io);
  const errPage = await pageOf(options, { colour: io.errColour ?? false, columns: io.errColumns });
  const hidesImpact = options.subscribers === 'none';
  let isPlanShown = false;
  const redact = (text: string): string => io.redactor?.redact(text) ?? text;
  const tell = (line: string): void => io.err(`${wrapped(redact(line), errPage.wrapAt, '  ').join('\n')}\n`);
  return {
    format,
    live,
    io,
    tell,
    progress: (line) => {
      if (options.verbose?.showsProgress !== false) tell(line);
    },
    showPlan: (given) => {
      const { plan, diagnostics = [], ...report } = redactedData(given, redact);
      if (plan === undefined || textRenderer === undefined) return;
      if (format === 'text') io.err(diagnosticsText(diagnostics, errPage));
      io.out(textRenderer.planText(plan, { ...report, hidesImpact }, page));
      isPlanShown = true;
    },
    end: (ending) => {
      live?.end();
      const report = redactedData({ command, hidesImpact, ...ending }, redact);
      if (format === 'text' && !isPlanShown) io.err(diagnosticsText(report.diagnostics ?? [], errPage));
      io.out(render?.(report, page, annotatedFile(io)) ?? report.text ?? '');
    },
  };
}

/** A stream that may be a terminal. */
interface Screen {
  readonly colour: boolean;
  readonly columns?: (() => number | undefined) | undefined;
}

/** The page for text output: columns and colours of the terminal, or defaults. Colours are loaded only if visible. */
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

/**
 * Returns the file name for annotations: relative to the root of the repository, as GitHub expects. In a container,
 * GITHUB_WORKSPACE can be a path of the host: then the root is the work tree of the working directory.
 */
function annotatedFile({ env, cwd }: Pick<Io, 'env' | 'cwd'>): (file: string) => string {
  const { GITHUB_WORKSPACE: workspace = '' } = env;
  return (file) => {
    const folder = realPath(cwd);
    const path = resolve(folder, file);
    const roots = [...(workspace === '' ? [] : [realPath(workspace)]), workTree(folder)];
    const root = roots.find((one) => isInside(one, path));
    return file.startsWith('<') || root === undefined ? file : shownName(path, root);
  };
}

/** The nearest directory with `.git`, from the given one upwards; the given one if there is none. */
function workTree(folder: string): string {
  for (let one = folder; ; one = dirname(one)) {
    if (existsSync(join(one, '.git'))) return one;
    if (dirname(one) === one) return folder;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

/** A line at the bottom of a terminal, which adc rewrites in place (docs/design/contract.md §7). */
export interface LiveLine {
  /** The process. Its standard error prints above the line. */
  readonly io: Io;
  /** Replaces the line by a printable text. */
  show(text: string): void;
  /** Removes the line. */
  end(): void;
}

/** Moves to the first column, and clears the line. */
const WIPE = '\r\u001b[2K';

/** The live line; undefined if standard error is no terminal, or the options disable it (docs/design/contract.md §3.2). */
function liveLine(io: Io, { color, verbose }: OutputOptions): LiveLine | undefined {
  const columns = io.errColumns;
  if (io.errColour !== true || columns === undefined || columns() === undefined) return undefined;
  if (!color || verbose?.showsProgress !== true || io.env['TERM'] === 'dumb') return undefined;
  let shown = '';
  const put = (text: string): void => {
    const line = truncated(io.redactor?.redact(text) ?? text, (columns() ?? 0) - 1);
    if (shown !== '' || line !== '') io.err(WIPE.repeat(shown === '' ? 0 : 1) + line);
    shown = line;
  };
  const printAbove = (text: string): void => {
    const line = shown;
    put('');
    io.err(text);
    put(line);
  };
  return { io: ioWith(io, { err: printAbove }), show: put, end: () => put('') };
}

/** A text truncated to the columns of one line. */
function truncated(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const chars = Array.from(text);
  while (chars.length > 0 && displayWidth(chars.join('')) > columns - 1) chars.pop();
  return chars.length === 0 ? '' : `${chars.join('')}…`;
}

type Listeners = Required<Pick<ExecuteInput, 'onOutcome' | 'onProgress'>>;

/**
 * Prints progress while adc applies a plan: one line for each completed step. On a terminal, one live line with the
 * numbers of running and waiting steps, and a permanent line for each failed step (docs/design/contract.md §7).
 */
export function progress(print: (line: string) => void, live: LiveLine | undefined): Listeners {
  let last = '';
  return {
    onOutcome: (outcome, ended, all) => {
      last = progressLine(outcome, ended, all);
      if (live === undefined || outcome.status === 'failed') print(last);
    },
    onProgress: ({ ended, running, waiting }) => {
      const words = last.replace(/^\[\d+\/\d+\] /, '');
      const counts = `[${ended}/${ended + running + waiting}] ${running} running, ${waiting} waiting`;
      live?.show(words === '' ? counts : `${counts}; ${words}`);
    },
  };
}
