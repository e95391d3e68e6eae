import { printable } from '../lib/printable.ts';
import type { Diagnostic, Location, Related } from '../model/diagnostic.ts';
import { codeFrame } from './code-frame.ts';
import type { Page } from './page.ts';
import type { Paint } from './paints.ts';
import { shownDiagnostics } from './shown-diagnostics.ts';
import { wrapped } from './wrapped.ts';

/**
 * Diagnostics as people read them: what is wrong, where, the line with a caret, what to do, and at the end how many
 * there are (docs/design/contract.md §2). An empty text for none. All words of files are made printable
 * (docs/design/contract.md §9).
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], page: Paper): string {
  if (diagnostics.length === 0) return '';
  const { all, shown } = shownDiagnostics(diagnostics);
  const blocks = shown.map((one) => block(one, page));
  return [...blocks, `${countsText(all, shown.length)}\n`].join('\n');
}

type Paper = Pick<Page, 'paints' | 'wrapAt'>;

function block({ code, severity, message, hint, location, related }: Diagnostic, paper: Paper): string {
  const paint = paper.paints[severity];
  const lines = [
    ...titleLines(`${severity}[${code}]`, message, paint, paper),
    ...(location === undefined ? [] : placeLines(location, paint, paper)),
    ...(related ?? []).flatMap((one) => relatedLines(one, paper)),
    ...(hint === undefined ? [] : remarkLines('hint:', hint, paper)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function titleLines(
  label: string,
  message: string,
  paint: Paint,
  { paints, wrapAt }: Paper,
): readonly string[] {
  const [first = '', ...others] = wrapped(`${label}: ${printable(message)}`, wrapAt, '  ');
  const title = `${paints.bold(paint(label))}${paints.bold(first.slice(label.length))}`;
  return [title, ...others.map((line) => paints.bold(line))];
}

function relatedLines({ message, location }: Related, paper: Paper): readonly string[] {
  return [...remarkLines('note:', message, paper), ...placeLines(location, paper.paints.info, paper)];
}

function remarkLines(label: string, text: string, { paints, wrapAt }: Paper): readonly string[] {
  const start = `  ${label} `;
  const [first = '', ...others] = wrapped(`${start}${printable(text)}`, wrapAt, ' '.repeat(start.length));
  return [`  ${paints.dim(label)} ${first.slice(start.length)}`, ...others];
}

function placeLines(location: Location, paint: Paint, { paints, wrapAt }: Paper): readonly string[] {
  const place = `${printable(location.file)}:${location.line}:${location.column}`;
  const gutter = String(location.line);
  const frame = codeFrame(location, wrapAt - gutter.length - ' | '.length);
  const blank = ' '.repeat(gutter.length);
  const arrow = `${blank}${paints.dim('-->')} ${place}`;
  if (frame === undefined) return [arrow];
  const bar = paints.dim('|');
  return [
    arrow,
    `${paints.dim(gutter)} ${bar} ${frame.text}`,
    `${blank} ${bar} ${frame.indent}${paint(frame.carets)}`,
  ];
}

/** `3 errors, 1 warning in 2 files`, and how many of them are shown if that is not all. */
export function countsText(diagnostics: readonly Diagnostic[], shown: number): string {
  const counts = SEVERITIES.map(([severity, noun]) => ({
    noun,
    number: diagnostics.filter((one) => one.severity === severity).length,
  }));
  const parts = counts.filter(({ number }) => number > 0).map(({ number, noun }) => counted(number, noun));
  const files = new Set(diagnostics.flatMap(({ location }) => location?.file ?? []));
  const where = files.size === 0 ? '' : ` in ${counted(files.size, 'file')}`;
  return `${parts.join(', ')}${where}${shown < diagnostics.length ? ` (${shown} shown)` : ''}`;
}

const SEVERITIES = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'info'],
] as const;

const counted = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 || noun === 'info' ? '' : 's'}`;
