import { isObject } from '../json/value.ts';
import { FIELD_NAMES, fieldOf } from '../fields/field-table.ts';
import { compareStrings } from '../lib/lists.ts';
import { sameJson } from '../json/canonical.ts';
import type { Change } from '../model/change.ts';
import { unpackedFields, type PartialFields, type DesiredFields, type Names } from '../model/desired.ts';
import type { LongText } from '../model/long-text.ts';
import { textOf } from '../model/long-text.ts';
import type { FieldName, HeldFields, Json } from '../model/product.ts';
import { describeOpenapi } from './openapi/openapi-changes.ts';
import { openapiChanges } from './openapi/openapi-changes.ts';
import { sameOpenapi } from '../openapi/document.ts';

/** The declared fields that differ from the portal, and the different paths of each. */
export interface Comparison {
  readonly fields: PartialFields;
  readonly changes: readonly Change[];
}

/**
 * Compares declared fields with a product, both in the compared form (docs/design/contract.md §5). Undeclared fields
 * do not appear. Without a live product, every declared field is new.
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

/** The changes to show. A different field always shows a change: if the names are equal, the values themselves. */
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

/** The changes within one field, path by path; `undefined` means no value. */
export function changesOf<Name extends FieldName>(
  name: Name,
  before: HeldFields[Name] | undefined,
  after: HeldFields[Name] | undefined,
  names: Names,
): readonly Change[] {
  const { isOpenapi, describe, items } = fieldOf(name);
  if (isOpenapi) return [openapiChange(name, before as LongText | undefined, after as LongText | undefined)];
  if (describe) return [described(name, before, after, describe)];
  const old = before === undefined ? new Map<string, Json>() : items(before, name, names);
  const now = after === undefined ? new Map<string, Json>() : items(after, name, names);
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths]
    .toSorted(compareStrings)
    .flatMap((path) => changesOfItem(path, old.get(path), now.get(path)));
}

/** Whether two values of a field, both in the compared form, are equal. */
export function sameField(name: FieldName, a: HeldFields[FieldName], b: HeldFields[FieldName]): boolean {
  return fieldOf(name).isOpenapi ? sameOpenapi(a as LongText, b as LongText) : sameJson(a, b);
}

function changesOfItem(path: string, before: Json | undefined, after: Json | undefined): readonly Change[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys]
      .toSorted(compareStrings)
      .flatMap((key) => changesOfItem(`${path}.${key}`, before[key], after[key]));
  }
  if (sameJson(before ?? null, after ?? null)) return [];
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
}

function openapiChange(path: string, held: LongText | undefined, declared: LongText | undefined): Change {
  const [before, after] = [held, declared].map((text) => (text === undefined ? undefined : textOf(text)));
  if (before === undefined || after === undefined) return described(path, before, after, describeOpenapi);
  const openapi = openapiChanges(before, after);
  if (openapi.length === 0) return { ...described(path, before, after, describeOpenapi), openapi };
  return { path, before: describeOpenapi(before), after: describeOpenapi(after), openapi };
}

/** A change of a value that is described instead of shown. The two descriptions always differ. */
function described<Value>(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  describe: (value: Value) => string,
): Change {
  const [old, now] = [before, after].map((value) => (value === undefined ? undefined : describe(value)));
  return {
    path,
    ...(old !== undefined && { before: old }),
    ...(now !== undefined && { after: old === now ? `${now}, other content` : now }),
  };
}
