import { lossAllowed, type Consent, type Subject } from '../model/consent.ts';
import type { SubscriptionCount } from '../model/live.ts';

/**
 * The remaining number of subscriptions that may end in this run (docs/design/contract.md §11): for each product its
 * own number, for all others together the shared number. Counts are read again before each use.
 */
export class Budget {
  readonly #consent: Consent;
  /** By product id. */
  readonly #used = new Map<string, number>();
  #shared: number;

  constructor(consent: Consent) {
    this.#consent = consent;
    this.#shared = consent.subscriptionLoss === 'any' ? 0 : consent.subscriptionLoss;
  }

  /**
   * Subtracts the count from the remaining number. If that does not suffice, subtracts nothing and returns the
   * reason. An earlier count for the same product is included: a repeated write ends at most the larger of the two
   * counts.
   */
  take(subject: Subject, count: SubscriptionCount): string | undefined {
    const own = lossAllowed(this.#consent, subject);
    if (own === 'any') return undefined;
    if (!count.known) return 'the number of its subscriptions is unknown, which counts as too many';
    const loss = count.active + count.pending;
    const used = this.#used.get(subject.id) ?? 0;
    const allowed = own ?? this.#shared + used;
    if (loss > allowed) return `${loss} of its subscriptions would end now, and ${allowed} are allowed`;
    if (own === undefined) this.#shared = allowed - Math.max(loss, used);
    this.#used.set(subject.id, Math.max(loss, used));
    return undefined;
  }
}
