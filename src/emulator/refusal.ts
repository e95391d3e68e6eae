import type { Json, JsonObject, Labels } from '../model/product.ts';

/** A request that the server refuses: the status and the error message of the response. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function refuse(message: string): never {
  throw new Refusal(400, message);
}

/** Returns the thing. @throws Refusal with 404 if it is undefined. */
export function found<Thing>(thing: Thing | undefined, what: string, id: string): Thing {
  if (thing === undefined) throw new Refusal(404, `${what} ${id} not found`);
  return thing;
}

/** The row with that id among the rows that the caller may see. @throws Refusal with 404 if there is none. */
export function ownRow<Item extends { readonly id: string }>(
  rows: readonly Item[],
  what: string,
  id: string,
): Item {
  const row = rows.find((one) => one.id === id);
  return found(row, what, id);
}

/** Checks a JSON value and returns it with its type. `at` is its place in the body. @throws Refusal */
export type Read<Value> = (value: Json, at: string) => Value;

export function readObject(value: Json | undefined, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || isList(value)) return refuse(`${at} must be an object`);
  return value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function text(least: number, most: number): Read<string> {
  return (value, at) => {
    if (typeof value !== 'string') return refuse(`${at} must be a string`);
    const fits = value.length >= least && (value.length <= most || Array.from(value).length <= most);
    return fits ? value : refuse(`${at} must have ${least} to ${most} characters`);
  };
}

export function oneOf<Value extends string>(...values: readonly Value[]): Read<Value> {
  return (value, at) =>
    values.find((one) => one === value) ?? refuse(`${at} must be one of ${values.join(', ')}`);
}

export function readFlag(value: Json, at: string): boolean {
  return typeof value === 'boolean' ? value : refuse(`${at} must be a boolean`);
}

export function listOf<Item>(read: Read<Item>): Read<readonly Item[]> {
  return (value, at) =>
    isList(value)
      ? value.map((item, index) => read(item, `${at}[${index}]`))
      : refuse(`${at} must be an array`);
}

export function readLabels(value: Json, at: string): Labels {
  const entries = Object.entries(readObject(value, at));
  return Object.fromEntries(entries.map(([key, label]) => [key, readLabel(label, `${at}.${key}`)]));
}

function readLabel(value: Json, at: string): string {
  const label = text(1, 65_536)(value, at);
  return /^.+$/.test(label) ? label : refuse(`${at} must be one line`);
}
