import { hiddenIn } from '../lib/hidden-texts.ts';
import { UsageError } from '../model/errors.ts';
import { diagnosticsText } from '../report/diagnostics-text.ts';
import { githubReport } from '../report/github-report.ts';
import { jsonReport } from '../report/json-report.ts';
import { markdownReport } from '../report/markdown-report.ts';
import type { Page } from '../report/page.ts';
import { NO_COLOURS } from '../report/paints.ts';
import { planText } from '../report/plan-text.ts';
import type { Report } from '../report/report.ts';
import { textReport } from '../report/text-report.ts';
import { wrapped } from '../report/wrapped.ts';
import { annotatedFile } from './annotated-file.ts';
import { DOCUMENTS, FORMATS, type Format } from './formats.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';

/** What a command has to say when it ends. */
export type Ending = Omit<Report, 'command'>;

/** Where answers go: standard output gets the answer alone, standard error everything else (contract §3). */
export interface Reporter {
  readonly format: Format;
  /** A line about what is going on; silent with `--verbose 0`. */
  progress(line: string): void;
  /** A line that is no part of the answer, and is said whatever happens. */
  tell(line: string): void;
  /** The plan that is about to be judged and carried out, for people, who read it before; `end` does not repeat it. */
  showPlan(report: Pick<Report, 'plan' | 'refused' | 'consent' | 'diagnostics'>): void;
  end(ending: Ending): void;
}

/** Columns where there is no terminal that has any: what a page of a CI log shows. */
const NO_TERMINAL = 120;
const NARROWEST = 40;

/** @throws UsageError for an unknown format. */
export async function reporter(command: string, flags: Flags, io: Io): Promise<Reporter> {
  const format = formatOf(flags);
  const page = await pageOf(flags, io);
  const errPage = await pageOf(flags, { colour: io.errColour ?? false, columns: io.errColumns });
  let shown = false;
  const hide = (text: string): string => io.hidden?.hide(text) ?? text;
  const tell = (line: string): void => io.err(`${wrapped(hide(line), errPage.wrapAt, '  ').join('\n')}\n`);
  return {
    format,
    tell,
    progress: (line) => {
      if (flags['verbose'] !== '0') tell(line);
    },
    showPlan: (shownFirst) => {
      const { plan, refused, consent, diagnostics = [] } = hiddenIn(shownFirst, hide);
      if (DOCUMENTS.has(format) || plan === undefined) return;
      if (format === 'text') io.err(diagnosticsText(diagnostics, errPage));
      io.out(planText(plan, { refused, consent }, page));
      shown = true;
    },
    end: (ending) => {
      const report = hiddenIn({ command, ...ending }, hide);
      if (format === 'text' && !shown) io.err(diagnosticsText(report.diagnostics ?? [], errPage));
      io.out(rendered(report, format, page, annotatedFile(io)));
    },
  };
}

/** A report in a format, by one pure function each; in `text` diagnostics are not part of the answer. */
export function rendered(
  report: Report,
  format: Format,
  page: Page,
  fileOf?: (file: string) => string,
): string {
  switch (format) {
    case 'text':
      return textReport(report, page);
    case 'json':
      return jsonReport(report);
    case 'markdown':
      return markdownReport(report);
    case 'github':
      return githubReport(report, fileOf) + textReport(report, page);
  }
}

/** A stream that may be a terminal. */
interface Screen {
  readonly colour: boolean;
  readonly columns?: (() => number | undefined) | undefined;
}

/** What text is written on: the terminal, or what stands in for one. Colours are loaded where they can be seen. */
export async function pageOf(flags: Flags, { colour, columns }: Screen): Promise<Page> {
  const isColoured = colour && flags['color'] !== false;
  const terminal = columns?.();
  const widthOf = (given: number): number => Math.max(NARROWEST, given);
  return {
    paints: isColoured ? (await import('../report/colours.ts')).COLOURS : NO_COLOURS,
    width: widthOf(terminal ?? NO_TERMINAL),
    wrapAt: widthOf(terminal ?? Infinity),
    namesAll: flags['verbose'] === '2',
  };
}

function formatOf(flags: Flags): Format {
  const wanted = flags['format'] ?? 'text';
  const found = FORMATS.find((format) => format === wanted);
  if (found === undefined) throw new UsageError(`--format must be one of ${FORMATS.join(', ')}`);
  return found;
}
