import { listed } from '../lib/printable.ts';
import { groupBy } from '../lib/lists.ts';
import type { Subscriber } from '../model/live.ts';
import type { Plan, Step } from '../model/plan.ts';
import { actionKindOf, ACTION_WORDS, lossWords, type InlineStyle } from './words.ts';

/**
 * The impact of one step on callers of the APIs. Names are as on the portal: code that prints them must escape them.
 */
export interface ImpactWords {
  readonly product: string;
  /** `unpublish ends 2 active subscriptions` */
  readonly loss: string;
  /** Up to ten subscribers who lose a subscription, and the number of others; '' if they are not named. */
  readonly subscribers: string;
  /**
   * The effect on `services`, e.g. `will accept unauthenticated requests until it is published again`; '' without
   * services.
   */
  readonly gap: string;
  /** The services of `gap`; often none. */
  readonly services: readonly string[];
}

/** The steps with an impact on users: those that end subscriptions first, else in the order of the plan. */
export function impacts(plan: Pick<Plan, 'steps' | 'waits'>, mark: InlineStyle): readonly ImpactWords[] {
  const felt = plan.steps.filter(({ impact }) => impact.services_without_auth.length > 0);
  const losing = plan.steps.filter(endsSubscriptions);
  return [...new Set([...losing, ...felt])].flatMap((step) => {
    const gaps = groupBy(step.impact.services_without_auth, (service) => gapOf(step, service, plan, mark));
    const loss = endsSubscriptions(step) ? ` ends ${lossOf(step)}` : '';
    const words = { product: step.product.name, loss: `${ACTION_WORDS[actionKindOf(step)].would}${loss}` };
    const subscribers = subscriberWords(step.impact.subscribers, mark);
    if (gaps.size === 0) return [{ ...words, subscribers, gap: '', services: [] }];
    return [...gaps].map(([gap, services], place) => ({
      ...words,
      subscribers: place === 0 ? subscribers : '',
      gap,
      services,
    }));
  });
}

const OPEN = 'will accept unauthenticated requests';

/**
 * The end of the gap in product auth: the product is published again, another product takes the service, or it is
 * unknown.
 */
function gapOf(
  { id, chain }: Step,
  service: string,
  { steps, waits }: Pick<Plan, 'steps' | 'waits'>,
  mark: InlineStyle,
): string {
  if (steps.some((step) => step.chain === chain && step.action === 'publish')) {
    return `${OPEN} until it is published again`;
  }
  const taken = waits.find((wait) => wait.after === id && wait.service === service);
  const taker = steps.find((step) => step.id === taken?.step);
  return taker ? `${OPEN} until ${mark.name(taker.product.name)} has it and is published` : OPEN;
}

const MOST_NAMED = 10;

/** `"shop" of "dora", "mobile" of "dora" (pending) and 3 more`; '' without names. */
export function subscriberWords(subscribers: readonly Subscriber[] = [], mark: InlineStyle): string {
  const words = subscribers.map(({ developer, application, status }) => {
    const owner = developer === '' ? '' : ` of ${mark.name(developer)}`;
    return `${mark.name(application)}${owner}${status === 'pending' ? ' (pending)' : ''}`;
  });
  return listed(words, `${mark.command('adc subscribers')} lists all of them`, MOST_NAMED);
}

export function endsSubscriptions({ impact: { subscriptions } }: Pick<Step, 'impact'>): boolean {
  return !subscriptions.known || subscriptions.active + subscriptions.pending > 0;
}

function lossOf({ impact: { subscriptions } }: Step): string {
  const { active, pending, known } = subscriptions;
  return lossWords({ active, pending, unknown: known ? 0 : 1 });
}
