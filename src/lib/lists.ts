/** Items sorted by a text, computed once for each; the sort is stable. */
export function sortedBy<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  if (items.length < 2) return items;
  const texts = items.map(textOf);
  if (isAscending(texts)) return items;
  return items
    .map((item, place) => ({ item, text: texts[place] ?? '' }))
    .toSorted((a, b) => compareStrings(a.text, b.text))
    .map(({ item }) => item);
}

/** Sorted texts without duplicates. */
export function sortedSet(texts: readonly string[]): readonly string[] {
  return isAscending(texts) ? texts : [...new Set(texts)].toSorted(compareStrings);
}

/** Whether the texts are sorted without duplicates: most lists are, and checking is faster than sorting. */
export function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, place) => place === 0 || compareStrings(texts[place - 1] ?? '', text) < 0);
}

/** Orders strings by UTF-16 code unit: the same on every machine, with every locale. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Items grouped by key, in their order; keys in the order of their first items. */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/**
 * The items that fit together with those already taken: each is tried with the ones before it. If few do not fit, few
 * tries are needed. Items that fit only together are found if they are adjacent.
 */
export async function fittingSubset<Item>(
  items: readonly Item[],
  fits: (all: readonly Item[]) => boolean | Promise<boolean>,
  taken: readonly Item[] = [],
): Promise<readonly Item[]> {
  const all = [...taken, ...items];
  if (items.length === 0 || (await fits(all))) return all;
  if (items.length === 1) return taken;
  const half = items.length >> 1;
  return fittingSubset(items.slice(half), fits, await fittingSubset(items.slice(0, half), fits, taken));
}

/** The first items whose written forms fit into `room` together, and the items that did not fit, in order. */
export function fitting<Item, Written>(
  items: readonly Item[],
  room: number,
  written: (item: Item) => Written,
  sizeOf: (one: Written) => number,
): { readonly shown: readonly Written[]; readonly left: readonly Item[] } {
  const shown: Written[] = [];
  let free = room;
  for (const item of items) {
    const one = written(item);
    free -= sizeOf(one);
    if (free < 0) break;
    shown.push(one);
  }
  return { shown, left: items.slice(shown.length) };
}
