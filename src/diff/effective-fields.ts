import { fieldOf } from '../fields/field-table.ts';
import type { DesiredFields, DesiredProduct } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipOf, ownershipValue, type Scope } from '../model/ownership.ts';
import type { Labels } from '../model/product.ts';

/**
 * The declared fields with the labels that the run adds: the selector's and the ownership label
 * (docs/design/contract.md §5). Undeclared labels stay as they are on the portal, so the live labels are the base of
 * the added ones. If the server keeps no labels on external products, nothing is compared.
 */
export function effectiveFields(
  desired: DesiredProduct,
  live: HeldProduct | undefined,
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
 * The owner label of the product: that of the run, else the live one. Files never change it (docs/design/contract.md
 * §10). Without ownership labels, `managed-by` of another tool is an ordinary label.
 */
function ownershipLabel(
  { owner, fields }: DesiredProduct,
  live: HeldProduct | undefined,
  scope: Scope,
): Labels {
  if (scope.managedByLabel) return { [OWNERSHIP_LABEL]: ownershipValue(owner) };
  const before = live?.fields.labels ?? {};
  if (ownershipOf(before).managed) return pick(before);
  const declared = fields.labels ?? before;
  return ownershipOf(declared).managed ? {} : pick(declared);
}

function pick(labels: Labels): Labels {
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
