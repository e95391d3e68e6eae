import { isObject } from '../json/value.ts';
import { groupBy, compareStrings, sortedSet } from '../lib/lists.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { appendTo, removeAt, setTo, type Edit } from './edits.ts';
import type { Editing, Items } from './field.ts';

/* Fields that are unordered lists of objects. */

/** The objects of a list of the server. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((one: Json) => isObject(one)) : [];
}

/** An item with its list as a sorted set; the same item if it is sorted, as most are. */
export function withSorted<Key extends string, Item extends Readonly<Record<Key, readonly string[]>>>(
  item: Item,
  key: Key,
): Item {
  const sorted = sortedSet(item[key]);
  return sorted === item[key] ? item : { ...item, [key]: sorted };
}

/** Items by path; items with the same path get their index. */
export function itemsByPath(items: readonly (readonly [path: string, value: Json])[]): Items {
  const found = new Map<string, Json>();
  for (const [path, value] of items) {
    let uniquePath = path;
    for (let number = 2; found.has(uniquePath); number += 1) uniquePath = `${path}#${number}`;
    found.set(uniquePath, value);
  }
  return found;
}

/** Items as objects of a file, in the order of their text, since ids differ between control planes. */
export function inWrittenOrder<Item>(
  items: readonly Item[],
  dump: (item: Item) => JsonObject,
): readonly JsonObject[] {
  return items.map(dump).toSorted((a, b) => compareStrings(JSON.stringify(a), JSON.stringify(b)));
}

/** Functions for the edits that turn the items of a file into the live ones. */
interface ListEdits<Item> {
  readonly dump: (item: Item) => JsonObject;
  /** An item of the file and a live item are paired if one of the functions, in this order, returns the same key. */
  readonly keys: readonly ((item: Item) => string)[];
  /** The edits that turn an item of the file into its live one. */
  readonly change: (path: Edit['path'], item: Json, declared: Item, live: Item) => readonly Edit[];
}

/** Existing items keep their place and form; new ones come last. */
export function listEdits<Item>(
  { path, written, wanted, resolved }: Editing<readonly Item[]>,
  { dump, keys, change }: ListEdits<Item>,
): readonly Edit[] {
  if (!Array.isArray(written)) return [setTo(path, inWrittenOrder(wanted, dump))];
  const items: readonly Json[] = written;
  const declared = items.map((item) => resolved([item])?.[0]);
  const paired = pairs(declared, wanted, keys);
  const kept = items.flatMap((item, index) => {
    const [before, live] = [declared[index], paired.get(index)];
    if (before === undefined || live === undefined) return [removeAt([...path, index])];
    return change([...path, index], item, before, live);
  });
  const found = new Set(paired.values());
  const added = wanted.filter((item) => !found.has(item));
  return [...kept, ...inWrittenOrder(added, dump).map((item) => appendTo(path, item))];
}

/** The live item of each item of the file, by index. */
function pairs<Item>(
  declared: readonly (Item | undefined)[],
  wanted: readonly Item[],
  keys: ListEdits<Item>['keys'],
): ReadonlyMap<number, Item> {
  const found = new Map<number, Item>();
  const left = new Set(wanted);
  for (const keyOf of keys) {
    const byKey = groupBy(left, keyOf);
    for (const [index, one] of declared.entries()) {
      const live = one && !found.has(index) ? byKey.get(keyOf(one))?.shift() : undefined;
      if (live === undefined) continue;
      found.set(index, live);
      left.delete(live);
    }
  }
  return found;
}
