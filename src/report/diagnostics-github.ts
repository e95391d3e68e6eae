import { printable } from '../lib/printable.ts';
import type { Diagnostic, Location, Severity } from '../model/diagnostic.ts';
import { countsText } from './diagnostics-text.ts';
import { shownDiagnostics } from './shown-diagnostics.ts';

/**
 * Diagnostics as annotations of a GitHub workflow run: one command a diagnostic, each on a line of its own, and at the
 * end how many there are. An empty text for none.
 */
export function diagnosticsGithub(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const { all, shown } = shownDiagnostics(diagnostics);
  return [...shown.map(annotation), countsText(all, shown.length)].map((line) => `${line}\n`).join('');
}

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function annotation({ code, severity, message, hint, location, related = [] }: Diagnostic): string {
  const properties = [...placeProperties(location), ['title', code]].map(propertyText);
  const notes = related.map((one) => `${one.message}: ${one.location.file}:${one.location.line}`);
  const text = [message, ...notes, ...(hint === undefined ? [] : [hint])].map(printable).join('\n');
  return `::${COMMANDS[severity]} ${properties.join(',')}::${escapedData(text)}`;
}

export function propertyText([name = '', value = '']: readonly string[]): string {
  return `${name}=${escapedProperty(value)}`;
}

/** GitHub counts lines and columns from 1 too, and takes the column after the last one as the end. */
export function placeProperties(location: Location | undefined): readonly (readonly string[])[] {
  if (location === undefined) return [];
  const { file, line, column, length } = location;
  const end = length === undefined ? [] : [['endColumn', String(column + length)]];
  return [['file', printable(file)], ['line', String(line)], ['col', String(column)], ...end];
}

/** What workflow commands take for themselves is written as in a URL; everything else as it is. */
export function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
