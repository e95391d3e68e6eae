import type { Plan } from '../../../src/model/plan.ts';
import { BASIC_AUTH } from '../../support/auth.ts';
import { desiredProduct } from '../../support/desired-product.ts';
import { links } from '../../support/links.ts';
import { published } from '../../support/live-product.ts';
import { planOf, type Situation } from '../../support/plan-of.ts';

/** One published product with subscriptions and a change of auth: a republish that ends subscriptions. */
export function republish(name: string): Situation {
  const live = published({ name, id: 'p', linked_gateway_services: links('pay') });
  return {
    live: [live],
    desired: [desiredProduct({ name, auth: BASIC_AUTH, status: 'published' })],
    subscriptions: { p: { active: 2, pending: 1, known: true } },
  };
}

/** `each` products of each kind: created, updated in place, republished with one lost subscription, deleted. */
export function manyChanges(each: number, name = (kind: string, index: number) => `${kind} ${index}`): Plan {
  const numbers = Array.from({ length: each }, (_, index) => index);
  const live = (kind: string) =>
    numbers.map((index) => published({ id: `${kind}-${index}`, name: name(kind, index) }));
  const losing = live('republished');
  return planOf({
    live: [...losing, ...live('updated'), ...live('deleted')],
    desired: numbers.flatMap((index) => [
      desiredProduct({ name: name('created', index), auth: BASIC_AUTH }),
      desiredProduct({ name: name('updated', index), desc: 'new' }),
      desiredProduct({ name: name('republished', index), auth: BASIC_AUTH, status: 'published' }),
    ]),
    subscriptions: Object.fromEntries(losing.map(({ id }) => [id, { active: 1, pending: 0, known: true }])),
  });
}
