export interface Fitted<Item> {
  readonly text: string;
  /** The items that did not fit, in their order. */
  readonly left: readonly Item[];
}

/** The first items, a line or more each, that fit into `room` UTF-16 units, line feeds included. */
export function fitted<Item>(
  items: readonly Item[],
  room: number,
  textOf: (item: Item) => string,
): Fitted<Item> {
  const lines: string[] = [];
  let free = room;
  for (const item of items) {
    const text = textOf(item);
    free -= text.length + 1;
    if (free < 0) break;
    lines.push(text);
  }
  return { text: lines.join('\n'), left: items.slice(lines.length) };
}
