import { isObject } from '../../json/value.ts';
import type { Edit } from '../../fields/edits.ts';
import type { Json, JsonObject } from '../../model/product.ts';

/** The value after the edits, which the edited text must have. */
export function applyEdits(value: Json | undefined, edits: readonly Edit[]): Json {
  if (edits.length === 0) return value ?? null;
  const whole = wholeValue(edits);
  if (whole !== undefined) return whole;
  const below = byStep(edits);
  if (Array.isArray(value)) return editedItems(value, below, edits);
  return editedEntries(isObject(value) ? value : {}, below);
}

/** The value of an edit that replaces the whole value, if there is one. */
export function wholeValue(edits: readonly Edit[]): Json | undefined {
  return edits.flatMap((edit) => (edit.op === 'set' && edit.path.length === 0 ? [edit.value] : []))[0];
}

/** The values that the edits append to the list at their path. */
export function appendedValues(edits: readonly Edit[]): readonly Json[] {
  return edits.flatMap((edit) => (edit.op === 'append' && edit.path.length === 0 ? [edit.value] : []));
}

/** Edits grouped by the first step of their paths, with the remaining paths. */
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

/** Whether the edits of one step remove the value. */
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
