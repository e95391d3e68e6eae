import type { Consent } from '../model/consent.ts';
import type { Hazard } from '../model/plan.ts';

const CEILING_FROM = 10;
const CEILING_PERCENT = 30;

/** The hazards that the consent given does not lift: `sync` refuses the plan if there is one (contract §6, exit 4). */
export function refusals(hazards: readonly Hazard[], consent: Consent): readonly Hazard[] {
  return hazards.filter((hazard) => isRefused(hazard, consent));
}

function isRefused(hazard: Hazard, consent: Consent): boolean {
  switch (hazard.code) {
    case 'subscription-loss':
      return exceeds(hazard, consent.subscriptionLoss);
    case 'deletes':
      return hazard.deletes > mostDeletes(hazard.deletable, consent.maxDeletes);
    case 'looks-like-rename':
      return consent.renameCheck;
    case 'empty-input':
    case 'status-not-declared':
    case 'replacement-needs-delete':
    case 'replaces-unmanaged':
      return true;
  }
}

function exceeds(
  loss: { readonly active: number; readonly pending: number; readonly unknown: number },
  allowed: Consent['subscriptionLoss'],
): boolean {
  if (allowed === 'any') return false;
  return loss.unknown > 0 || loss.active + loss.pending > allowed;
}

/** How many deletions are allowed, of the products that could be deleted at all. */
export function mostDeletes(deletable: number, allowed: Consent['maxDeletes']): number {
  if (allowed === undefined) {
    return deletable < CEILING_FROM ? Number.POSITIVE_INFINITY : share(deletable, CEILING_PERCENT);
  }
  return 'count' in allowed ? allowed.count : share(deletable, allowed.percent);
}

function share(whole: number, percent: number): number {
  return Math.floor((whole * percent) / 100);
}
