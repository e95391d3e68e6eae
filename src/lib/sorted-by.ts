/** Items in the order of a text that each has, worked out once for each; those of one text stay in their order. */
export function sortedBy<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  if (items.length < 2) return items;
  const texts = items.map(textOf);
  if (isAscending(texts)) return items;
  return items
    .map((item, place) => ({ item, text: texts[place] ?? '' }))
    .toSorted((a, b) => compareStrings(a.text, b.text))
    .map(({ item }) => item);
}

/** Texts in order, each once. */
export function sortedSet(texts: readonly string[]): readonly string[] {
  return isAscending(texts) ? texts : [...new Set(texts)].toSorted(compareStrings);
}

/** Whether each text comes before the next: most lists come in order, and looking costs less than sorting. */
export function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, place) => place === 0 || compareStrings(texts[place - 1] ?? '', text) < 0);
}

/** Orders strings by UTF-16 code unit: the same on every machine, whatever its locale. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
