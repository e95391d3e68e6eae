import type { Difference } from '../model/change.ts';
import { subjects, type Subject } from '../model/consent.ts';
import type { HeldProduct } from '../model/live.ts';

/**
 * Published external products whose OpenAPI document changes so that callers may break. Everyone can use a published external
 * product, so it counts as one with subscribers (docs/design/contract.md §18).
 */
export function breakingProducts(difference: Difference, live: readonly HeldProduct[]): readonly Subject[] {
  const subject = subjects(live);
  return difference.changes.flatMap((change) => {
    if (change.kind !== 'update' || change.live.fields.status !== 'published') return [];
    const breaks = change.changes.some(({ openapi = [] }) => openapi.some(({ breaking }) => breaking));
    return breaks ? [subject(change.live, change.desired.name)] : [];
  });
}
