import { structuredPatch } from 'diff';
import { displayWidth, printable } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { Json, JsonObject } from '../model/product.ts';

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

/**
 * Maximum number of edits: texts with more differences are shown completely, since comparing them would take too
 * long.
 */
const MOST_EDITS = 500;
const OMITTED: DiffLine = { sign: ' ', text: '…' };

/** The changed lines of a text, each group with one line of context; `…` replaces omitted lines. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = endedAlike(before, after);
  const patch = structuredPatch('', '', old, now, '', '', { context: 1, maxEditLength: MOST_EDITS });
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
