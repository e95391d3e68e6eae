/** Orders strings by UTF-16 code unit: the same on every machine, whatever its locale. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * JSON with the keys of every object sorted, so that equal values give equal text. `undefined` is left out as
 * JSON.stringify leaves it out.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => compareStrings(a, b));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
