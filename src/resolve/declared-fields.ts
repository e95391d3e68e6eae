import type { DeclaredProduct } from '../model/declared.ts';
import { FIELD_TABLE } from '../model/field-table.ts';
import type { DesiredFields } from '../model/desired.ts';
import type { FieldName, HeldFields } from '../model/product.ts';

/** Fields that refer to nothing: their values stand in the file as they are. */
const PLAIN = [
  'name',
  'desc',
  'labels',
  'logo',
  'status',
  'visibility',
  'subscription_auto_approval',
  'can_view_unsubscribed',
  'raw_openapi',
  'server_urls',
] as const satisfies readonly FieldName[];

/** The fields of a product that need no look-up; `null` becomes the default of the field table (contract §2). */
export function declaredFields(body: DeclaredProduct['body']): DesiredFields {
  const given = body as Partial<Record<FieldName, HeldFields[FieldName] | null>>;
  const fields: Partial<Record<FieldName, HeldFields[FieldName] | undefined>> = {};
  for (const name of PLAIN) {
    const value = given[name];
    if (value !== undefined) fields[name] = value ?? FIELD_TABLE[name].fallback;
  }
  return fields as DesiredFields;
}
