import { compareStrings } from '../lib/lists.ts';
import type { Path } from '../model/declared.ts';
import type { Json } from '../model/product.ts';
import { sameJson } from './canonical.ts';

/** JSON. Integers that a number cannot represent exactly are bigint. */
export type Value = null | boolean | number | bigint | string | readonly Value[] | ObjectValue;
export interface ObjectValue {
  readonly [key: string]: Value;
}

/** An optional value. */
export type Maybe = Value | undefined;

export const EMPTY: ObjectValue = {};

type Keyed = Readonly<Record<string, unknown>>;
type ObjectIn<Whole> = unknown extends Whole ? Whole & Keyed : Extract<Whole, Keyed>;

/** Whether a value is an object, not null or a list. */
export function isObject<Whole>(value: Whole): value is ObjectIn<Whole> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Maybe): value is readonly Value[] {
  return Array.isArray(value);
}

/** The value under an own key of an object; undefined for an inherited key, and for a value that is no object. */
export function member(value: Maybe, key: string): Maybe {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The object under a key; an empty object if there is none. */
export function objectAt(value: Maybe, key: string): ObjectValue {
  const found = member(value, key);
  return isObject(found) ? found : EMPTY;
}

/** The list under a key; an empty list if there is none. */
export function listAt(value: Maybe, key: string): readonly Value[] {
  return itemsOf(member(value, key));
}

/** The text under a key; undefined if there is none. */
export function textAt(value: Maybe, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** The items of a list; none for other values. */
export function itemsOf(value: Json | undefined): readonly Json[];
export function itemsOf(value: Maybe): readonly Value[];
export function itemsOf(value: Maybe): readonly Value[] {
  return isList(value) ? value : [];
}

/** The value at a path of own keys; undefined if there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined;
export function valueAt(value: Maybe, path: Path): Maybe;
export function valueAt(value: Maybe, path: Path): Maybe {
  return path.reduce<Maybe>((part, step) => {
    if (isList(part)) return Object.hasOwn(part, step) ? part[Number(step)] : undefined;
    return member(part, String(step));
  }, value);
}

/** An object without some of its keys. */
export function without(value: ObjectValue, keys: ReadonlySet<string>): ObjectValue {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}

/** The keys of both objects, each once, sorted. */
export function keysOf(before: ObjectValue, after: ObjectValue): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareStrings);
}

/** The keys under which two objects have different values, sorted. */
export function changedKeys(before: ObjectValue, after: ObjectValue): readonly string[] {
  return keysOf(before, after).filter((key) => !sameJson(member(before, key), member(after, key)));
}

/** The set of keys in texts that separate them by spaces. */
export function keySet(...words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((line) => line.split(' ')));
}

/** A path as a JSON pointer (RFC 6901), as the validator reports it: `['auth', 'a/b', 0]` is `/auth/a~1b/0`. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The path of a JSON pointer. Indexes are also texts. */
export function pointerPath(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
