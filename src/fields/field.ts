import { isObject } from '../json/value.ts';
import type { Path } from '../model/declared.ts';
import type { Names } from '../model/desired.ts';
import type { Directory, References } from '../model/directory.ts';
import type { Auth, Json, JsonObject, ProductType } from '../model/product.ts';
import { setTo, type Edit } from './edits.ts';
import type { Resolving } from './look-up.ts';

/**
 * The specification of one field of a product: every rule about the field that a stage needs. Stages read these
 * columns; they do not branch on the name of a field.
 * @template Value the value in the compared form.
 * @template Written the value in a product file, after validation.
 */
export interface Field<Value, Written = Value> {
  /** The product types that have the field. */
  readonly on: readonly ProductType[];
  /** Whether the server refuses a change while the product is published (docs/design/admin-api.md §5.1). */
  readonly lockedWhilePublished: boolean;
  /** The server's default, which is also what `null` in a file means; undefined: the field cannot be reset. */
  readonly fallback: Value | undefined;
  /** The value in a new product that declares none. */
  readonly initial: Value;
  /** Whether a product cannot be created without it, so that every live product has it (docs/design/admin-api.md §15.25). */
  readonly neededToCreate: boolean;
  /** Whether the field is an OpenAPI document: compared by meaning, without variables. */
  readonly isOpenapi: boolean;
  /** Whether a dump has the field even if its value is the default. */
  readonly alwaysDumped: boolean;
  /** For a field whose value can be in a separate file. */
  readonly include?: Include;
  /** Older keys of the field in the Admin API. A write of the field omits them, since they would contradict it. */
  readonly olderKeys: readonly string[];
  /** The known keys of the items of a list of objects. */
  readonly itemKeys?: readonly string[];

  /** Converts a complete value to the compared form: sorted sets without duplicates. */
  readonly normal: (value: Value) => Value;
  /**
   * Reads the value from a response; undefined if the response has none. @throws Unexpected for a value of another
   * shape.
   */
  readonly read: Reader<Value>;
  /** The value in the form of the server. `was` is the field as the server returned it; its unknown keys are kept. */
  readonly write: (value: Value, was: Json | undefined, authKeys: AuthKeys) => Json;
  /** The references of a value, by name or id. Live values have only ids. */
  readonly refers?: (value: Written | Value) => readonly Reference[];
  /** The value that a file declares, with names resolved to ids. */
  readonly resolve: (written: Written, resolving: Resolving) => Value;
  /** Splits the value into parts that can change separately, by path, with names instead of ids. */
  readonly items: (value: Value, path: string, names: Names) => Items;
  /** A description instead of an unreadable value, such as base64. */
  readonly describe?: (value: Value) => string;
  /** The part of a live value that a file declares. `declared` is the current value of the file. */
  readonly inFile: (live: Value, declared: Value | undefined) => Value;
  /** The value in the form of a product file: names if they are unambiguous, else ids (docs/design/contract.md §8). */
  readonly dump: (value: Value, writing: Writing) => Json;
  /** The smallest edits of a file that give the field its live value. */
  readonly edits: (editing: Editing<Value>) => readonly Edit[];
}

/** Reads a field from `value`, which is `raw[name]`; `raw` is the whole product for fields with several keys. */
export type Reader<Value> = (value: Json | undefined, name: string, raw: JsonObject) => Value | undefined;

/** The keys of the auth types in a request. */
export type AuthKeys = Readonly<Record<keyof Auth, string>>;

/**
 * The comparable items of a field by path; the value of an item is a JSON value, or an object of JSON values, never
 * deeper.
 */
export type Items = ReadonlyMap<string, Json>;

export interface Reference {
  readonly to: keyof References;
  readonly name?: string | undefined;
  readonly id?: string | undefined;
}

export interface Writing {
  readonly directory: Directory;
  /** Whether to include settings with the server's default. */
  readonly withDefaults: boolean;
}

/** A declared field that differs from the live one. */
export interface Editing<Value> {
  /** The path of the field in its document. */
  readonly path: Path;
  /** The field as it is in the file, with variables filled in. */
  readonly written: Json | undefined;
  /** The value of the file in the compared form; undefined if a name in it cannot be resolved. */
  readonly declared: Value | undefined;
  /** The part of the live value that a file declares. */
  readonly wanted: Value;
  /** The compared form of another written value; undefined if a name in it cannot be resolved. */
  readonly resolved: (written: Json) => Value | undefined;
  readonly directory: Directory;
}

/** The form of a field in a separate file. */
interface Include {
  /** The key that names the file. */
  readonly key: 'openapi_file' | 'logo_file';
  /** The directory of such files in a dump. */
  readonly folder: string;
  /** The content of the file; undefined if the value does not fit into a file. */
  readonly content: (value: string) => string | Uint8Array | undefined;
  /** The extension of the file in a dump; undefined if the value stays in the product file. */
  readonly extension: (value: string) => string | undefined;
}

export const BOTH: readonly ProductType[] = ['gateway', 'external'];
export const GATEWAY: readonly ProductType[] = ['gateway'];
export const EXTERNAL: readonly ProductType[] = ['external'];

type Default<Value> =
  | { readonly fallback: Value; readonly initial?: Value }
  | { readonly fallback?: undefined; readonly initial: Value };

type Columns<Value, Written> = Partial<Omit<Field<Value, Written>, 'fallback' | 'nothing'>> &
  Pick<Field<Value, Written>, 'on' | 'read'> &
  Default<Value>;

const identity = <Value>(value: Value): Value => value;

const PLAIN = {
  lockedWhilePublished: false,
  neededToCreate: false,
  isOpenapi: false,
  alwaysDumped: false,
  olderKeys: [],
  normal: identity,
  inFile: identity,
} as const;

/** A field with the same form in files, in comparisons and in the Admin API, except for `columns`. */
export function plain<Value extends Json>(columns: Columns<Value, Value>): Field<Value> {
  return structured({
    write: identity,
    resolve: identity,
    items: (value, path) => new Map([[path, value]]),
    dump: identity,
    edits: ({ path, wanted }) => [setTo(path, wanted)],
    ...columns,
  });
}

/** A field with different forms. */
export function structured<Value, Written>(
  columns: Columns<Value, Written> &
    Pick<Field<Value, Written>, 'write' | 'resolve' | 'items' | 'dump' | 'edits'>,
): Field<Value, Written> {
  const { fallback, initial } = columns;
  return { ...PLAIN, ...columns, fallback, initial: (initial ?? fallback) as Value };
}

/** The field has a value that the Admin API never sends. */
export class Unexpected extends Error {
  constructor(value: Json | undefined, field: string) {
    const shown = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
    super(`${shown} in the field ${field}`);
  }
}

/** A reader for one kind of value; undefined for a missing value and for `null`. */
function reader<Value extends Json>(isValid: (value: Json) => value is Value) {
  return (value: Json | undefined, field: string): Value | undefined => {
    if (value === undefined || value === null) return undefined;
    if (isValid(value)) return value;
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
