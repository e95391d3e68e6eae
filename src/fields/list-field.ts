import { compareStrings, sortedSet } from '../lib/lists.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { appendTo, removeAt, setTo, type Edit } from './edits.ts';
import type { Editing, Items } from './field.ts';
import { isObject } from '../json/value.ts';

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
    let free = path;
    for (let place = 2; found.has(free); place += 1) free = `${path}#${place}`;
    found.set(free, value);
  }
  return found;
}

/** Items in the order of their text in the file, since ids differ between control planes. */
export function inWrittenOrder(items: readonly JsonObject[]): readonly JsonObject[] {
  return items.toSorted((a, b) => compareStrings(JSON.stringify(a), JSON.stringify(b)));
}

/** Functions for the edits that turn the items of a file into the live ones. */
export interface ListEdits<Item> {
  readonly dump: (items: readonly Item[]) => readonly JsonObject[];
  /** The live item of each item of the file, by index; `declared` are the resolved items of the file. */
  readonly pairs: (
    declared: readonly (Item | undefined)[],
    wanted: readonly Item[],
  ) => ReadonlyMap<number, Item>;
  /** The edits that turn an item of the file into its live one. */
  readonly change: (path: Edit['path'], item: Json, declared: Item, live: Item) => readonly Edit[];
}

/** Existing items keep their place and form; new ones come last. */
export function listEdits<Item>(
  { path, written, wanted, resolved }: Editing<readonly Item[]>,
  { dump, pairs, change }: ListEdits<Item>,
): readonly Edit[] {
  if (!Array.isArray(written)) return [setTo(path, dump(wanted))];
  const items: readonly Json[] = written;
  const declared = items.map((item) => resolved([item])?.[0]);
  const paired = pairs(declared, wanted);
  const kept = items.flatMap((item, index) => {
    const [before, live] = [declared[index], paired.get(index)];
    if (before === undefined || live === undefined) return [removeAt([...path, index])];
    return change([...path, index], item, before, live);
  });
  const found = new Set(paired.values());
  const fresh = dump(wanted.filter((item) => !found.has(item)));
  return [...kept, ...fresh.map((item) => appendTo(path, item))];
}
