/**
 * The items that fit together with those that are taken already: each is tried with those before it. Where few do not fit,
 * there are few tries; items that fit only together are found where they stand side by side.
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
