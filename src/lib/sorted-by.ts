import { compareStrings } from './canonical-json.ts';

/** Items in the order of a text that each has, worked out once for each; those of one text stay in their order. */
export function sortedBy<Item>(items: readonly Item[], textOf: (item: Item) => string): readonly Item[] {
  if (items.length < 2) return items;
  return items
    .map((item) => ({ item, text: textOf(item) }))
    .toSorted((a, b) => compareStrings(a.text, b.text))
    .map(({ item }) => item);
}
