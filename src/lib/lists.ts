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

/** Whether the texts are sorted without duplicates. Most lists are, and this check is faster than sorting. */
export function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, place) => place === 0 || compareStrings(texts[place - 1] ?? '', text) < 0);
}

/** Compares strings by UTF-16 code unit, independent of the locale. */
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
 * The items that fit together, found by repeated halving: few calls of `fits` are necessary if most items fit.
 * Items that fit only together are found if they are adjacent.
 * @param chosen items that are already chosen; `fits` is called with all chosen items.
 */
export async function fittingSubset<Item>(
  items: readonly Item[],
  fits: (all: readonly Item[]) => boolean | Promise<boolean>,
  chosen: readonly Item[] = [],
): Promise<readonly Item[]> {
  const all = [...chosen, ...items];
  if (items.length === 0 || (await fits(all))) return all;
  if (items.length === 1) return chosen;
  const half = items.length >> 1;
  return fittingSubset(items.slice(half), fits, await fittingSubset(items.slice(0, half), fits, chosen));
}

/** The first items whose rendered forms fit into `room` together, and the other items. */
export function fitting<Item, Rendered>(
  items: readonly Item[],
  room: number,
  render: (item: Item) => Rendered,
  sizeOf: (one: Rendered) => number,
): { readonly shown: readonly Rendered[]; readonly left: readonly Item[] } {
  const shown: Rendered[] = [];
  let free = room;
  for (const item of items) {
    const one = render(item);
    free -= sizeOf(one);
    if (free < 0) break;
    shown.push(one);
  }
  return { shown, left: items.slice(shown.length) };
}
