import type { Json, JsonObject, Labels } from '../model/product.ts';

/** A write or a reading that the server refuses: becomes the status and the error text of the answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Returns the thing, or refuses with 404 as for an unknown id. */
export function found<Thing>(thing: Thing | undefined, what: string, id: string): Thing {
  if (thing === undefined) throw new Refusal(404, `${what} ${id} not found`);
  return thing;
}

export function refuse(message: string): never {
  throw new Refusal(400, message);
}

/** The row of a table, if it is one of those that the caller may see. */
export function ownRow<Row extends { readonly id: string }>(
  rows: readonly Row[],
  what: string,
  id: string,
): Row {
  return found(
    rows.find((row) => row.id === id),
    what,
    id,
  );
}

export function readObject(value: Json | undefined, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || isList(value)) return refuse(`${at} must be an object`);
  return value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function text(least: number, most: number): (value: Json, at: string) => string {
  return (value, at) => {
    if (typeof value !== 'string') return refuse(`${at} must be a string`);
    const fits = value.length >= least && (value.length <= most || Array.from(value).length <= most);
    return fits ? value : refuse(`${at} must have ${least} to ${most} characters`);
  };
}

export function oneOf<Value extends string>(...values: readonly Value[]): (value: Json, at: string) => Value {
  return (value, at) =>
    values.find((one) => one === value) ?? refuse(`${at} must be one of ${values.join(', ')}`);
}

export function readFlag(value: Json, at: string): boolean {
  return typeof value === 'boolean' ? value : refuse(`${at} must be a boolean`);
}

export function listOf<Item>(
  read: (value: Json, at: string) => Item,
): (value: Json, at: string) => readonly Item[] {
  return (value, at) =>
    isList(value)
      ? value.map((item, index) => read(item, `${at}[${index}]`))
      : refuse(`${at} must be an array`);
}

export function readLabels(value: Json, at: string): Labels {
  const entries = Object.entries(readObject(value, at)).map(([key, label]) => [
    key,
    readLabel(label, `${at}.${key}`),
  ]);
  return Object.fromEntries(entries) as Labels;
}

function readLabel(value: Json, at: string): string {
  const label = text(1, 65_536)(value, at);
  return /^.+$/.test(label) ? label : refuse(`${at} must be one line`);
}
