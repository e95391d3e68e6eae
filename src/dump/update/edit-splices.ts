import { type Pair, type YAMLMap, type YAMLSeq, isMap, isScalar, isSeq } from 'yaml';
import type { Edit } from '../../fields/edits.ts';
import { isObject } from '../../json/value.ts';
import type { Json } from '../../model/product.ts';
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
  commentBehind,
  dashOf,
  endOfItem,
  endOfPair,
  isBlock,
  isFlow,
  isRemoved,
  rangeOf,
  startOfMember,
  wholeValue,
} from './splice.ts';

/** The text to edit, and whether it is JSON. */
export interface Page {
  readonly text: string;
  readonly json: boolean;
}

/**
 * The splices of a text that apply the edits to a value. A value from an alias or a merge key is written inline, so
 * that no other place changes.
 */
export function editSplices(
  page: Page,
  place: Place,
  value: Json | undefined,
  edits: readonly Edit[],
): readonly Splice[] {
  if (edits.length === 0) return [];
  const whole = wholeValue(edits);
  const parts = whole === undefined ? partSplices(page, place, value, edits) : undefined;
  return parts ?? replaceValue(page.text, place, whole ?? applyEdits(value, edits), page);
}

/** Undefined if only the whole value can be replaced. */
function partSplices(
  page: Page,
  place: Place,
  value: Json | undefined,
  edits: readonly Edit[],
): readonly Splice[] | undefined {
  if (isMap(place.node) && isObject(value)) return mapSplices(page, place, place.node, value, byStep(edits));
  if (isSeq(place.node) && Array.isArray(value))
    return listSplices(page, place, place.node, value as readonly Json[], edits);
  return undefined;
}

function mapSplices(
  page: Page,
  place: Place,
  map: YAMLMap,
  value: Readonly<Record<string, Json>>,
  below: ReadonlyMap<string, readonly Edit[]>,
): readonly Splice[] | undefined {
  const keys = map.items.map(keyOf);
  const removed = [...below].filter(([, edits]) => isRemoved(edits)).map(([key]) => key);
  if (removed.some((key) => !keys.includes(key))) return undefined;
  const spans = map.items.map((pair, index): Span => [startOfMember(map, index, pair.key), endOfPair(pair)]);
  const gone = new Set(removed.map((key) => keys.indexOf(key)));
  const kept = [...below].filter(([key]) => keys.includes(key) && !removed.includes(key));
  const fresh = [...below].filter(([key]) => !keys.includes(key));
  const entries = fresh.map(([key, edits]) => [key, applyEdits(value[key], edits)] as const);
  const added = entries.map(([key, one]) => entryText(page, map, key, one));
  const changes = memberSplices({ text: page.text, collection: map, spans, gone }, added);
  if (changes === undefined) return undefined;
  const inner = kept.flatMap(([key, edits]) =>
    editSplices(page, pairPlace(page, place, map.items[keys.indexOf(key)]), value[key], edits),
  );
  return [...inner, ...changes];
}

function listSplices(
  page: Page,
  place: Place,
  list: YAMLSeq,
  value: readonly Json[],
  edits: readonly Edit[],
): readonly Splice[] | undefined {
  const below = byStep(edits);
  const flow = isFlow(list);
  const spans = list.items.map((item, index): Span => [
    flow ? startOfMember(list, index, item) : dashOf(list, index),
    endOfItem(list, index),
  ]);
  const gone = new Set([...below].filter(([, own]) => isRemoved(own)).map(([step]) => Number(step)));
  const texts = appendedValues(edits).map((one) => itemText(page, list, one));
  const changes = memberSplices({ text: page.text, collection: list, spans, gone }, texts);
  if (changes === undefined) return undefined;
  const inner = [...below]
    .filter(([step]) => !gone.has(Number(step)))
    .flatMap(([step, own]) =>
      editSplices(page, itemPlace(page, place, list, Number(step)), value[Number(step)], own),
    );
  return [...inner, ...changes];
}

function entryText({ text, json }: Page, map: YAMLMap, key: string, value: Json): string {
  const [start] = rangeOf(map);
  return isFlow(map)
    ? flowEntryText(key, value, { json })
    : blockEntryText(key, value, columnOf(text, start));
}

function itemText({ text, json }: Page, list: YAMLSeq, value: Json): string {
  const column = columnOf(text, dashOf(list, 0));
  return isFlow(list) ? flowText(value, { json }) : blockText([value], column);
}

function pairPlace({ text }: Page, around: Place, pair: Pair | undefined): Place {
  if (pair === undefined) return around;
  return {
    node: nodeOf(pair.value),
    after: afterColon(pair),
    column: columnOf(text, rangeOf(pair.key)[0]),
    owner: 'pair',
    inFlow: around.inFlow || isFlow(around.node),
  };
}

function itemPlace({ text }: Page, around: Place, list: YAMLSeq, index: number): Place {
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

/** Merge keys are not keys: their members are not written here. */
function keyOf({ key }: Pair): string | undefined {
  return isScalar(key) && typeof key.value === 'string' && !(key.value === '<<' && key.type === 'PLAIN')
    ? key.value
    : undefined;
}

/** The splices that replace a value, in the style of the old one, without other changes. */
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
  if (isFilled(value)) return [linesInstead(text, place, value)];
  const [start, end] = rangeOf(node);
  const oneLine = restOfLine(text, end).trim() !== '';
  const piece = fitted(text, end, scalarText(value, place.column, { json, like, oneLine }));
  return [
    inPlace(
      place,
      piece.replace(/\n|$/, (lineEnd) => headerComment(text, start) + lineEnd),
    ),
  ];
}

/** Replaces a text, an alias or no value by lines; comments stay above them. */
function linesInstead(text: string, place: Place, value: Json): Splice {
  const [start, end] = spanOf(place);
  const behind = headerComment(text, start) || (commentBehind(text, end) ?? '');
  const endOfComment = isLineEnd(text, end) ? end : end + (commentBehind(text, end) ?? '').length;
  const isBelow = text.slice(place.after, start).includes('\n');
  const column = isBelow ? columnOf(text, start) : place.column + 2;
  const lines = blockText(value, column);
  const pad = ' '.repeat(column);
  if (isBelow) {
    const piece = behind === '' ? lines : `${behind.trimStart()}\n${pad}${lines}`;
    return { start, end: endOfComment, text: fitted(text, endOfComment, piece) };
  }
  const piece = behind === '' ? lead(place) + lines : `${behind}\n${pad}${lines}`;
  return { start: place.after, end: endOfComment, text: fitted(text, endOfComment, piece) };
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
  if (isFilled(value) && sameKind(place, value)) {
    return [{ start, end, text: fitted(text, end, blockText(value, columnOf(text, start))) }];
  }
  const short = flowText(value, { json: false });
  const before = text.lastIndexOf('\n', start);
  if (before < place.after) return [{ start, end, text: fitted(text, end, short) }];
  const last = isLineEnd(text, end) ? end - 1 : end + (commentBehind(text, end) ?? '').length;
  return [
    { start: place.after, end: place.after, text: ` ${short}` },
    { start: before, end: last, text: '' },
  ];
}

const sameKind = ({ node }: Place, value: Json): boolean =>
  Array.isArray(value) ? isSeq(node) : isMap(node);

/** Whether a value is a non-empty collection. */
function isFilled(value: Json): value is Exclude<Json, null | boolean | number | string> {
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

/** The text before the lines: items begin beside their dash, the lines of a pair below their key. */
function lead({ owner, column }: Place): string {
  return owner === 'item' ? ' ' : `\n${' '.repeat(column + 2)}`;
}

/** The text with a line end if and only if the old one had one. */
function fitted(text: string, end: number, piece: string): string {
  const had = isLineEnd(text, end);
  const has = piece.endsWith('\n');
  if (had === has) return piece;
  if (had) return `${piece}\n`;
  return end === text.length ? piece : piece.slice(0, -1);
}

const isLineEnd = (text: string, end: number): boolean => end > 0 && text[end - 1] === '\n';

function restOfLine(text: string, end: number): string {
  if (isLineEnd(text, end)) return '';
  const next = text.indexOf('\n', end);
  return text.slice(end, next === -1 ? undefined : next);
}
