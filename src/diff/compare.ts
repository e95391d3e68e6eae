import { FIELD_NAMES, fieldOf } from '../fields/field-table.ts';
import { sameJson } from '../json/canonical.ts';
import { isObject } from '../json/value.ts';
import { compareStrings } from '../lib/lists.ts';
import type { Change, ProductChange } from '../model/change.ts';
import type { DesiredFields, DesiredProduct, Names, PartialFields } from '../model/desired.ts';
import { unpackedFields } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { CompactProduct } from '../model/live.ts';
import { textOf, type LongText } from '../model/long-text.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipOf, ownershipValue, type Scope } from '../model/ownership.ts';
import type { FieldName, CompactFields, Json, Labels, ProductType } from '../model/product.ts';
import { sameOpenapi } from '../openapi/document.ts';
import { describeOpenapi, openapiChanges } from './openapi/openapi-changes.ts';

/** The declared fields that differ from the portal, and the paths that differ in them. */
interface Comparison {
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
    changes: differing.flatMap((name) => visibleChanges(name, live[name], declared[name], names)),
  };
}

/** The changes to show; the values themselves if names hide the difference, so that a changed field is always shown. */
function visibleChanges<Name extends FieldName>(
  name: Name,
  before: CompactFields[Name] | undefined,
  after: CompactFields[Name] | undefined,
  names: Names,
): readonly Change[] {
  const changes = changesOf(name, before, after, names);
  if (changes.length > 0 || before === undefined) return changes;
  return [{ path: name, before: before as Json, after: after as Json }];
}

/** The changes within one field, path by path; `undefined` means no value. */
export function changesOf<Name extends FieldName>(
  name: Name,
  before: CompactFields[Name] | undefined,
  after: CompactFields[Name] | undefined,
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
export function sameField(
  name: FieldName,
  a: CompactFields[FieldName],
  b: CompactFields[FieldName],
): boolean {
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

function openapiChange(path: string, live: LongText | undefined, declared: LongText | undefined): Change {
  const [before, after] = [live, declared].map((text) => (text === undefined ? undefined : textOf(text)));
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

/**
 * A product whose type changes. The server sees a deletion and a creation, users see one product. Undeclared fields
 * keep their values if the new type has them (docs/design/contract.md §2); the others are shown as lost.
 */
export function replacement(
  desired: DesiredProduct,
  live: CompactProduct,
  declared: DesiredFields,
  names: Names,
): ProductChange {
  const isSet = (name: FieldName) => !sameField(name, live.fields[name], fieldOf(name).initial);
  const setFields = FIELD_NAMES.filter(isSet);
  const shared = setFields.filter((name) => name !== 'status' && hasField(name, desired.type));
  const lost = setFields.filter((name) => !hasField(name, desired.type));
  const kept: DesiredFields = Object.fromEntries(shared.map((name) => [name, live.fields[name]]));
  const fields = { ...kept, ...declared };
  const changes: readonly Change[] = [
    { path: 'type', before: live.type, after: desired.type },
    ...lost.flatMap((name) => changesOf(name, live.fields[name], undefined, names)),
    ...compare(fields, { ...kept, status: live.fields.status }, names).changes,
  ];
  return { kind: 'replace', desired, live, fields: unpackedFields(fields), changes };
}

function hasField(name: FieldName, type: ProductType): boolean {
  return fieldOf(name).on.includes(type);
}

/**
 * The declared fields with the labels that the run adds: the selector's and the ownership label
 * (docs/design/contract.md §5). Undeclared labels stay as they are on the portal, so the live labels are the base of
 * the added ones. If the server keeps no labels on external products, adc does not compare them.
 */
export function effectiveFields(
  desired: DesiredProduct,
  live: CompactProduct | undefined,
  scope: Scope,
  keepsExternalLabels: boolean,
): DesiredFields {
  const { labels: declared, ...others } = desired.fields;
  if (desired.type === 'external' && !keepsExternalLabels && live) return others;
  const { selector, managedByLabel } = scope;
  if (declared === undefined && Object.keys(selector).length === 0 && !managedByLabel) return others;
  const { [OWNERSHIP_LABEL]: _, ...labels } = declared ?? live?.fields.labels ?? {};
  return {
    ...others,
    labels: fieldOf('labels').normal({ ...labels, ...ownershipLabel(desired, live, scope), ...selector }),
  };
}

/**
 * The owner label of the run, else the live one. Files never change it (docs/design/contract.md
 * §10). Without ownership labels, `managed-by` of another tool is an ordinary label.
 */
function ownershipLabel(
  { owner, fields }: DesiredProduct,
  live: CompactProduct | undefined,
  scope: Scope,
): Labels {
  if (scope.managedByLabel) return { [OWNERSHIP_LABEL]: ownershipValue(owner) };
  const before = live?.fields.labels ?? {};
  if (ownershipOf(before).managed) return ownershipEntry(before);
  const declared = fields.labels ?? before;
  return ownershipOf(declared).managed ? {} : ownershipEntry(declared);
}

function ownershipEntry(labels: Labels): Labels {
  const value = labelOf(labels, OWNERSHIP_LABEL);
  return value === undefined ? {} : { [OWNERSHIP_LABEL]: value };
}

/**
 * Warnings for products that declare the owner label with another value than the run writes (docs/design/contract.md
 * §10).
 */
export function declaredOwnership(
  desired: readonly DesiredProduct[],
  { managedByLabel }: Scope,
): readonly Diagnostic[] {
  return desired.flatMap(({ fields, owner, at }) => {
    const value = labelOf(fields.labels ?? {}, OWNERSHIP_LABEL);
    const own = ownershipValue(owner);
    const isIgnored = managedByLabel ? value !== own : ownershipOf(fields.labels ?? {}).managed;
    if (value === undefined || !isIgnored) return [];
    return [
      diagnostic('ownership-declared', {
        message: `the label ${OWNERSHIP_LABEL} is not written as "${value}": adc writes ${managedByLabel ? `"${own}"` : 'no owner'}`,
        hint: 'Remove the label here.',
        location: at(['labels', OWNERSHIP_LABEL]),
      }),
    ];
  });
}
