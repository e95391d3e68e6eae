import type { HeldProduct } from './live.ts';
import type { Step } from './plan.ts';

/**
 * Whether steps end the subscriptions of a live product: it is deleted, or a draft after having been published
 * (docs/design/admin-api.md §7.5). Judged by what the writes do, never by what the steps are called.
 */
export function endsSubscriptions(
  live: Pick<HeldProduct, 'type' | 'fields'>,
  steps: readonly Pick<Step, 'action' | 'fields'>[],
): boolean {
  if (live.type === 'external') return false;
  const isPublished = live.fields.status === 'published';
  return steps.some(
    ({ action, fields }) => action === 'delete' || (isPublished && fields.status === 'draft'),
  );
}
