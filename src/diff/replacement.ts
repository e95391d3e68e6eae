import { FIELD_NAMES, fieldOf } from '../fields/field-table.ts';
import type { Change, ProductChange } from '../model/change.ts';
import { unpackedFields, type DesiredFields, type DesiredProduct, type Names } from '../model/desired.ts';
import type { HeldProduct } from '../model/live.ts';
import type { FieldName, HeldFields, ProductType } from '../model/product.ts';
import { changesOf, compare, sameField } from './compare.ts';

/**
 * A product whose type changes: a deletion and a creation for the server, one product for people. Undeclared fields
 * keep their values if the new type has them (docs/design/contract.md §2); the others are shown as lost.
 */
export function replacement(
  desired: DesiredProduct,
  live: HeldProduct,
  declared: DesiredFields,
  names: Names,
): ProductChange {
  const given = givenFields(live.fields);
  const shared = given.filter((name) => name !== 'status' && isOn(name, desired.type));
  const lost = given.filter((name) => !isOn(name, desired.type));
  const kept = pick(live.fields, shared);
  const fields = { ...kept, ...declared };
  const changes: readonly Change[] = [
    { path: 'type', before: live.type, after: desired.type },
    ...lost.flatMap((name) => changesOf(name, live.fields[name], undefined, names)),
    ...compare(fields, { ...kept, status: live.fields.status }, names).changes,
  ];
  return { kind: 'replace', desired, live, fields: unpackedFields(fields), changes };
}

/** The fields that differ from those of a new product without any values. */
function givenFields(fields: HeldFields): readonly FieldName[] {
  return FIELD_NAMES.filter((name) => !sameField(name, fields[name], fieldOf(name).nothing));
}

function isOn(name: FieldName, type: ProductType): boolean {
  return fieldOf(name).on.includes(type);
}

function pick(fields: HeldFields, names: readonly FieldName[]): DesiredFields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
