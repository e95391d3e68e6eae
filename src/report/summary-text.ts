import type { Action, Plan } from '../model/plan.ts';
import { ACTION_WORDS, lossWords } from './words.ts';

const ACTIONS: readonly Action[] = ['create', 'update', 'unpublish', 'publish', 'delete'];

/** The counts of a plan on one line, the same in every format (acceptance R2). */
export function summaryText({ summary }: Pick<Plan, 'summary'>, tense: 'would' | 'did'): string {
  const doing = ACTIONS.filter((action) => summary[action] > 0).map(
    (action) => `${ACTION_WORDS[action][tense]} ${summary[action]}`,
  );
  const adopted = summary.adopt === 0 ? [] : [`${tense === 'would' ? 'adopt' : 'adopted'} ${summary.adopt}`];
  const words = [...doing, ...adopted];
  const rest = [
    `${summary.unchanged} unchanged`,
    ...(summary.unmanaged > 0 ? [`${summary.unmanaged} unmanaged`] : []),
  ];
  const loss = summary.subscriptions_ended;
  const ended = loss.active + loss.pending + loss.unknown > 0 ? [`ends ${lossWords(loss)}`] : [];
  const lead =
    words.length === 0 ? 'No changes' : `${tense === 'would' ? 'sync would ' : ''}${words.join(', ')}`;
  return `${[lead, ...rest, ...ended].join('; ')}.`;
}
