import { type Pair, type YAMLMap, type YAMLSeq, isMap, isScalar, isSeq } from 'yaml';
import type { Edit } from '../../fields/edits.ts';
import { isObject } from '../../json/value.ts';
import type { Json } from '../../model/product.ts';
import { isMergeKey, keyText } from '../../yaml/compose-value.ts';
import { type Style, blockEntryText, blockText, flowEntryText, flowText, scalarText } from '../yaml-text.ts';
import { type Span, memberSplices } from './member-splices.ts';
import {
  type Place,
  type Splice,
  afterColon,
  afterDash,
  appendedValues,
  applyEdits,
  byStep,
  columnOf,
  commentAfter,
  dashOf,
  endOfItem,
  endOfPair,
  isBlock,
  isFlow,
  isRemoved,
  rangeOf,
  startOfMember,
  newValue,
} from './splice.ts';

/** The text to edit, and whether it is JSON. */
export interface EditedFile {
  readonly text: string;
  readonly json: boolean;
}

/**
 * The splices that apply edits to a value in a text. Writes the new value of an alias or a merge key inline, so that no
 * other place changes.
 */
export function editSplices(
  file: EditedFile,
  place: Place,
  value: Json | undefined,
  edits: readonly Edit[],
): readonly Splice[] {
  if (edits.length === 0) return [];
  const replacement = newValue(edits);
  const parts = replacement === undefined ? partSplices(file, place, value, edits) : undefined;
  return parts ?? replaceValue(file.text, place, replacement ?? applyEdits(value, edits), file);
}

/** The splices that edit parts of a value; undefined if only the whole value can be replaced. */
function partSplices(
  file: EditedFile,
  place: Place,
  value: Json | undefined,
  edits: readonly Edit[],
): readonly Splice[] | undefined {
  if (isMap(place.node) && isObject(value)) return mapSplices(file, place, place.node, value, byStep(edits));
  if (isSeq(place.node) && Array.isArray(value))
    return listSplices(file, place, place.node, value as readonly Json[], edits);
  return undefined;
}

function mapSplices(
  file: EditedFile,
  place: Place,
  map: YAMLMap,
  value: Readonly<Record<string, Json>>,
  below: ReadonlyMap<string, readonly Edit[]>,
): readonly Splice[] | undefined {
  const keys = map.items.map(keyOf);
  const removed = [...below].filter(([, edits]) => isRemoved(edits)).map(([key]) => key);
  if (removed.some((key) => !keys.includes(key))) return undefined;
  const spans = map.items.map((pair, index): Span => [startOfMember(map, index, pair.key), endOfPair(pair)]);
  const removedIndexes = new Set(removed.map((key) => keys.indexOf(key)));
  const changed = [...below].filter(([key]) => keys.includes(key) && !removed.includes(key));
  const added = [...below]
    .filter(([key]) => !keys.includes(key))
    .map(([key, edits]) => entryText(file, map, key, applyEdits(value[key], edits)));
  const changes = memberSplices({ text: file.text, collection: map, spans, removedIndexes }, added);
  if (changes === undefined) return undefined;
  const inner = changed.flatMap(([key, edits]) =>
    editSplices(file, pairPlace(file, place, map.items[keys.indexOf(key)]), value[key], edits),
  );
  return [...inner, ...changes];
}

function listSplices(
  file: EditedFile,
  place: Place,
  list: YAMLSeq,
  value: readonly Json[],
  edits: readonly Edit[],
): readonly Splice[] | undefined {
  const below = byStep(edits);
  const isInline = isFlow(list);
  const spans = list.items.map((item, index): Span => [
    isInline ? startOfMember(list, index, item) : dashOf(list, index),
    endOfItem(list, index),
  ]);
  const removedIndexes = new Set(
    [...below].filter(([, own]) => isRemoved(own)).map(([step]) => Number(step)),
  );
  const added = appendedValues(edits).map((one) => itemText(file, list, one));
  const changes = memberSplices({ text: file.text, collection: list, spans, removedIndexes }, added);
  if (changes === undefined) return undefined;
  const inner = [...below]
    .filter(([step]) => !removedIndexes.has(Number(step)))
    .flatMap(([step, own]) =>
      editSplices(file, itemPlace(file, place, list, Number(step)), value[Number(step)], own),
    );
  return [...inner, ...changes];
}

function entryText({ text, json }: EditedFile, map: YAMLMap, key: string, value: Json): string {
  const [start] = rangeOf(map);
  return isFlow(map)
    ? flowEntryText(key, value, { json })
    : blockEntryText(key, value, columnOf(text, start));
}

function itemText({ text, json }: EditedFile, list: YAMLSeq, value: Json): string {
  const column = columnOf(text, dashOf(list, 0));
  return isFlow(list) ? flowText(value, { json }) : blockText([value], column);
}

function pairPlace({ text }: EditedFile, around: Place, pair: Pair | undefined): Place {
  if (pair === undefined) return around;
  return {
    node: nodeOf(pair.value),
    after: afterColon(pair),
    column: columnOf(text, rangeOf(pair.key)[0]),
    owner: 'pair',
    inFlow: around.inFlow || isFlow(around.node),
  };
}

function itemPlace({ text }: EditedFile, around: Place, list: YAMLSeq, index: number): Place {
  return {
    node: nodeOf(list.items[index]),
    after: afterDash(list, index),
    column: columnOf(text, dashOf(list, index)),
    owner: 'item',
    inFlow: around.inFlow || isFlow(list),
  };
}

function nodeOf(value: unknown): Place['node'] {
  return (value ?? null) as Place['node'];
}

/** The key of a pair; undefined for a merge key, whose members have their text at the anchor. */
function keyOf({ key }: Pair): string | undefined {
  return isMergeKey(key) ? undefined : keyText(key, 'text');
}

/** The splices that replace a value, in the style of the old one. */
function replaceValue(
  text: string,
  place: Place,
  value: Json,
  { json }: Pick<Style, 'json'>,
): readonly Splice[] {
  const { node } = place;
  const like = isScalar(node) ? node.type : undefined;
  if (place.inFlow || isFlow(node) || json) return [inPlace(place, flowText(value, { json, like }))];
  if (isBlock(node)) return replaceBlock(text, place, value);
  if (isNonEmpty(value)) return [replaceByLines(text, place, value)];
  const [start, end] = rangeOf(node);
  const oneLine = restOfLine(text, end).trim() !== '';
  const piece = withLineEndAs(text, end, scalarText(value, place.column, { json, like, oneLine }));
  return [
    inPlace(
      place,
      piece.replace(/\n|$/, (lineEnd) => headerComment(text, start) + lineEnd),
    ),
  ];
}

/** Replaces a text, an alias or an empty value by lines; a comment after it stays above the lines. */
function replaceByLines(text: string, place: Place, value: Json): Splice {
  const [start, end] = spanOf(place);
  const comment = headerComment(text, start) || (commentAfter(text, end) ?? '');
  const endOfComment = isLineEnd(text, end) ? end : end + (commentAfter(text, end) ?? '').length;
  const isBelow = text.slice(place.after, start).includes('\n');
  const column = isBelow ? columnOf(text, start) : place.column + 2;
  const lines = blockText(value, column);
  const pad = ' '.repeat(column);
  if (isBelow) {
    const piece = comment === '' ? lines : `${comment.trimStart()}\n${pad}${lines}`;
    return { start, end: endOfComment, text: withLineEndAs(text, endOfComment, piece) };
  }
  const piece = comment === '' ? indentation(place) + lines : `${comment}\n${pad}${lines}`;
  return { start: place.after, end: endOfComment, text: withLineEndAs(text, endOfComment, piece) };
}

/** The comment in the first line of a block scalar, with the blanks before it. */
function headerComment(text: string, start: number): string {
  HEADER.lastIndex = start;
  return HEADER.exec(text)?.[1] ?? '';
}

const HEADER = /[|>][-+\d]*([ \t]+#.*)\n/y;

/** Replaces lines by other lines, or by a short value after the key. */
function replaceBlock(text: string, place: Place, value: Json): readonly Splice[] {
  const [start, end] = rangeOf(place.node);
  if (isNonEmpty(value) && sameKind(place, value)) {
    return [{ start, end, text: withLineEndAs(text, end, blockText(value, columnOf(text, start))) }];
  }
  const short = flowText(value, { json: false });
  const before = text.lastIndexOf('\n', start);
  if (before < place.after) return [{ start, end, text: withLineEndAs(text, end, short) }];
  const last = isLineEnd(text, end) ? end - 1 : end + (commentAfter(text, end) ?? '').length;
  return [
    { start: place.after, end: place.after, text: ` ${short}` },
    { start: before, end: last, text: '' },
  ];
}

const sameKind = ({ node }: Place, value: Json): boolean =>
  Array.isArray(value) ? isSeq(node) : isMap(node);

/** Whether a value is a non-empty collection. */
function isNonEmpty(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** A splice for the existing value, or after the colon or dash if there is none. */
function inPlace(place: Place, text: string): Splice {
  const [start, end] = spanOf(place);
  return { start, end, text: end > start ? text : ` ${text}` };
}

/** The span of the existing value, or the offset after the colon or dash if there is none. */
function spanOf({ node, after }: Place): readonly [number, number] {
  const [start, end] = rangeOf(node);
  return end > start ? [start, end] : [after, after];
}

/** The text before lines: the lines of an item begin on the line of its dash, those of a pair below its key. */
function indentation({ owner, column }: Place): string {
  return owner === 'item' ? ' ' : `\n${' '.repeat(column + 2)}`;
}

/** A piece with a line end if the replaced text had one, else without. */
function withLineEndAs(text: string, end: number, piece: string): string {
  const hadLineEnd = isLineEnd(text, end);
  if (hadLineEnd === piece.endsWith('\n')) return piece;
  if (hadLineEnd) return `${piece}\n`;
  return end === text.length ? piece : piece.slice(0, -1);
}

const isLineEnd = (text: string, end: number): boolean => end > 0 && text[end - 1] === '\n';

function restOfLine(text: string, end: number): string {
  if (isLineEnd(text, end)) return '';
  const next = text.indexOf('\n', end);
  return text.slice(end, next === -1 ? undefined : next);
}
