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

/** Orders strings by UTF-16 code unit: the same on every machine, whatever its locale. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
