import type { Difference } from '../model/change.ts';
import type { HeldProduct } from '../model/live.ts';
import { actionsFor } from './actions.ts';

/** The live products whose subscriptions a plan for this difference would end: their counts are worth reading. */
export function endangered({ changes }: Difference): readonly HeldProduct[] {
  return changes.flatMap((change) => {
    if (change.kind === 'create' || change.kind === 'release' || change.live.type === 'external') return [];
    if (change.kind !== 'update') return [change.live];
    return actionsFor(change.live.fields.status, change.fields).includes('unpublish') ? [change.live] : [];
  });
}
