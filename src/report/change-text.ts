import { structuredPatch } from 'diff';
import { displayWidth, printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { Json, JsonObject } from '../model/product.ts';
import type { OpenapiChange } from '../model/openapi-check.ts';
import { type Page, asItIs, type Paint } from './page.ts';

const INDENT = '    ';
const DEEPER = `${INDENT}  `;
const NESTED = `${INDENT}    `;
const GAP = '  ';
const ARROW = ' -> ';
/** Maximum share of the width for paths, if not all values fit beside the longest path. */
const LONGEST_PATH = 0.4;
const MAX_OPENAPI_LINES = 20;
const MAX_TEXT_LINES = 40;

/**
 * The changed paths of one product, each on a line with the old and the new value, aligned and cut to the page.
 * Values that do not fit are on the next lines (docs/design/contract.md §5.4).
 * @param isNew omits the old values.
 */
export function changeLines(changes: readonly Change[], isNew: boolean, page: Page): readonly string[] {
  const rows = changes.map((change): Row => {
    const lines = textLines(isNew ? { ...change, before: '' } : change);
    const sides = lines === undefined ? sidesOf(change, isNew, page) : [];
    return { path: printable(change.path), sides, lines, openapi: change.openapi ?? [] };
  });
  const column = columnOf(rows, page.width);
  return rows.flatMap((row) => [
    ...(row.lines === undefined ? valueLines(row, column, page) : diffLines(row, row.lines, page)),
    ...openapiLines(row.openapi, page),
  ]);
}

interface Row {
  readonly path: string;
  readonly sides: readonly Side[];
  /** The diff of a text with several lines. */
  readonly lines: readonly DiffLine[] | undefined;
  readonly openapi: readonly OpenapiChange[];
}

/** The width of the path column: the longest path, or the longest of the short ones if a value would not fit. */
function columnOf(rows: readonly Row[], width: number): number {
  const paths = rows.map(({ path }) => displayWidth(path));
  const longest = Math.max(0, ...paths);
  const room = width - INDENT.length - longest - GAP.length;
  if (rows.every(({ sides }) => displayWidth(inOneLine(sides)) <= room)) return longest;
  return Math.max(0, ...paths.filter((path) => path <= width * LONGEST_PATH));
}

function valueLines({ path, sides }: Row, column: number, page: Page): readonly string[] {
  const label = `${INDENT}${path}${' '.repeat(Math.max(0, column - displayWidth(path)))}${GAP}`;
  if (displayWidth(label) + displayWidth(inOneLine(sides)) > page.width)
    return [`${INDENT}${path}`, ...sideLines(sides, page)];
  if (sides.length === 1) return sides.map(({ sign, text, paint }) => `${label}${paint(`${sign}${text}`)}`);
  return [`${label}${sides.map(({ text, paint }) => paint(text)).join(ARROW)}`];
}

/** The values beside a path if they fit, without colours. */
function inOneLine(sides: readonly Side[]): string {
  return sides.length === 1
    ? sides.map(({ sign, text }) => `${sign}${text}`).join('')
    : sides.map(({ text }) => text).join(ARROW);
}

interface Side {
  /** `+ ` or `- `; empty for a new product, and for a value that looks unchanged. */
  readonly sign: string;
  readonly text: string;
  readonly paint: Paint;
}

/** The path, and below it the lines of a text; only the first lines of a long one. */
function diffLines({ path }: Row, lines: readonly DiffLine[], { paints, width }: Page): readonly string[] {
  const paintOf = { '+': paints.added, '-': paints.removed, ' ': paints.dim };
  const shown = lines.slice(0, MAX_TEXT_LINES).map(({ sign, text }) => {
    const line = shortened(printable(text), width - DEEPER.length - 2);
    return `${DEEPER}${paintOf[sign](`${sign} ${line}`.trimEnd())}`;
  });
  const more = lines.length - MAX_TEXT_LINES;
  return [
    `${INDENT}${path}`,
    ...shown,
    ...(more > 0 ? [`${DEEPER}and ${more} more lines; --format json has them all`] : []),
  ];
}

/** The old and the new value; only one of them if the other has no value, or if both look the same. */
function sidesOf({ path, before, after }: Change, isNew: boolean, { paints }: Page): readonly Side[] {
  const { added, removed } = paints;
  const [old, now] = [before, after].map((value) =>
    value === undefined ? undefined : shownValue(path, value),
  );
  if (now !== undefined && (isNew || old === now))
    return [{ sign: '', text: now, paint: isNew ? added : asItIs }];
  return [
    ...(old === undefined ? [] : [{ sign: '- ', text: old, paint: removed }]),
    ...(now === undefined ? [] : [{ sign: '+ ', text: now, paint: added }]),
  ];
}

function sideLines(sides: readonly Side[], { width }: Page): readonly string[] {
  const room = width - DEEPER.length - (sides[0]?.sign.length ?? 0);
  const [first, second] = sides.map(({ text }) => text);
  const texts = shortenedPair(first ?? '', second ?? '', room);
  return sides.map(({ sign, paint }, index) => `${DEEPER}${paint(`${sign}${texts[index]}`)}`);
}

/** The differences inside an OpenAPI document; only the first ones of a long list. */
export function openapiLines(
  changes: readonly OpenapiChange[],
  { paints, width }: Pick<Page, 'paints' | 'width'>,
  indent = NESTED,
): readonly string[] {
  const { added, removed, changed, severe } = paints;
  const lines = changes.slice(0, MAX_OPENAPI_LINES).map(({ change, name, detail, breaking }) => {
    const [sign, paint]: readonly [string, Paint] = {
      added: ['+', added] as const,
      removed: ['-', removed] as const,
      changed: ['~', changed] as const,
    }[change];
    const shown = shortened(printable(detail === '' ? name : `${name}: ${detail}`), width - 26);
    return `${indent}${paint(`${sign} ${shown}`)}${breaking ? severe(' (breaks callers)') : ''}`;
  });
  const rest = changes.slice(MAX_OPENAPI_LINES);
  if (rest.length === 0) return lines;
  const breaking = rest.filter((change) => change.breaking).length;
  const more = `${indent}and ${rest.length} more`;
  const note =
    breaking === 0
      ? more
      : `${more} (${severe(`${breaking} ${breaking === 1 ? 'breaks' : 'break'} callers`)})`;
  return [...lines, `${note}; --format json has them all`];
}

const LONGEST = 160;
const MAX_LINES = 60;
const SIGNS = { added: '+', removed: '-', changed: '!' } as const;

/**
 * The changes of one product as lines of a `diff` block: old values with `-`, new ones with `+`, changed OpenAPI
 * operations with `!`, and texts line by line. Long values and lists are cut, with a note.
 * @param isNew omits the old values.
 */
export function changeDiff(changes: readonly Change[], isNew: boolean): readonly string[] {
  return cut(
    changes.flatMap((change) => [...sides(change, isNew), ...(change.openapi ?? []).map(openapiLine)]),
  );
}

/** The changes of an OpenAPI document as lines of a `diff` block. */
export function openapiDiff(changes: readonly OpenapiChange[]): readonly string[] {
  return cut(changes.map(openapiLine));
}

function cut(lines: readonly string[]): readonly string[] {
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `# and ${more} more lines`] : lines;
}

function sides(change: Change, isNew: boolean): readonly string[] {
  const { path, before, after } = change;
  const name = shortened(printable(path), LONGEST);
  const lines = textLines(change);
  if (lines !== undefined) {
    const diff = lines.map(({ sign, text }) => `${sign}   ${shortened(printable(text), LONGEST)}`.trimEnd());
    return [`  ${name}:`, ...diff];
  }
  const [old, now] = shortenedPair(
    before === undefined ? '' : shownValue(path, before),
    after === undefined ? '' : shownValue(path, after),
    LONGEST,
  );
  if (before !== undefined && old === now) return [`  ${name}: ${now}`];
  return [
    ...(before === undefined || isNew ? [] : [`- ${name}: ${old}`]),
    ...(after === undefined ? [] : [`+ ${name}: ${now}`]),
  ];
}

function openapiLine({ change, name, detail, breaking }: OpenapiChange): string {
  const shown = shortened(printable(detail === '' ? name : `${name}: ${detail}`), LONGEST);
  return `${SIGNS[change]}   ${shown}${breaking ? ' (breaks callers)' : ''}`;
}

const ELLIPSIS = '…';
/** Number of shown common characters before the first difference of two values. */
const LEAD = 12;

/** A value on one line, with control characters visible. */
export function valueText(value: Json): string {
  return printable(typeof value === 'string' ? JSON.stringify(value) : compact(value));
}

/** The value at a path of a change, on one line: a service that is linked without hosts has all of its hosts. */
export function shownValue(path: string, value: Json): string {
  return path.startsWith('linked_gateway_services[') && isEmpty(hostsOf(value))
    ? 'all hosts'
    : valueText(value);
}

/** The value of a link, or of its hosts. */
function hostsOf(value: Json): Json | undefined {
  const isLink = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isLink ? (value as JsonObject)['linked_hosts'] : value;
}

function isEmpty(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The diff lines of a change of a text with several lines; undefined for any other change. */
export function textLines({ before = '', after = '' }: Change): readonly DiffLine[] | undefined {
  if (typeof before !== 'string' || typeof after !== 'string') return undefined;
  return before.includes('\n') || after.includes('\n') ? lineDiff(before, after) : undefined;
}

/** The beginning of a printable text, at most `width` columns including an ellipsis. */
export function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return `${beginning(text, width - ELLIPSIS.length)}${ELLIPSIS}`;
}

/** Two printable texts, each cut to at most `width` columns, which include their first difference. */
export function shortenedPair(before: string, after: string, width: number): readonly [string, string] {
  const lost = Math.max(0, sharedLength(before, after) - Math.max(LEAD, width - 3 * LEAD));
  const from = (text: string): string =>
    lost === 0 || displayWidth(text) <= width ? text : `${ELLIPSIS}${withoutHalf(text.slice(lost))}`;
  return [shortened(from(before), width), shortened(from(after), width)];
}

/** Removes half of a surrogate pair at the end of a cut text. */
function withoutHalf(text: string): string {
  return text.replace(/^[\udc00-\udfff]/, '');
}

function compact(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one) => compact(one)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${compact(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function beginning(text: string, width: number): string {
  let [end, columns] = [0, 0];
  for (const char of text) {
    columns += displayWidth(char);
    if (columns > width) break;
    end += char.length;
  }
  return text.slice(0, end);
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** One line of a text that changes. */
export interface DiffLine {
  /** A space: an unchanged line, shown for context. */
  readonly sign: '+' | '-' | ' ';
  readonly text: string;
}

/** Maximum number of edits: comparing texts with more differences would take too long. */
const MAX_EDITS = 500;
const OMITTED: DiffLine = { sign: ' ', text: '…' };

/** The changed lines of a text, each group with one line of context; `…` replaces omitted lines. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = endedAlike(before, after);
  const patch = structuredPatch('', '', old, now, '', '', { context: 1, maxEditLength: MAX_EDITS });
  if (patch === undefined) return [...allLines('-', old), ...allLines('+', now)];
  return patch.hunks.flatMap(({ oldStart, lines }) => [
    ...(oldStart > 1 ? [OMITTED] : []),
    ...lines.map(signedLine),
  ]);
}

/** A missing newline at the end is only a difference if one of the two texts has it. */
function endedAlike(before: string, after: string): readonly [string, string] {
  if (before.endsWith('\n') || after.endsWith('\n')) return [before, after];
  const ended = (text: string): string => (text === '' ? '' : `${text}\n`);
  return [ended(before), ended(after)];
}

function allLines(sign: DiffLine['sign'], text: string): readonly DiffLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ sign, text: line }));
}

/** A patch also has lines about the text itself, which begin with a backslash. */
function signedLine(line: string): DiffLine {
  const [first, text] = [line.slice(0, 1), line.slice(1)];
  return first === '+' || first === '-' || first === ' ' ? { sign: first, text } : { sign: ' ', text: line };
}
