import { type Node, type Pair, type YAMLMap, type YAMLSeq, isMap, isSeq } from 'yaml';
import type { Edit } from '../../fields/edits.ts';
import { isObject } from '../../json/value.ts';
import type { Json, JsonObject } from '../../model/product.ts';
import { rangeOfNode } from '../../yaml/compose-value.ts';
import { countUpTo, unixLines } from '../../yaml/source-text.ts';

/** The value after the edits, which the edited text must also have. */
export function applyEdits(value: Json | undefined, edits: readonly Edit[]): Json {
  if (edits.length === 0) return value ?? null;
  const replacement = newValue(edits);
  if (replacement !== undefined) return replacement;
  const below = byStep(edits);
  if (Array.isArray(value)) return editedItems(value, below, edits);
  return editedEntries(isObject(value) ? value : {}, below);
}

/** The value of an edit that replaces the value at their path; undefined if there is none. */
export function newValue(edits: readonly Edit[]): Json | undefined {
  return edits.flatMap((edit) => (edit.op === 'set' && edit.path.length === 0 ? [edit.value] : []))[0];
}

/** The values that the edits append to the list at their path. */
export function appendedValues(edits: readonly Edit[]): readonly Json[] {
  return edits.flatMap((edit) => (edit.op === 'append' && edit.path.length === 0 ? [edit.value] : []));
}

/** Edits by the first step of their paths, each with the rest of its path. */
export function byStep(edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  const groups = new Map<string, Edit[]>();
  for (const edit of edits) {
    const [first, ...path] = edit.path;
    if (first === undefined) continue;
    const group = groups.get(String(first)) ?? [];
    group.push({ ...edit, path });
    groups.set(String(first), group);
  }
  return groups;
}

/** Whether edits remove the value at their path. */
export function isRemoved(edits: readonly Edit[] | undefined): boolean {
  return edits?.some(({ op, path }) => op === 'remove' && path.length === 0) ?? false;
}

function editedItems(
  items: readonly Json[],
  below: ReadonlyMap<string, readonly Edit[]>,
  edits: readonly Edit[],
): readonly Json[] {
  const kept = items.flatMap((item, index) => {
    const own = below.get(String(index));
    if (own === undefined) return [item];
    return isRemoved(own) ? [] : [applyEdits(item, own)];
  });
  return [...kept, ...appendedValues(edits)];
}

function editedEntries(value: JsonObject, below: ReadonlyMap<string, readonly Edit[]>): JsonObject {
  const keys = new Set([...Object.keys(value), ...below.keys()]);
  const entries = [...keys].flatMap((key) => {
    const [own, before] = [below.get(key), Object.hasOwn(value, key) ? value[key] : undefined];
    if (isRemoved(own)) return [];
    return [[key, own === undefined ? (before ?? null) : applyEdits(before, own)] as const];
  });
  return Object.fromEntries(entries);
}

/** A replacement of a part of a text, or an insertion if `start` equals `end`. Offsets refer to the old text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Replaces parts of a text and keeps all other bytes. Insertions at the same offset keep their order.
 * @returns undefined if two parts overlap.
 */
function spliced(text: string, splices: readonly Splice[]): string | undefined {
  const inOrder = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, text: piece } of inOrder) {
    if (start < from) return undefined;
    pieces.push(text.slice(from, start), piece);
    from = end;
  }
  return [...pieces, text.slice(from)].join('');
}

/** A text without carriage returns and byte order mark, and a function that edits the original. */
interface UnixText {
  readonly text: string;
  /** Edits the original, as spliced() does with offsets of `text`; new lines have its most common line end. */
  readonly spliced: (splices: readonly Splice[]) => string | undefined;
}

export function unixText(original: string): UnixText {
  const mark = original.startsWith('\ufeff') ? '\ufeff' : '';
  const body = original.slice(mark.length);
  const text = unixLines(body);
  const removedReturns = returnOffsets(body);
  const lineEnd = removedReturns.length * 2 > text.split('\n').length - 1 ? '\r\n' : '\n';
  const originalOffset = (offset: number): number => offset + countUpTo(removedReturns, offset - 1);
  const inOriginal = ({ start, end, text: piece }: Splice): Splice => ({
    start: originalOffset(start),
    end: originalOffset(end),
    text: piece.replaceAll('\n', lineEnd),
  });
  return {
    text,
    spliced: (splices) => {
      const edited = spliced(body, splices.map(inOriginal));
      return edited === undefined ? undefined : mark + edited;
    },
  };
}

/** The offsets of the line feeds that follow a carriage return, in the text without these carriage returns. */
function returnOffsets(body: string): readonly number[] {
  return [...body.matchAll(/\r\n/g)].map(({ index }, count) => index - count);
}

/** The place of a value in a document, which may have no text there. */
export interface Place {
  readonly node: Node | null;
  /** The offset after the colon or dash, and after the anchor and tag of the value. */
  readonly after: number;
  /** The column of the key or of the dash. */
  readonly column: number;
  readonly owner: 'pair' | 'item' | 'document';
  /** Whether it is inside `{ }` or `[ ]`. */
  readonly inFlow: boolean;
}

type Tokens = readonly { readonly type: string; readonly offset: number; readonly source: string }[];

/** The types of the tokens before a value. */
const PREFIXES: ReadonlySet<string> = new Set(['map-value-ind', 'seq-item-ind', 'anchor', 'tag']);

/** The offset for the value of a pair, after the colon; the end of the key if there is no colon. */
export function afterColon(pair: Pair): number {
  return endOfPrefixes(pair.srcToken?.sep) ?? rangeOf(pair.key)[1];
}

/** The offset for the value of an item of a block list, after the dash. */
export function afterDash(list: YAMLSeq, index: number): number {
  return endOfPrefixes(startTokens(list, index)) ?? rangeOf(list.items[index])[0];
}

/** The offset of the dash of an item. */
export function dashOf(list: YAMLSeq, index: number): number {
  const dash = startTokens(list, index).find(({ type }) => type === 'seq-item-ind');
  return dash?.offset ?? rangeOf(list.items[index])[0];
}

/** The offset of a key, or of an item without a dash, including its anchor or tag. */
export function startOfMember(collection: YAMLMap | YAMLSeq, index: number, node: unknown): number {
  const prefix = startTokens(collection, index).find(({ type }) => type === 'anchor' || type === 'tag');
  return prefix?.offset ?? rangeOf(node)[0];
}

function startTokens(list: YAMLMap | YAMLSeq, index: number): Tokens {
  const token = list.srcToken;
  return token !== undefined && 'items' in token ? (token.items[index]?.start ?? []) : [];
}

function endOfPrefixes(tokens: Tokens | undefined): number | undefined {
  const last = tokens?.findLast(({ type }) => PREFIXES.has(type));
  return last === undefined ? undefined : last.offset + last.source.length;
}

export function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

export function isBlock(node: unknown): node is YAMLMap | YAMLSeq {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

/**
 * Start and end offsets of a node, without blanks and comments after it; a block scalar ends after its last line end.
 */
export function rangeOf(node: unknown): readonly [number, number] {
  if (isBlock(node)) return [node.range?.[0] ?? 0, endOfBlock(node)];
  return rangeOfNode(node);
}

function endOfBlock(node: YAMLMap | YAMLSeq): number {
  if (isMap(node)) {
    const last = node.items.at(-1);
    return last === undefined ? (node.range?.[1] ?? 0) : endOfPair(last);
  }
  return node.items.length === 0 ? (node.range?.[1] ?? 0) : endOfItem(node, node.items.length - 1);
}

/** The end offset of a pair. */
export function endOfPair(pair: Pair): number {
  return endOfValue(pair.value, afterColon(pair));
}

/** The end offset of an item of a list. */
export function endOfItem(list: YAMLSeq, index: number): number {
  const end = rangeOf(list.items[index])[1];
  return isFlow(list) ? end : endOfValue(list.items[index], afterDash(list, index));
}

/** The end offset of a value; `after` if it is empty. */
function endOfValue(node: unknown, after: number): number {
  const [start, end] = rangeOf(node);
  return end > start ? Math.max(after, end) : after;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether only blanks precede an offset on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === '';
}

/** The offset after the line of `end`, including a comment; `end` itself if it is after a line end. */
export function afterLine(text: string, end: number): number {
  if (end > 0 && text[end - 1] === '\n') return end;
  const next = text.indexOf('\n', end);
  return next === -1 ? text.length : next + 1;
}

/**
 * The offset of the comment lines that belong to the member on a line; the line itself if there are none. A comment
 * belongs to the member below it, unless it is indented more: then it belongs to the member above.
 * @param bound the line after the previous member, if there is one.
 */
export function commentAbove(text: string, line: number, column: number, bound: number | undefined): number {
  if (line <= (bound ?? 0)) return line;
  const above = lineStart(text, line - 1);
  const at = commentOn(text, above);
  const isOwn = at !== undefined && (bound === undefined || columnOf(text, at) <= column);
  return isOwn ? commentAbove(text, above, column, bound) : line;
}

/** The line after the comments directly below a member that are indented more than it. */
export function afterComments(text: string, line: number, column: number): number {
  const at = commentOn(text, line);
  if (at === undefined || columnOf(text, at) <= column) return line;
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : afterComments(text, end + 1, column);
}

/** The offset of the comment of a line without other text. */
function commentOn(text: string, line: number): number | undefined {
  COMMENT.lastIndex = line;
  const found = COMMENT.exec(text);
  return found === null ? undefined : COMMENT.lastIndex - 1;
}

const COMMENT = /[ \t]*#/y;

/** Whether only blanks and a comment follow an offset on its line. */
export function isLastOnLine(text: string, offset: number): boolean {
  REST.lastIndex = offset;
  return REST.test(text);
}

const REST = /[ \t]*(?:(?<=[ \t])#.*)?(?:\n|(?![^]))/y;

/** The comment after an offset on its line, with the blanks before it. */
export function commentAfter(text: string, offset: number): string | undefined {
  COMMENT_AFTER.lastIndex = offset;
  return COMMENT_AFTER.exec(text)?.[0];
}

const COMMENT_AFTER = /[ \t]+#.*/y;
