import type { Summary } from '../model/plan.ts';
import { DEED_WORDS, DEEDS, lossWords, type Deed } from './words.ts';

/** The counts of a plan on one line, the same in every format (acceptance R2). */
export function summaryText(summary: Summary): string {
  const { unchanged, unmanaged, subscriptions_ended: loss } = summary;
  const deeds = countsText(summary, 'would');
  const ended = loss.active + loss.pending + loss.unknown > 0 ? [`ends ${lossWords(loss)}`] : [];
  const parts = [
    deeds === '' ? 'No changes' : `sync would ${deeds}`,
    `${unchanged} unchanged`,
    ...(unmanaged > 0 ? [`${unmanaged} unmanaged`] : []),
    ...ended,
  ];
  return `${parts.join('; ')}.`;
}

/** `create 2, update 1`, or `created 2, updated 1`; '' where nothing is counted. */
export function countsText(counts: Readonly<Record<Deed, number>>, tense: 'would' | 'did'): string {
  return DEEDS.filter((deed) => counts[deed] > 0)
    .map((deed) => `${DEED_WORDS[deed][tense]} ${counts[deed]}`)
    .join(', ');
}
