import type { Plan } from '../model/plan.ts';
import { productBlocks } from './product-blocks.ts';
import { DEED_WORDS, DEEDS, lossWords, plural, type Deed } from './words.ts';

/** The counts of a plan on one line, products first, the same in every format (docs/design/contract.md §3.2, §12). */
export function summaryText(plan: Pick<Plan, 'steps' | 'waits' | 'summary'>): string {
  const { unchanged, unmanaged, other_owners: others, subscriptions_ended: loss } = plan.summary;
  const ended = loss.active + loss.pending + loss.unknown > 0 ? [`ends ${lossWords(loss)}`] : [];
  const parts = [
    plan.steps.length === 0
      ? 'No changes'
      : `sync would change ${productsWords(plan, plan.summary, 'would')}`,
    `${unchanged} unchanged`,
    ...(unmanaged > 0 ? [`${unmanaged} unmanaged`] : []),
    ...(others > 0 ? [`${others} of other owners`] : []),
    ...ended,
  ];
  return `${parts.join('; ')}.`;
}

/** `2 products in 4 steps (create 1, unpublish 1, update 1, publish 1)` */
export function productsWords(
  plan: Pick<Plan, 'steps' | 'waits'>,
  counts: Readonly<Record<Deed, number>>,
  tense: 'would' | 'did',
): string {
  const products = plural(productBlocks(plan).length, 'product');
  return `${products} in ${plural(plan.steps.length, 'step')} (${countsText(counts, tense)})`;
}

/** `create 2, update 1`, or `created 2, updated 1`; '' where nothing is counted. */
export function countsText(counts: Readonly<Record<Deed, number>>, tense: 'would' | 'did'): string {
  return DEEDS.filter((deed) => counts[deed] > 0)
    .map((deed) => `${DEED_WORDS[deed][tense]} ${counts[deed]}`)
    .join(', ');
}
