import type { ChalkInstance } from 'chalk';
import { printable } from '../lib/printable.ts';
import type { Diagnostic, Location, Related, Severity } from '../model/diagnostic.ts';
import { sortedDiagnostics } from '../model/sorted-diagnostics.ts';
import { codeFrame } from './code-frame.ts';

/**
 * Diagnostics as people read them: what is wrong, where, the line with a caret, what to do, and at the end how many
 * there are (contract §2). An empty text for none. All words of files are made printable (contract §9).
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], style: ChalkInstance): string {
  if (diagnostics.length === 0) return '';
  const blocks = sortedDiagnostics(diagnostics).map((one) => block(one, style));
  return [...blocks, `${countsText(diagnostics)}\n`].join('\n');
}

type Paint = (text: string) => string;

const paintOf = (severity: Severity, style: ChalkInstance): Paint =>
  ({ error: style.red, warning: style.yellow, info: style.cyan })[severity];

function block(
  { code, severity, message, hint, location, related }: Diagnostic,
  style: ChalkInstance,
): string {
  const paint = paintOf(severity, style);
  const lines = [
    `${style.bold(paint(`${severity}[${code}]`))}${style.bold(`: ${printable(message)}`)}`,
    ...(location === undefined ? [] : placeLines(location, paint, style)),
    ...(related ?? []).flatMap((one) => relatedLines(one, style)),
    ...(hint === undefined ? [] : [`  ${style.dim('hint:')} ${printable(hint)}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function relatedLines({ message, location }: Related, style: ChalkInstance): readonly string[] {
  return [`  ${style.dim('note:')} ${printable(message)}`, ...placeLines(location, style.cyan, style)];
}

function placeLines(location: Location, paint: Paint, style: ChalkInstance): readonly string[] {
  const place = `${printable(location.file)}:${location.line}:${location.column}`;
  const frame = codeFrame(location);
  const gutter = String(location.line);
  const blank = ' '.repeat(gutter.length);
  const arrow = `${blank}${style.blue('-->')} ${place}`;
  if (frame === undefined) return [arrow];
  const bar = style.blue('|');
  return [
    arrow,
    `${style.blue(gutter)} ${bar} ${frame.text}`,
    `${blank} ${bar} ${frame.indent}${paint(frame.carets)}`,
  ];
}

/** `3 errors, 1 warning in 2 files` */
export function countsText(diagnostics: readonly Diagnostic[]): string {
  const counts = SEVERITIES.map(([severity, noun]) => ({
    noun,
    number: diagnostics.filter((one) => one.severity === severity).length,
  }));
  const parts = counts.filter(({ number }) => number > 0).map(({ number, noun }) => counted(number, noun));
  const files = new Set(diagnostics.flatMap(({ location }) => location?.file ?? []));
  return `${parts.join(', ')}${files.size === 0 ? '' : ` in ${counted(files.size, 'file')}`}`;
}

const SEVERITIES = [
  ['error', 'error'],
  ['warning', 'warning'],
  ['info', 'info'],
] as const;

const counted = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 || noun === 'info' ? '' : 's'}`;
