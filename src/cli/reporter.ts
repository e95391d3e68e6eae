import { Chalk, type ChalkInstance } from 'chalk';
import type { Diagnostic } from '../model/diagnostic.ts';
import { UsageError } from '../model/errors.ts';
import { diagnosticsText } from '../report/diagnostics-text.ts';
import { jsonReport, type JsonReport } from '../report/json-report.ts';
import type { Io } from './io.ts';
import type { Flags } from './settings.ts';

export type Format = 'text' | 'json';

export const FORMATS: readonly Format[] = ['text', 'json'];

/** What a command has to say when it ends; `text` is its answer for people. */
export interface Ending extends Omit<JsonReport, 'command'> {
  readonly text: string;
}

/** Where answers go: standard output gets the answer alone, standard error everything else (contract §3). */
export interface Reporter {
  readonly format: Format;
  readonly style: ChalkInstance;
  /** A line about what is going on; never part of the answer. */
  progress(line: string): void;
  /** An answer in parts, for people only. */
  say(text: string): void;
  end(ending: Ending): void;
}

/** @throws UsageError for an unknown format. */
export function reporter(command: JsonReport['command'], flags: Flags, io: Io): Reporter {
  const format = formatOf(flags);
  const style = new Chalk({ level: io.colour && flags['color'] !== false ? 1 : 0 });
  return {
    format,
    style,
    progress: (line) => io.err(`${line}\n`),
    say: (text) => {
      if (format === 'text') io.out(text);
    },
    end: ({ text, ...report }) => {
      if (format === 'json') io.out(jsonReport({ command, ...report }));
      else sayText(text, report.diagnostics ?? [], style, io);
    },
  };
}

function sayText(text: string, diagnostics: readonly Diagnostic[], style: ChalkInstance, io: Io): void {
  if (diagnostics.length > 0) io.err(diagnosticsText(diagnostics, style));
  io.out(text);
}

export function formatOf(flags: Flags): Format {
  const wanted = flags['format'] ?? 'text';
  const found = FORMATS.find((format) => format === wanted);
  if (found === undefined) throw new UsageError(`--format must be one of ${FORMATS.join(', ')}`);
  return found;
}
