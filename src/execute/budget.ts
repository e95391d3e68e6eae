import type { Consent } from '../model/consent.ts';
import type { SubscriptionCount } from '../model/live.ts';

/** What is left of the subscriptions that may end in this run (contract §6); counts are read again before each use. */
export class Budget {
  #left: Consent['subscriptionLoss'];

  constructor(allowed: Consent['subscriptionLoss']) {
    this.#left = allowed;
  }

  /** Takes the count off what is left. Takes nothing and says why if that does not suffice. */
  take(count: SubscriptionCount): string | undefined {
    if (this.#left === 'any') return undefined;
    if (!count.known) return 'the number of its subscriptions is unknown, and unknown counts as too many';
    const loss = count.active + count.pending;
    if (loss > this.#left) return `${loss} of its subscriptions would end now, and ${this.#left} may`;
    this.#left -= loss;
    return undefined;
  }
}
