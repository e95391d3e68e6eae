import { FIELD_NAMES, fieldOf } from '../fields/field-table.ts';
import type { Change, ProductChange } from '../model/change.ts';
import { unpackedFields, type DesiredFields, type DesiredProduct, type Names } from '../model/desired.ts';
import type { HeldProduct } from '../model/live.ts';
import type { FieldName, HeldFields, ProductType } from '../model/product.ts';
import { changesOf, compare, sameField } from './compare.ts';

/**
 * A product whose type changes: to the server a deletion and a creation, to people one product. What no file declares
 * stays as it is where the new type has it too (docs/design/contract.md §2); what it does not have is shown as lost.
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

/** The fields that are not as a product has them to which nothing was given. */
function givenFields(fields: HeldFields): readonly FieldName[] {
  return FIELD_NAMES.filter((name) => !sameField(name, fields[name], fieldOf(name).nothing));
}

function isOn(name: FieldName, type: ProductType): boolean {
  return fieldOf(name).on.includes(type);
}

function pick(fields: HeldFields, names: readonly FieldName[]): DesiredFields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
