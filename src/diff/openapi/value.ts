import { isDeepStrictEqual } from 'node:util';
import { compareStrings } from '../../lib/canonical-json.ts';

/** What a parsed document is made of: JSON, with the integers that a double can't hold exactly kept as bigint. */
export type Value = null | boolean | number | bigint | string | readonly Value[] | ObjectValue;
export interface ObjectValue {
  readonly [key: string]: Value;
}

export const EMPTY: ObjectValue = {};

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** What an object holds under a key of its own; undefined for anything else, also for what every object inherits. */
export function member(value: Value | undefined, key: string): Value | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The object under a key; an empty one where there is none. */
export function objectAt(value: Value | undefined, key: string): ObjectValue {
  const found = member(value, key);
  return isObject(found) ? found : EMPTY;
}

/** The list under a key; an empty one where there is none. */
export function listAt(value: Value | undefined, key: string): readonly Value[] {
  const found = member(value, key);
  return isList(found) ? found : [];
}

/** The text under a key; undefined where there is none. */
export function textAt(value: Value | undefined, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** An object without some of its keys. */
export function without(value: ObjectValue, keys: ReadonlySet<string>): ObjectValue {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}

/** Whether a schema allows whatever there is: none at all, `true` or `{}`. */
export function isAnything(schema: Value | undefined): boolean {
  if (schema === undefined || schema === true) return true;
  return isObject(schema) && Object.keys(schema).length === 0;
}

const MOST_INHERITED = 100;

/** A list that the document keeps and every operation inherits, cut: it is compared again for each operation. */
export function inherited(list: readonly Value[]): readonly Value[] {
  return list.slice(0, MOST_INHERITED);
}

/** The keys of both objects, each once, sorted. */
export function keysOf(before: ObjectValue, after: ObjectValue): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareStrings);
}

/** The keys under which two objects hold different values, sorted. */
export function changedKeys(before: ObjectValue, after: ObjectValue): readonly string[] {
  return keysOf(before, after).filter((key) => !sameValue(member(before, key), member(after, key)));
}

/** Whether two values are equal, whatever the order of keys. */
export function sameValue(before: Value | undefined, after: Value | undefined): boolean {
  return before === after || isDeepStrictEqual(before, after);
}

/** Text that is equal exactly where the values are. */
export function canonicalText(value: Value): string {
  if (typeof value === 'bigint') return String(value);
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalText(one)}`).join(',')}}`;
}

/** A set of keys, given as words with blanks between them. */
export function keySet(...words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((line) => line.split(' ')));
}
