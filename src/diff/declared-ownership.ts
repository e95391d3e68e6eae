import type { DesiredProduct } from '../model/desired.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { labelOf, OWNERSHIP_LABEL, OWNERSHIP_VALUE } from '../model/ownership.ts';
import type { Scope } from '../model/scope.ts';

/** Products that declare another value for the label that says whose they are: the run writes its own (contract §5). */
export function declaredOwnership(
  desired: readonly DesiredProduct[],
  { managedByLabel }: Scope,
): readonly Diagnostic[] {
  if (!managedByLabel) return [];
  return desired.flatMap(({ fields, at }) => {
    const value = labelOf(fields.labels ?? {}, OWNERSHIP_LABEL) ?? OWNERSHIP_VALUE;
    if (value === OWNERSHIP_VALUE) return [];
    return [
      diagnostic('ownership-declared', {
        message: `${OWNERSHIP_LABEL} is not written as "${value}", but as "${OWNERSHIP_VALUE}", by which adc knows its own products`,
        hint: 'Remove the label here, or run with --no-managed-by-label.',
        location: at(['labels', OWNERSHIP_LABEL]),
      }),
    ];
  });
}
