import { nonDefaultFields } from '../fields/field-table.ts';
import { compareStrings } from '../lib/lists.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { FieldName } from '../model/product.ts';
import type { DesiredProduct } from '../model/desired.ts';
import type { HeldProduct } from '../model/live.ts';

/** Maximum number of product names for each field; the others are counted. */
const MOST_NAMES = 10;

/** A declared product with its live product. */
export interface DeclaredLive {
  readonly desired: Pick<DesiredProduct, 'name' | 'type'>;
  readonly declares: (field: FieldName) => boolean;
  readonly live: HeldProduct | undefined;
}

/**
 * One diagnostic for live fields that no file declares, since no diff shows their changes (docs/design/contract.md
 * §13.4). Omits fields with their default.
 */
export function fieldsNotDeclared(
  products: readonly DeclaredLive[],
  keepsExternalLabels: boolean,
): readonly Diagnostic[] {
  const names = new Map<FieldName, string[]>();
  for (const { desired, declares, live } of products) {
    // A product that changes its type is created again from the file.
    if (live === undefined || live.type !== desired.type) continue;
    const undeclared = nonDefaultFields(live, keepsExternalLabels).filter((field) => !declares(field));
    for (const field of undeclared) names.set(field, [...(names.get(field) ?? []), `"${desired.name}"`]);
  }
  if (names.size === 0) return [];
  const fields = [...names].map(([field, products]) => `${field} of ${shortened(products)}`);
  return [
    diagnostic('fields-not-declared', {
      message: `the files do not declare live values other than the default: ${fields.join('; ')}`,
      hint: '`adc dump --update --all-fields` adds them to the files.',
    }),
  ];
}

function shortened(names: readonly string[]): string {
  const shown = names.toSorted(compareStrings).slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
