import type { Difference } from '../model/change.ts';
import type { Note, Step } from '../model/plan.ts';

/** What a reader should know beside the steps (contract §5). */
export function notes(difference: Difference, steps: readonly Step[]): readonly Note[] {
  return [
    ...(difference.externalLabelsIgnored ? (['external-labels-not-kept'] as const) : []),
    ...steps
      .filter((step) => isEmptied(step, difference))
      .map(({ product }): Note => `no-service-meanwhile:${product.name}`),
  ];
}

/**
 * A detour that leaves a published product without any service for a moment. Whether a server takes that is unknown
 * (admin-api §15.26); it is the first write of its ring, so that a refusal leaves everything as it was.
 */
function isEmptied({ action, product, fields }: Step, { changes }: Difference): boolean {
  if (action !== 'update' || fields.linked_gateway_services?.length !== 0) return false;
  return changes.some(
    (change) =>
      change.kind === 'update' &&
      change.live.id === product.id &&
      change.live.fields.status === 'published' &&
      change.fields.linked_gateway_services?.length !== 0,
  );
}
