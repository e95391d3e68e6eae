import { type YAMLMap, type YAMLSeq, isMap, isSeq } from 'yaml';
import {
  type Splice,
  afterComments,
  afterLine,
  columnOf,
  commentAbove,
  isFirstOnLine,
  isFlow,
  isLastOnLine,
  lineStart,
  rangeOf,
} from './splice.ts';

/** Start and end offsets of a member of a collection. */
export type Span = readonly [start: number, end: number];

/** The members of a collection, and the indexes of the members to remove. */
export interface Members {
  readonly text: string;
  readonly collection: YAMLMap | YAMLSeq;
  readonly spans: readonly Span[];
  readonly removedIndexes: ReadonlySet<number>;
}

/**
 * The splices that remove members, and add members after the last remaining one. Undefined if only the whole collection
 * can be replaced, for example if no member remains.
 */
export function memberSplices(members: Members, added: readonly string[]): readonly Splice[] | undefined {
  const { collection, spans, removedIndexes } = members;
  if (removedIndexes.size === 0 && added.length === 0) return [];
  if (isFlow(collection) && hasComments(members)) return splicesBetweenComments(members, added);
  if (spans.length === removedIndexes.size) return undefined;
  return isFlow(collection)
    ? [...removals(members), ...insertions(members, added)]
    : blockSplices(members, added);
}

/** The splices for a block collection; undefined if a removed member shares a line. */
function blockSplices(members: Members, added: readonly string[]): readonly Splice[] | undefined {
  const { text, spans, removedIndexes } = members;
  if (![...removedIndexes].every((index) => isFirstOnLine(text, spans[index]?.[0] ?? 0))) return undefined;
  const removalSplices = [...removedIndexes].map((index) => {
    const [start, end] = spans[index] ?? [0, 0];
    const lines = ownLines(members, index, end);
    return isMapping(members, index)
      ? { ...lines, end: afterComments(text, lines.end, columnOf(text, start)) }
      : lines;
  });
  if (added.length === 0) return removalSplices;
  const [, last] = spans.findLast((_, index) => !removedIndexes.has(index)) ?? [0, 0];
  const column = columnOf(text, spans[0]?.[0] ?? 0);
  const at = afterComments(text, afterLine(text, last), column);
  const lines = added.map((one) => `${' '.repeat(column)}${one}`).join('\n');
  const isAfterLine = at === 0 || text[at - 1] === '\n';
  return [...removalSplices, { start: at, end: at, text: isAfterLine ? `${lines}\n` : `\n${lines}` }];
}

/** The splice that removes the lines of a member that ends at an offset. */
function ownLines(members: Members, index: number, end: number): Splice {
  const { text, spans } = members;
  const [start = 0] = spans[index] ?? [];
  const line = lineStart(text, start);
  const before = spans[index - 1];
  const bound = before && afterLine(text, before[1]);
  const from = isMapping(members, index) ? commentAbove(text, line, columnOf(text, start), bound) : line;
  return { start: from, end: afterLine(text, end), text: '' };
}

/**
 * Whether a member is a mapping in a list, such as a product. adc removes the comment above a mapping with it, but
 * keeps the comment above a text.
 */
function isMapping({ collection }: Members, index: number): boolean {
  return isSeq(collection) && isMap(collection.items[index]);
}

/** Whether there is a comment between the members. */
function hasComments({ text, collection, spans }: Members): boolean {
  const [start, end] = rangeOf(collection);
  const edges = [start, ...spans.flat(), end];
  return edges.some((from, index) => index % 2 === 0 && text.slice(from, edges[index + 1]).includes('#'));
}

/** The splices that remove members of a flow collection, each with the comma after it, or before it at the end. */
function removals({ spans, removedIndexes }: Members): readonly Splice[] {
  const lastKept = spans.findLastIndex((_, index) => !removedIndexes.has(index));
  const end = (index: number): number => spans[index]?.[1] ?? 0;
  const inside = [...removedIndexes]
    .filter((index) => index < lastKept)
    .map((index) => ({ start: spans[index]?.[0] ?? 0, end: spans[index + 1]?.[0] ?? 0, text: '' }));
  if (lastKept === spans.length - 1) return inside;
  return [...inside, { start: end(lastKept), end: end(spans.length - 1), text: '' }];
}

/** The splice that adds members to a flow collection, with the separator of the others. */
function insertions(
  { text, collection, spans, removedIndexes }: Members,
  added: readonly string[],
): readonly Splice[] {
  if (added.length === 0) return [];
  const lastKept = spans.findLast((_, index) => !removedIndexes.has(index)) ?? [0, 0];
  const between = separator(text, collection, spans);
  const at = lastKept[1];
  return [{ start: at, end: at, text: added.map((one) => between + one).join('') }];
}

function separator(text: string, collection: YAMLMap | YAMLSeq, spans: readonly Span[]): string {
  const [first, second] = spans;
  const [open] = rangeOf(collection);
  const between = first && second ? text.slice(first[1], second[0]) : `,${text.slice(open + 1, first?.[0])}`;
  if (!/^,\s*$/.test(between)) return ', ';
  return between === ',' && second === undefined ? ', ' : between;
}

/** The splices for a flow collection with comments: each comment stays with its member. */
function splicesBetweenComments(members: Members, added: readonly string[]): readonly Splice[] | undefined {
  const { spans, removedIndexes } = members;
  const lastKept = spans.findLastIndex((_, index) => !removedIndexes.has(index));
  const removalSplices = [...removedIndexes].map((index) => removalSplice(members, index));
  if (added.length === 0) return [...removalSplices, ...trailingComma(members, lastKept)];
  const insertionSplices =
    lastKept === -1 ? insertAfterBracket(members, added) : insertAfterMember(members, lastKept, added);
  return insertionSplices && [...removalSplices, ...insertionSplices];
}

function removalSplice(members: Members, index: number): Splice {
  const { text, spans, collection } = members;
  const [start, end] = spans[index] ?? [0, 0];
  const after = afterComma(text, end, boundOf(collection, spans, index)) ?? end;
  if (isFirstOnLine(text, start) && isLastOnLine(text, after)) return ownLines(members, index, after);
  return { start, end: after + (/^[ \t]*/.exec(text.slice(after))?.[0].length ?? 0), text: '' };
}

/** The splice that removes the comma of the last remaining member if the last member had none. */
function trailingComma({ text, collection, spans }: Members, lastKept: number): readonly Splice[] {
  const last = spans.length - 1;
  if (lastKept === -1 || lastKept === last) return [];
  const comma = (index: number): number | undefined =>
    afterComma(text, spans[index]?.[1] ?? 0, boundOf(collection, spans, index));
  const own = comma(lastKept);
  if (own === undefined || comma(last) !== undefined) return [];
  return [{ start: own - 1, end: own, text: '' }];
}

function insertAfterMember(
  { text, collection, spans }: Members,
  index: number,
  added: readonly string[],
): readonly Splice[] {
  const [start, end] = spans[index] ?? [0, 0];
  const comma = afterComma(text, end, boundOf(collection, spans, index));
  const after = comma ?? end;
  if (!isLastOnLine(text, after)) return [{ start: end, end, text: added.map((one) => `, ${one}`).join('') }];
  const last = spans.length - 1;
  const hasTrailingComma =
    afterComma(text, spans[last]?.[1] ?? 0, boundOf(collection, spans, last)) !== undefined;
  const lines = linesOf(added, columnOf(text, start), hasTrailingComma);
  return [
    ...(comma === undefined ? [{ start: end, end, text: ',' }] : []),
    { start: afterLine(text, after), end: afterLine(text, after), text: lines },
  ];
}

/**
 * The splice that adds members if none remains, below the line of the opening bracket; undefined if more than a comment
 * follows the bracket.
 */
function insertAfterBracket(
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

function linesOf(added: readonly string[], column: number, hasTrailingComma: boolean): string {
  const lines = added.map((one) => `${' '.repeat(column)}${one}`).join(',\n');
  return `${lines}${hasTrailingComma ? ',' : ''}\n`;
}

/** The offset of the next member or of the closing bracket. */
function boundOf(collection: YAMLMap | YAMLSeq, spans: readonly Span[], index: number): number {
  return spans[index + 1]?.[0] ?? rangeOf(collection)[1] - 1;
}

/** The offset after the comma that follows a member; undefined if there is none. A comment may precede the comma. */
function afterComma(text: string, from: number, bound: number): number | undefined {
  COMMA.lastIndex = from;
  return COMMA.test(text) && COMMA.lastIndex <= bound ? COMMA.lastIndex : undefined;
}

const COMMA = /(?:\s|(?<=\s)#.*)*,/y;
