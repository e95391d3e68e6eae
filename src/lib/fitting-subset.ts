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
