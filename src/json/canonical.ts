import { compareStrings } from '../lib/lists.ts';

/** JSON with sorted keys and without `undefined`, so that equal values have equal texts. A bigint becomes an integer. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const members = entries.toSorted(([a], [b]) => compareStrings(a, b));
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}

/**
 * Whether two JSON values are equal, in any order of keys. A key with the value `undefined` counts as missing. Much
 * faster than comparing the texts of canonicalJson().
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b);
  return !Array.isArray(b) && sameEntries(a, b);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, place) => sameJson(one, b[place]));
}

function sameEntries(a: object, b: object): boolean {
  const keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every((key) => sameJson(own(a, key), own(b, key)));
}

function keysOf(value: object): readonly string[] {
  return Object.keys(value).filter((key) => own(value, key) !== undefined);
}

/** The value of an own key; inherited keys do not count. */
function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** Returns a function that numbers JSON values: equal values, in any order of keys, have the same number. */
export function numbering(): (value: unknown) => number {
  const known = new WeakMap<object, number>();
  const numbers = new Map<string, number>();
  const textOf = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return value === undefined ? '' : canonicalJson(value);
    if (Array.isArray(value)) return `[${value.map(numberOf).join(',')}]`;
    const keys = keysOf(value).toSorted(compareStrings);
    return `{${keys.map((key) => `${JSON.stringify(key)}:${numberOf(own(value, key))}`).join(',')}}`;
  };
  const numberOf = (value: unknown): number => {
    const isCompound = typeof value === 'object' && value !== null;
    const seen = isCompound ? known.get(value) : undefined;
    if (seen !== undefined) return seen;
    const text = textOf(value);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    if (isCompound) known.set(value, number);
    return number;
  };
  return numberOf;
}
