import { isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Splice } from './splice.ts';
import {
  afterComments,
  afterLine,
  columnOf,
  commentAbove,
  isFirstOnLine,
  isFlow,
  isLastOnLine,
  lineStart,
  rangeOf,
} from './yaml-place.ts';

/** From where to where a member of a collection stands. */
export type Span = readonly [start: number, end: number];

/** The members of a collection, and which of them go. */
export interface Members {
  readonly text: string;
  readonly collection: YAMLMap | YAMLSeq;
  readonly spans: readonly Span[];
  readonly gone: ReadonlySet<number>;
}

/**
 * Members taken out, and others added behind the last one that stays; undefined if only the whole can be replaced, such as
 * where none stays.
 */
export function memberSplices(members: Members, added: readonly string[]): readonly Splice[] | undefined {
  const { collection, spans, gone } = members;
  if (gone.size === 0 && added.length === 0) return [];
  if (isFlow(collection) && hasComments(members)) return besideComments(members, added);
  if (spans.length === gone.size) return undefined;
  return isFlow(collection)
    ? [...removed(members), ...inserted(members, added)]
    : blockSplices(members, added);
}

/** Undefined where a member that goes has no lines of its own. */
function blockSplices(members: Members, added: readonly string[]): readonly Splice[] | undefined {
  const { text, spans, gone } = members;
  if (![...gone].every((index) => isFirstOnLine(text, spans[index]?.[0] ?? 0))) return undefined;
  const out = [...gone].map((index) => {
    const [start, end] = spans[index] ?? [0, 0];
    const lines = ownLines(members, index, end);
    return isMapping(members, index)
      ? { ...lines, end: afterComments(text, lines.end, columnOf(text, start)) }
      : lines;
  });
  if (added.length === 0) return out;
  const [, last] = spans.findLast((_, index) => !gone.has(index)) ?? [0, 0];
  const column = columnOf(text, spans[0]?.[0] ?? 0);
  const at = afterComments(text, afterLine(text, last), column);
  const lines = added.map((one) => `${' '.repeat(column)}${one}`).join('\n');
  const ended = at === 0 || text[at - 1] === '\n';
  return [...out, { start: at, end: at, text: ended ? `${lines}\n` : `\n${lines}` }];
}

/** The lines of a member that ends at an offset, gone. */
function ownLines(members: Members, index: number, end: number): Splice {
  const { text, spans } = members;
  const [start = 0] = spans[index] ?? [];
  const line = lineStart(text, start);
  const before = spans[index - 1];
  const bound = before && afterLine(text, before[1]);
  const isAbout = isMapping(members, index);
  const from = isAbout ? commentAbove(text, line, columnOf(text, start), bound) : line;
  return { start: from, end: afterLine(text, end), text: '' };
}

/** A comment above a mapping, such as a product, goes with it; one above a text in a list stays. */
function isMapping({ collection }: Members, index: number): boolean {
  return isSeq(collection) && isMap(collection.items[index]);
}

/** Whether a comment stands between the members. */
function hasComments({ text, collection, spans }: Members): boolean {
  const [start, end] = rangeOf(collection);
  const edges = [start, ...spans.flat(), end];
  return edges.some((from, index) => index % 2 === 0 && text.slice(from, edges[index + 1]).includes('#'));
}

/** Members gone with the comma after them, or before them where they are the last. */
function removed({ spans, gone }: Members): readonly Splice[] {
  const lastKept = spans.findLastIndex((_, index) => !gone.has(index));
  const end = (index: number): number => spans[index]?.[1] ?? 0;
  const inside = [...gone]
    .filter((index) => index < lastKept)
    .map((index) => ({ start: spans[index]?.[0] ?? 0, end: spans[index + 1]?.[0] ?? 0, text: '' }));
  if (lastKept === spans.length - 1) return inside;
  return [...inside, { start: end(lastKept), end: end(spans.length - 1), text: '' }];
}

/** More members, parted as the others are. */
function inserted({ text, collection, spans, gone }: Members, added: readonly string[]): readonly Splice[] {
  if (added.length === 0) return [];
  const lastKept = spans.findLast((_, index) => !gone.has(index)) ?? [0, 0];
  const parted = separator(text, collection, spans);
  const at = lastKept[1];
  return [{ start: at, end: at, text: added.map((one) => parted + one).join('') }];
}

function separator(text: string, collection: YAMLMap | YAMLSeq, spans: readonly Span[]): string {
  const [first, second] = spans;
  const [open] = rangeOf(collection);
  const between = first && second ? text.slice(first[1], second[0]) : `,${text.slice(open + 1, first?.[0])}`;
  if (!/^,\s*$/.test(between)) return ', ';
  return between === ',' && second === undefined ? ', ' : between;
}

/** Lines of members that have lines of their own, so that each comment stays beside the member that it is about. */
function besideComments(members: Members, added: readonly string[]): readonly Splice[] | undefined {
  const { spans, gone } = members;
  const lastKept = spans.findLastIndex((_, index) => !gone.has(index));
  const out = [...gone].map((index) => memberOut(members, index));
  if (added.length === 0) return [...out, ...lastComma(members, lastKept)];
  const fresh = lastKept === -1 ? behindBracket(members, added) : behindMember(members, lastKept, added);
  return fresh && [...out, ...fresh];
}

function memberOut(members: Members, index: number): Splice {
  const { text, spans, collection } = members;
  const [start, end] = spans[index] ?? [0, 0];
  const after = behindComma(text, end, boundOf(collection, spans, index)) ?? end;
  if (isFirstOnLine(text, start) && isLastOnLine(text, after)) return ownLines(members, index, after);
  return { start, end: after + (/^[ \t]*/.exec(text.slice(after))?.[0].length ?? 0), text: '' };
}

/** The comma of the last member that stays goes if the last member had none. */
function lastComma({ text, collection, spans }: Members, lastKept: number): readonly Splice[] {
  const last = spans.length - 1;
  if (lastKept === -1 || lastKept === last) return [];
  const comma = (index: number): number | undefined =>
    behindComma(text, spans[index]?.[1] ?? 0, boundOf(collection, spans, index));
  const own = comma(lastKept);
  if (own === undefined || comma(last) !== undefined) return [];
  return [{ start: own - 1, end: own, text: '' }];
}

function behindMember(
  { text, collection, spans }: Members,
  index: number,
  added: readonly string[],
): readonly Splice[] {
  const [start, end] = spans[index] ?? [0, 0];
  const comma = behindComma(text, end, boundOf(collection, spans, index));
  const after = comma ?? end;
  if (!isLastOnLine(text, after)) return [{ start: end, end, text: added.map((one) => `, ${one}`).join('') }];
  const last = spans.length - 1;
  const ended = behindComma(text, spans[last]?.[1] ?? 0, boundOf(collection, spans, last)) !== undefined;
  const lines = linesOf(added, columnOf(text, start), ended);
  return [
    ...(comma === undefined ? [{ start: end, end, text: ',' }] : []),
    { start: afterLine(text, after), end: afterLine(text, after), text: lines },
  ];
}

/** Where no member stays: below the line of the opening bracket; undefined if there is more than a comment behind it. */
function behindBracket(
  { text, collection, spans }: Members,
  added: readonly string[],
): readonly Splice[] | undefined {
  const [open] = rangeOf(collection);
  if (!isLastOnLine(text, open + 1)) return undefined;
  const line = lineStart(text, open);
  const indent = /^[ -]*/.exec(text.slice(line, open))?.[0].length ?? 0;
  const at = afterLine(text, open + 1);
  const first = spans[0] === undefined ? indent + 2 : columnOf(text, spans[0][0]);
  return [{ start: at, end: at, text: linesOf(added, first, true) }];
}

function linesOf(added: readonly string[], column: number, ended: boolean): string {
  const lines = added.map((one) => `${' '.repeat(column)}${one}`).join(',\n');
  return `${lines}${ended ? ',' : ''}\n`;
}

/** Where the next member begins, or the bracket closes. */
function boundOf(collection: YAMLMap | YAMLSeq, spans: readonly Span[], index: number): number {
  return spans[index + 1]?.[0] ?? rangeOf(collection)[1] - 1;
}

/** After the comma behind a member, if there is one; a comment may stand before it. */
function behindComma(text: string, from: number, bound: number): number | undefined {
  COMMA.lastIndex = from;
  return COMMA.test(text) && COMMA.lastIndex <= bound ? COMMA.lastIndex : undefined;
}

const COMMA = /(?:\s|(?<=\s)#.*)*,/y;
