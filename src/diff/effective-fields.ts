import { normalField } from '../model/field-table.ts';
import type { DesiredFields, DesiredProduct } from '../model/desired.ts';
import type { HeldProduct } from '../model/live.ts';
import { isOwned, OWNERSHIP_LABEL, OWNERSHIP_VALUE } from '../model/ownership.ts';
import type { Labels } from '../model/product.ts';
import type { Scope } from '../model/scope.ts';

/**
 * The declared fields with the labels that the run adds: the selector's and the ownership label (contract §5). Labels
 * that no file declares stay as they are on the portal, so they are laid under the added ones. Where the server keeps
 * no labels on external products there is nothing to compare.
 */
export function effectiveFields(
  desired: DesiredProduct,
  live: HeldProduct | undefined,
  scope: Scope,
  keepsExternalLabels: boolean,
): DesiredFields {
  const { labels: declared, ...others } = desired.fields;
  if (desired.type === 'external' && !keepsExternalLabels && live) return others;
  const added = addedLabels(scope);
  if (declared === undefined && Object.keys(added).length === 0) return others;
  const labels = { ...keptLabel(live), ...(declared ?? live?.fields.labels), ...added };
  return { ...others, labels: normalField('labels', labels) };
}

function addedLabels({ selector, managedByLabel }: Scope): Labels {
  return { ...selector, ...(managedByLabel && { [OWNERSHIP_LABEL]: OWNERSHIP_VALUE }) };
}

/** `managed-by: adc` is our own mark: declaring other labels does not take it away, even where it is not added. */
function keptLabel(live: HeldProduct | undefined): Labels {
  return live && isOwned(live) ? { [OWNERSHIP_LABEL]: OWNERSHIP_VALUE } : {};
}
