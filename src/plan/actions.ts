import type { Difference } from '../model/change.ts';
import type { PartialFields } from '../model/desired.ts';
import { fieldOf } from '../fields/field-table.ts';
import type { HeldProduct } from '../model/live.ts';
import type { Action } from '../model/plan.ts';
import type { FieldName, ProductStatus } from '../model/product.ts';

/**
 * The changes in addition to `status`: none, only fields that can change at any time, or one that is locked while
 * published.
 */
type Weight = 'nothing' | 'unlocked' | 'locked';

/** The field × state table of docs/design/contract.md §5: from status → to status, by the other changes. */
const ACTIONS: Readonly<
  Record<`${ProductStatus} > ${ProductStatus}`, Readonly<Record<Weight, readonly Action[]>>>
> = {
  'draft > draft': { nothing: [], unlocked: ['update'], locked: ['update'] },
  'draft > published': {
    nothing: ['publish'],
    unlocked: ['update', 'publish'],
    locked: ['update', 'publish'],
  },
  'published > published': { nothing: [], unlocked: ['update'], locked: ['unpublish', 'update', 'publish'] },
  'published > draft': { nothing: ['unpublish'], unlocked: ['unpublish'], locked: ['unpublish', 'update'] },
};

/** The steps that change a product of one status, given the fields that differ. */
export function actionsFor(from: ProductStatus, fields: PartialFields): readonly Action[] {
  return ACTIONS[`${from} > ${fields.status ?? from}`][weightOf(fields)];
}

function weightOf(fields: PartialFields): Weight {
  const others = (Object.keys(fields) as FieldName[]).filter((name) => name !== 'status');
  if (others.length === 0) return 'nothing';
  return others.some((name) => fieldOf(name).lockedWhilePublished) ? 'locked' : 'unlocked';
}

/** The live products whose subscriptions a plan for this difference would end, so their numbers must be read. */
export function losingSubscriptions({ changes }: Difference): readonly HeldProduct[] {
  return changes.flatMap((change) => {
    if (change.kind === 'create' || change.kind === 'release' || change.live.type === 'external') return [];
    if (change.kind !== 'update') return [change.live];
    return actionsFor(change.live.fields.status, change.fields).includes('unpublish') ? [change.live] : [];
  });
}
