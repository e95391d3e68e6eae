/** What the person who runs `sync` allows; never part of a plan (contract §6). */
export interface Consent {
  /** How many subscriptions, active and pending together, may end; `any`: also an unknown number. */
  readonly subscriptionLoss: number | 'any';
  /** Undefined: the ceiling of contract §6, 30 % of ten or more. */
  readonly maxDeletes: { readonly count: number } | { readonly percent: number } | undefined;
  /** Whether a deletion and a creation that look like a rename are refused. */
  readonly renameCheck: boolean;
}

export const NO_CONSENT: Consent = { subscriptionLoss: 0, maxDeletes: undefined, renameCheck: true };
