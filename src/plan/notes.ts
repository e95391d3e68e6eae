import type { Difference, ProductChange } from '../model/change.ts';
import type { Note, Step } from '../model/plan.ts';

/** What a reader should know beside the steps (contract §5). */
export function notes(difference: Difference, steps: readonly Step[]): readonly Note[] {
  return [
    ...(missesLabels(difference, steps) ? (['external-labels-not-kept'] as const) : []),
    ...emptied(steps, difference).map(({ product }): Note => `no-service-meanwhile:${product.name}`),
  ];
}

/** Labels matter for external products that are written, and for those that no file declares. */
function missesLabels({ externalLabelsIgnored, unmanaged }: Difference, steps: readonly Step[]): boolean {
  const products = [...unmanaged, ...steps.map(({ product }) => product)];
  return externalLabelsIgnored && products.some(({ type }) => type === 'external');
}

/**
 * Detours that leave a published product without any service for a moment. Whether a server takes that is unknown
 * (admin-api §15.26); it is the first write of its ring, so that a refusal leaves everything as it was.
 */
function emptied(steps: readonly Step[], { changes }: Difference): readonly Step[] {
  const keeping = new Set<string | undefined>(changes.filter(keepsServices).map(({ live }) => live.id));
  return steps.filter(
    ({ action, product, fields }) =>
      action === 'update' && fields.linked_gateway_services?.length === 0 && keeping.has(product.id),
  );
}

type Update = Extract<ProductChange, { kind: 'update' }>;

function keepsServices(change: ProductChange): change is Update {
  if (change.kind !== 'update' || change.live.fields.status !== 'published') return false;
  return change.fields.linked_gateway_services?.length !== 0;
}
