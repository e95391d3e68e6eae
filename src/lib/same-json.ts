/**
 * Whether two JSON values are equal, whatever the order of keys; a key whose value is `undefined` is none, as in
 * canonicalJson(). Many times as fast as comparing canonical texts.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return !Array.isArray(b) && sameEntries(a, b);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, place) => sameJson(one, b[place]));
}

function sameEntries(a: object, b: object): boolean {
  const [ours, theirs] = [entriesOf(a), new Map(entriesOf(b))];
  return (
    ours.length === theirs.size &&
    ours.every(([key, one]) => theirs.has(key) && sameJson(one, theirs.get(key)))
  );
}

function entriesOf(value: object): readonly [string, unknown][] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}
