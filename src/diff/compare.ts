import { canonicalJson, compareStrings } from '../lib/canonical-json.ts';
import { sameJson } from '../lib/same-json.ts';
import type { Change } from '../model/change.ts';
import type { DeclaredFields, DesiredFields, Names } from '../model/desired.ts';
import { FIELD_NAMES, FIELD_TABLE, unpackedFields } from '../model/field-table.ts';
import type { LongText } from '../model/long-text.ts';
import { textOf } from '../model/long-text.ts';
import type { FieldName, HeldFields, Json, JsonObject } from '../model/product.ts';
import { itemsOf } from './items.ts';
import { describeOpenapi } from './openapi/describe-openapi.ts';
import { openapiChanges } from './openapi/openapi-changes.ts';
import { sameOpenapi } from './openapi/same-openapi.ts';

/** The declared fields that are not as they are on the portal, and the paths that differ in each. */
export interface Comparison {
  readonly fields: DeclaredFields;
  readonly changes: readonly Change[];
}

/**
 * Compares declared fields with a product, both in the compared form (contract §5). Fields that are not declared do not
 * appear. Compared with nothing, everything that is declared is new.
 */
export function compare(declared: DesiredFields, live: DesiredFields, names: Names): Comparison {
  const differing = FIELD_NAMES.filter((name) => {
    const [before, after] = [live[name], declared[name]];
    return after !== undefined && (before === undefined || !sameField(name, before, after));
  });
  return {
    fields: unpackedFields(Object.fromEntries(differing.map((name) => [name, declared[name]]))),
    changes: differing.flatMap((name) => shownChanges(name, live[name], declared[name], names)),
  };
}

/** A field that differs always shows: where names don't tell the values apart, the values themselves do. */
function shownChanges<Name extends FieldName>(
  name: Name,
  before: HeldFields[Name] | undefined,
  after: HeldFields[Name] | undefined,
  names: Names,
): readonly Change[] {
  const changes = changesOf(name, before, after, names);
  if (changes.length > 0 || before === undefined) return changes;
  return [{ path: name, before: before as Json, after: after as Json }];
}

/** What changes within one field, path by path; `undefined` stands for nothing at all. */
export function changesOf<Name extends FieldName>(
  name: Name,
  before: HeldFields[Name] | undefined,
  after: HeldFields[Name] | undefined,
  names: Names,
): readonly Change[] {
  const kind = FIELD_TABLE[name].compare;
  if (kind === 'openapi')
    return [openapiChange(name, before as LongText | undefined, after as LongText | undefined)];
  if (kind === 'image')
    return [described(name, before as string | undefined, after as string | undefined, describeImage)];
  const old = before === undefined ? new Map<string, Json>() : itemsOf(name, before, names);
  const now = after === undefined ? new Map<string, Json>() : itemsOf(name, after, names);
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths]
    .toSorted(compareStrings)
    .flatMap((path) => changesOfItem(path, old.get(path), now.get(path)));
}

/** Whether two values of a field, both in the compared form, mean the same (the column `compare` of the field table). */
export function sameField(name: FieldName, a: HeldFields[FieldName], b: HeldFields[FieldName]): boolean {
  switch (FIELD_TABLE[name].compare) {
    case 'text':
    case 'image':
      return a === b;
    case 'parts':
      return sameJson(a, b);
    case 'openapi':
      return sameOpenapi(a as LongText, b as LongText);
  }
}

function changesOfItem(path: string, before: Json | undefined, after: Json | undefined): readonly Change[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys]
      .toSorted(compareStrings)
      .flatMap((key) => changesOfItem(`${path}.${key}`, before[key], after[key]));
  }
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function openapiChange(path: string, held: LongText | undefined, declared: LongText | undefined): Change {
  const [before, after] = [held, declared].map((text) => (text === undefined ? undefined : textOf(text)));
  if (before === undefined || after === undefined) return described(path, before, after, describeOpenapi);
  const openapi = openapiChanges(before, after);
  if (openapi.length === 0) return { ...described(path, before, after, describeOpenapi), openapi };
  return { path, before: describeOpenapi(before), after: describeOpenapi(after), openapi };
}

/** A change of a value that is described instead of shown: two descriptions are never the same. */
function described(
  path: string,
  before: string | undefined,
  after: string | undefined,
  describe: (value: string) => string,
): Change {
  const [old, now] = [before, after].map((value) => (value === undefined ? undefined : describe(value)));
  return {
    path,
    ...(old !== undefined && { before: old }),
    ...(now !== undefined && { after: old === now ? `${now}, other content` : now }),
  };
}

/** Nobody reads base64. */
function describeImage(image: string): string {
  return image === '' ? '' : `${Buffer.byteLength(image, 'base64')} bytes`;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
