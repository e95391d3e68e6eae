import { structuredPatch } from 'diff';
import { displayWidth, printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { OpenapiChange } from '../model/openapi-check.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { type Page, unpainted, type Paint } from './page.ts';

const INDENT = '    ';
const VALUE_INDENT = `${INDENT}  `;
const OPENAPI_INDENT = `${INDENT}    `;
const GAP = '  ';
const ARROW = ' -> ';
/** Maximum share of the width for paths, if not all values fit beside the longest path. */
const LONGEST_PATH = 0.4;
const MAX_OPENAPI_LINES = 20;
const MAX_TEXT_LINES = 40;

/**
 * The changed paths of one product, each on a line with the old and new values, aligned and shortened to the page
 * width. Values that do not fit are on the next lines (docs/design/contract.md §5.4).
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

/** The width of the path column: that of the longest path, or of the longest short path if a value would not fit. */
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

/** The values in one line, without colours. */
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

/** The path, and below it the lines of a text; of a long text, only the first lines. */
function diffLines({ path }: Row, lines: readonly DiffLine[], { paints, width }: Page): readonly string[] {
  const paintOf = { '+': paints.added, '-': paints.removed, ' ': paints.dim };
  const shown = lines.slice(0, MAX_TEXT_LINES).map(({ sign, text }) => {
    const line = shortened(printable(text), width - VALUE_INDENT.length - 2);
    return `${VALUE_INDENT}${paintOf[sign](`${sign} ${line}`.trimEnd())}`;
  });
  const more = lines.length - MAX_TEXT_LINES;
  return [
    `${INDENT}${path}`,
    ...shown,
    ...(more > 0 ? [`${VALUE_INDENT}and ${more} more lines; --format json has them all`] : []),
  ];
}

/** The old and the new value; only one value if the other is missing, or if both look the same. */
function sidesOf({ path, before, after }: Change, isNew: boolean, { paints }: Page): readonly Side[] {
  const { added, removed } = paints;
  const [old, now] = [before, after].map((value) =>
    value === undefined ? undefined : shownValue(path, value),
  );
  if (now !== undefined && (isNew || old === now))
    return [{ sign: '', text: now, paint: isNew ? added : unpainted }];
  return [
    ...(old === undefined ? [] : [{ sign: '- ', text: old, paint: removed }]),
    ...(now === undefined ? [] : [{ sign: '+ ', text: now, paint: added }]),
  ];
}

function sideLines(sides: readonly Side[], { width }: Page): readonly string[] {
  const room = width - VALUE_INDENT.length - (sides[0]?.sign.length ?? 0);
  const [first, second] = sides.map(({ text }) => text);
  const texts = shortenedPair(first ?? '', second ?? '', room);
  return sides.map(({ sign, paint }, index) => `${VALUE_INDENT}${paint(`${sign}${texts[index]}`)}`);
}

/** The differences inside an OpenAPI document; of a long list, only the first ones. */
export function openapiLines(
  changes: readonly OpenapiChange[],
  { paints, width }: Pick<Page, 'paints' | 'width'>,
  indent = OPENAPI_INDENT,
): readonly string[] {
  const { added, removed, changed, severe } = paints;
  const lines = changes.slice(0, MAX_OPENAPI_LINES).map(({ change, name, detail, breaking }) => {
    const [sign, paint]: readonly [string, Paint] = {
      added: ['+', added] as const,
      removed: ['-', removed] as const,
      changed: ['~', changed] as const,
    }[change];
    const text = `${sign} ${openapiWords({ name, detail }, width - 26)}`;
    return `${indent}${paint(text)}${breaking ? severe(' (breaks callers)') : ''}`;
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

/** Maximum columns and lines in a `diff` block. */
const LONGEST = 160;
const MAX_LINES = 60;
const SIGNS = { added: '+', removed: '-', changed: '!' } as const;

/**
 * The changes of one product as lines of a `diff` block: old values with `-`, new ones with `+`, changed OpenAPI
 * operations with `!`, and texts line by line. Long values and lists are shortened, with a note.
 * @param isNew omits the old values.
 */
export function changeDiff(changes: readonly Change[], isNew: boolean): readonly string[] {
  return limited(
    changes.flatMap((change) => [...sides(change, isNew), ...(change.openapi ?? []).map(openapiLine)]),
  );
}

/** The changes of an OpenAPI document as lines of a `diff` block. */
export function openapiDiff(changes: readonly OpenapiChange[]): readonly string[] {
  return limited(changes.map(openapiLine));
}

function limited(lines: readonly string[]): readonly string[] {
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

function openapiLine(change: OpenapiChange): string {
  const breaking = change.breaking ? ' (breaks callers)' : '';
  return `${SIGNS[change.change]}   ${openapiWords(change, LONGEST)}${breaking}`;
}

function openapiWords({ name, detail }: Pick<OpenapiChange, 'name' | 'detail'>, width: number): string {
  return shortened(printable(detail === '' ? name : `${name}: ${detail}`), width);
}

const ELLIPSIS = '…';
/** Number of shown common characters before the first difference of two values. */
const LEAD = 12;

/** A value on one line, with control characters visible. */
export function valueText(value: Json): string {
  return printable(typeof value === 'string' ? JSON.stringify(value) : compact(value));
}

/** The value at a path of a change, on one line. A link without hosts means all hosts of the service. */
function shownValue(path: string, value: Json): string {
  return path.startsWith('linked_gateway_services[') && isEmpty(hostsOf(value))
    ? 'all hosts'
    : valueText(value);
}

/** The hosts of a value that is a link or a list of hosts. */
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
  return `${prefixOf(text, width - ELLIPSIS.length)}${ELLIPSIS}`;
}

/** Two printable texts, each shortened to at most `width` columns. The visible part includes their first difference. */
export function shortenedPair(before: string, after: string, width: number): readonly [string, string] {
  const offset = Math.max(0, sharedLength(before, after) - Math.max(LEAD, width - 3 * LEAD));
  const from = (text: string): string =>
    offset === 0 || displayWidth(text) <= width ? text : `${ELLIPSIS}${withoutHalfPair(text.slice(offset))}`;
  return [shortened(from(before), width), shortened(from(after), width)];
}

/** Removes half of a surrogate pair at the start of a cut text. */
function withoutHalfPair(text: string): string {
  return text.replace(/^[\udc00-\udfff]/, '');
}

function compact(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one) => compact(one)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => `${key}: ${compact(one)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function prefixOf(text: string, width: number): string {
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
  const [old, now] = withFinalNewlines(before, after);
  const patch = structuredPatch('', '', old, now, '', '', { context: 1, maxEditLength: MAX_EDITS });
  if (patch === undefined) return [...allLines('-', old), ...allLines('+', now)];
  return patch.hunks.flatMap(({ oldStart, lines }) => [
    ...(oldStart > 1 ? [OMITTED] : []),
    ...lines.map(signedLine),
  ]);
}

/** Adds a final newline to two texts without one: it counts as a difference only if one of the texts has it. */
function withFinalNewlines(before: string, after: string): readonly [string, string] {
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

/** A patch also contains notes about the text, which begin with a backslash. */
function signedLine(line: string): DiffLine {
  const [first, text] = [line.slice(0, 1), line.slice(1)];
  return first === '+' || first === '-' || first === ' ' ? { sign: first, text } : { sign: ' ', text: line };
}
