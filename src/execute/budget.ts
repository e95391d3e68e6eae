import { lossAllowed, type Consent, type Subject } from '../model/consent.ts';
import type { SubscriptionCount } from '../model/live.ts';

/**
 * What is left of the subscriptions that may end in this run (docs/design/contract.md §11): for each product what was allowed
 * for it, for all others together the number that they share. Counts are read again before each use.
 */
export class Budget {
  readonly #consent: Consent;
  /** By product id. */
  readonly #taken = new Map<string, number>();
  #shared: number;

  constructor(consent: Consent) {
    this.#consent = consent;
    this.#shared = consent.subscriptionLoss === 'any' ? 0 : consent.subscriptionLoss;
  }

  /**
   * Takes the count off what is left. Takes nothing and says why if that does not suffice. What was taken for the same
   * product before counts: a write that is repeated ends no more than the greater of the two counts.
   */
  take(subject: Subject, count: SubscriptionCount): string | undefined {
    const own = lossAllowed(this.#consent, subject);
    if (own === 'any') return undefined;
    if (!count.known) return 'the number of its subscriptions is unknown, which counts as too many';
    const loss = count.active + count.pending;
    const taken = this.#taken.get(subject.id) ?? 0;
    const allowed = own ?? this.#shared + taken;
    if (loss > allowed) return `${loss} of its subscriptions would end now, and ${allowed} are allowed`;
    if (own === undefined) this.#shared = allowed - Math.max(loss, taken);
    this.#taken.set(subject.id, Math.max(loss, taken));
    return undefined;
  }
}
