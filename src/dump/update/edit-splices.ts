import { isObject } from '../../json/value.ts';
import { isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Edit } from '../../fields/edits.ts';
import type { Json } from '../../model/product.ts';
import { blockEntryText, blockText, flowEntryText, flowText } from '../yaml-text.ts';
import { appendedValues, applyEdits, byStep, isRemoved, wholeValue } from './edit.ts';
import { memberSplices, type Span } from './member-splices.ts';
import { replaceValue } from './replace-value.ts';
import type { Splice } from './splice.ts';
import {
  afterColon,
  afterDash,
  columnOf,
  dashOf,
  endOfItem,
  endOfPair,
  isFlow,
  rangeOf,
  startOfMember,
  type Place,
} from './yaml-place.ts';

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
