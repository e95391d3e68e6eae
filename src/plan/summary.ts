import type { Action, Step, Summary } from '../model/plan.ts';

/** The counts that every format shows (docs/design/contract.md §3). */
export function summary(
  { unchanged, unmanaged, other_owners }: Pick<Summary, 'unchanged' | 'unmanaged' | 'other_owners'>,
  steps: readonly Step[],
): Summary {
  const count = (action: Action): number => steps.filter((step) => step.action === action).length;
  const adopt = steps.filter(({ reason }) => reason === 'adopted').length;
  const losses = steps.map(({ impact }) => impact.subscriptions);
  return {
    create: count('create'),
    update: count('update') - adopt,
    unpublish: count('unpublish'),
    publish: count('publish'),
    delete: count('delete'),
    adopt,
    unchanged,
    unmanaged,
    other_owners,
    subscriptions_ended: {
      active: losses.reduce((sum, { active }) => sum + active, 0),
      pending: losses.reduce((sum, { pending }) => sum + pending, 0),
      unknown: losses.filter(({ known }) => !known).length,
    },
  };
}
