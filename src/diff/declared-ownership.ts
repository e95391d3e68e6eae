import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipOf, ownershipValue } from '../model/ownership.ts';
import type { Scope } from '../model/scope.ts';

/** Products that declare the label that says whose they are, with another value than the run writes (contract-2 §1). */
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
