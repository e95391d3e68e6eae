import { displayWidth, printable } from '../lib/printable.ts';
import { type Diagnostic, type Location, type Related, sortedDiagnostics } from '../model/diagnostic.ts';
import { type Page, type Paint, wrapped } from './page.ts';
import { plural } from './words.ts';

/**
 * Diagnostics as printable text (docs/design/contract.md §2, §9): message, place, code frame and hint of each, then
 * the counts. Empty without diagnostics.
 */
export function diagnosticsText(diagnostics: readonly Diagnostic[], layout: Layout): string {
  if (diagnostics.length === 0) return '';
  const { all, shown } = shownDiagnostics(diagnostics);
  const blocks = shown.map((one) => block(one, layout));
  return [...blocks, `${countsText(all, shown.length)}\n`].join('\n');
}

type Layout = Pick<Page, 'paints' | 'wrapAt'>;

function block({ code, severity, message, hint, location, related }: Diagnostic, layout: Layout): string {
  const paint = layout.paints[severity];
  const lines = [
    ...titleLines(`${severity}[${code}]`, message, paint, layout),
    ...(location === undefined ? [] : placeLines(location, paint, layout)),
    ...(related ?? []).flatMap((one) => relatedLines(one, layout)),
    ...(hint === undefined ? [] : remarkLines('hint:', hint, layout)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function titleLines(
  label: string,
  message: string,
  paint: Paint,
  { paints, wrapAt }: Layout,
): readonly string[] {
  const [first = '', ...others] = wrapped(`${label}: ${printable(message)}`, wrapAt, '  ');
  const title = `${paints.bold(paint(label))}${paints.bold(first.slice(label.length))}`;
  return [title, ...others.map((line) => paints.bold(line))];
}

function relatedLines({ message, location }: Related, layout: Layout): readonly string[] {
  return [...remarkLines('note:', message, layout), ...placeLines(location, layout.paints.info, layout)];
}

function remarkLines(label: string, text: string, { paints, wrapAt }: Layout): readonly string[] {
  const start = `  ${label} `;
  const [first = '', ...others] = wrapped(`${start}${printable(text)}`, wrapAt, ' '.repeat(start.length));
  return [`  ${paints.dim(label)} ${first.slice(start.length)}`, ...others];
}

function placeLines(location: Location, paint: Paint, { paints, wrapAt }: Layout): readonly string[] {
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

/** `3 errors, 1 warning in 2 files`, and `(200 shown)` if some are omitted. */
export function countsText(diagnostics: readonly Diagnostic[], shown: number): string {
  const parts = SEVERITIES.map((severity) => ({
    severity,
    number: diagnostics.filter((one) => one.severity === severity).length,
  }))
    .filter(({ number }) => number > 0)
    .map(({ number, severity }) => (severity === 'info' ? `${number} info` : plural(number, severity)));
  const files = new Set(diagnostics.flatMap(({ location }) => location?.file ?? []));
  const where = files.size === 0 ? '' : ` in ${plural(files.size, 'file')}`;
  return `${parts.join(', ')}${where}${shown < diagnostics.length ? ` (${shown} shown)` : ''}`;
}

const SEVERITIES = ['error', 'warning', 'info'] as const;

/** Maximum number of diagnostics in a text. */
const MAX_SHOWN = 200;
/** Maximum number of diagnostics in JSON. */
export const MAX_IN_JSON = 1000;

interface Shown {
  readonly all: readonly Diagnostic[];
  readonly shown: readonly Diagnostic[];
}

/** Diagnostics in the order of their places, at most `most`. Of too many diagnostics, errors are omitted last. */
export function shownDiagnostics(diagnostics: readonly Diagnostic[], most: number = MAX_SHOWN): Shown {
  const all = sortedDiagnostics(diagnostics);
  if (all.length <= most) return { all, shown: all };
  const bySeverity = SEVERITIES.flatMap((severity) => all.filter((one) => one.severity === severity));
  const shown = new Set(bySeverity.slice(0, most));
  return { all, shown: all.filter((one) => shown.has(one)) };
}

/** A line of a file with carets below the marked part. */
interface CodeFrame {
  readonly text: string;
  /** Spaces up to the carets. */
  readonly indent: string;
  readonly carets: string;
}

/** Maximum number of columns before and after the start of the marked part in a long line. */
const BEFORE = 50;
const AFTER = 60;
/** Number of measured UTF-16 units, more than fit: measuring a whole document on one line would be slow. */
const NEAR = 4 * BEFORE;
const ELLIPSIS = '…';
const TAB = '  ';

/**
 * The frame of a place; undefined if its line is unknown. Columns refer to the printable text.
 * @param room maximum columns of the line.
 */
export function codeFrame({ text, column, length = 1 }: Location, room = Infinity): CodeFrame | undefined {
  if (text === undefined) return undefined;
  const start = characterStart(text, Math.min(column - 1, text.length));
  const end = characterEnd(text, Math.min(start + length, text.length));
  const caretBehind = end === start ? 1 : 0;
  const fits = text.length <= NEAR && displayWidth(shown(text)) + caretBehind <= room;
  const most = fits ? BEFORE : Math.min(BEFORE, Math.floor(room / 2));
  const near = Array.from(text.slice(Math.max(0, start - NEAR), start)).toReversed();
  const isShort = unitsWithin(near, most + ELLIPSIS.length) === start;
  const from = isShort ? 0 : start - unitsWithin(near, most);
  const before = `${from > 0 ? ELLIPSIS : ''}${shown(text.slice(from, start))}`;
  const rest = fits ? AFTER : Math.min(AFTER, room - displayWidth(before) - ELLIPSIS.length);
  const to = start + unitsWithin(text.slice(start), rest);
  const marked = shown(text.slice(start, Math.min(end, to)));
  const after = shown(text.slice(end, to));
  return {
    text: `${before}${marked}${after}${to < text.length ? ELLIPSIS : ''}`.trimEnd(),
    indent: ' '.repeat(displayWidth(before)),
    carets: '^'.repeat(Math.max(1, displayWidth(marked))),
  };
}

/** The offset, moved if necessary so that it does not split a surrogate pair. */
const characterStart = (text: string, place: number): number => (cuts(text, place) ? place - 1 : place);
const characterEnd = (text: string, place: number): number => (cuts(text, place) ? place + 1 : place);

function cuts(text: string, place: number): boolean {
  return (text.codePointAt(place - 1) ?? 0) > 0xffff;
}

const shown = (text: string): string => printable(text.replaceAll('\t', TAB));

/** The number of UTF-16 units of the characters that fit into `columns`. */
function unitsWithin(chars: Iterable<string>, columns: number): number {
  let [units, left] = [0, columns];
  for (const char of chars) {
    left -= displayWidth(shown(char));
    if (left < 0) break;
    units += char.length;
  }
  return units;
}
