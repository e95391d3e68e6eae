import type { Consent } from '../model/consent.ts';
import type { SubscriptionCount } from '../model/live.ts';

/** What is left of the subscriptions that may end in this run (contract §6); counts are read again before each use. */
export class Budget {
  #left: Consent['subscriptionLoss'];
  /** By product id. */
  readonly #taken = new Map<string, number>();

  constructor(allowed: Consent['subscriptionLoss']) {
    this.#left = allowed;
  }

  /**
   * Takes the count off what is left. Takes nothing and says why if that does not suffice. What was taken for the same
   * product before counts: a write that is repeated ends no more than the greater of the two counts.
   */
  take(id: string, count: SubscriptionCount): string | undefined {
    if (this.#left === 'any') return undefined;
    if (!count.known) return 'the number of its subscriptions is unknown, and unknown counts as too many';
    const loss = count.active + count.pending;
    const taken = this.#taken.get(id) ?? 0;
    const allowed = this.#left + taken;
    if (loss > allowed) return `${loss} of its subscriptions would end now, and ${allowed} may`;
    this.#left = allowed - Math.max(loss, taken);
    this.#taken.set(id, Math.max(loss, taken));
    return undefined;
  }
}
