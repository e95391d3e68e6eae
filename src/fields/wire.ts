import { isObject } from '../json/value.ts';
import type { Json, JsonObject } from '../model/product.ts';

/** The field has a value that the Admin API never sends. */
export class Unexpected extends Error {
  constructor(value: Json | undefined, field: string) {
    const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
    super(`${shown} in the field ${field}`);
  }
}

/** A reader for one kind of value; undefined for a missing value and for `null`. */
function reader<Value extends Json>(fits: (value: Json) => value is Value) {
  return (value: Json | undefined, field: string): Value | undefined => {
    if (value === undefined || value === null) return undefined;
    if (fits(value)) return value;
    throw new Unexpected(value, field);
  };
}

export const text = reader((value): value is string => typeof value === 'string');
export const flag = reader((value): value is boolean => typeof value === 'boolean');
export const object = reader((value): value is JsonObject => isObject(value));
export const list = reader((value): value is readonly Json[] => Array.isArray(value));

export function texts(value: Json | undefined, field: string): readonly string[] | undefined {
  return list(value, field)?.map((one) => needed(text(one, field), field));
}

/** One of several texts. */
export function oneOf<Value extends string>(...values: readonly Value[]) {
  return reader((value): value is Value => values.some((one) => one === value));
}

/** @throws Unexpected if there is no value. */
export function needed<Value>(value: Value | undefined, field: string): Value {
  if (value !== undefined) return value;
  throw new Unexpected(undefined, field);
}
