import {
  allowanceFor,
  allowsOpen,
  allowsTakeOver,
  lossAllowed,
  type Consent,
  type Subject,
} from '../model/consent.ts';
import type { Hazard } from '../model/plan.ts';

const CEILING_PERCENT = 30;

/** The hazards without consent: `sync` refuses the plan if there is one (docs/design/contract.md §11, exit 4). */
export function refusals(hazards: readonly Hazard[], consent: Consent): readonly Hazard[] {
  const shared = hazards.filter((one) => sharesLoss(one, consent));
  const isTooMuch = exceeds(shared, consent.subscriptionLoss);
  const deleted = hazards.flatMap((one) => deletedBy(one, consent)).length;
  const sharing = new Set<Hazard>(shared);
  return hazards.flatMap((hazard) => {
    if (sharing.has(hazard)) return isTooMuch ? [hazard] : [];
    const left = remaining(hazard, consent, deleted);
    return left === undefined ? [] : [left];
  });
}

type Loss = Extract<Hazard, { code: 'subscription-loss' }>;

/** Whether the loss counts against the shared number for all products. */
function sharesLoss(hazard: Hazard, consent: Consent): hazard is Loss {
  return hazard.code === 'subscription-loss' && lossAllowed(consent, hazard.product) === undefined;
}

function exceeds(losses: readonly Loss[], allowed: Consent['subscriptionLoss']): boolean {
  if (allowed === 'any') return false;
  const sum = losses.reduce((total, { active, pending }) => total + active + pending, 0);
  return sum > allowed || losses.some(({ known }) => !known);
}

type Kind<Code extends Hazard['code']> = Extract<Hazard, { code: Code }>;

/** The refused part of a hazard; undefined if it is allowed. `deleted` is the number of deletions without an entry. */
function remaining(hazard: Hazard, consent: Consent, deleted: number): Hazard | undefined {
  const judge = JUDGES[hazard.code] as (
    hazard: Hazard,
    consent: Consent,
    deleted: number,
  ) => Hazard | undefined;
  return judge(hazard, consent, deleted);
}

/** The consent that allows each hazard (docs/design/contract.md §10 and §11, §6). */
const JUDGES: {
  readonly [Code in Hazard['code']]: (
    hazard: Kind<Code>,
    consent: Consent,
    deleted: number,
  ) => Hazard | undefined;
} = {
  'subscription-loss': (hazard, consent) => {
    const allowed = lossAllowed(consent, hazard.product) ?? 0;
    const isAllowed = allowed === 'any' || (hazard.known && hazard.active + hazard.pending <= allowed);
    return unless(isAllowed, hazard);
  },
  'services-left-open': (hazard, consent) => {
    const services = hazard.services.filter((one) => !allowsOpen(consent, hazard.product, one));
    return unless(services.length === 0, { ...hazard, services });
  },
  'owned-by-another': (hazard, consent) =>
    unless(allowsTakeOver(consent, hazard.product, hazard.owner), hazard),
  'owner-elsewhere': tooManyDeletes,
  deletes: tooManyDeletes,
  'deletes-unmanaged': tooManyDeletes,
  'not-ours': (hazard, consent) =>
    unless(hazard.managed && hazard.owner === null && namesOutcome(hazard.product, consent), hazard),
  releases: (hazard, { allowances }) =>
    unless(allowanceFor(allowances, hazard.product)?.release === true, hazard),
  'looks-like-rename': (hazard, { renameCheck, allowances }) =>
    unless(!renameCheck || allowanceFor(allowances, hazard.product)?.rename_check === false, hazard),
  'empty-input': always,
  'status-not-declared': always,
  'replacement-needs-delete': always,
  'replaces-unmanaged': always,
};

function unless(isAllowed: boolean, hazard: Hazard): Hazard | undefined {
  return isAllowed ? undefined : hazard;
}

function always(hazard: Hazard): Hazard {
  return hazard;
}

/** Whether an entry deletes or releases the product. */
function namesOutcome(product: Subject, { allowances }: Consent): boolean {
  const entry = allowanceFor(allowances, product);
  return entry?.delete === true || entry?.release === true;
}

type Deletes = Extract<Hazard, { code: 'deletes' | 'deletes-unmanaged' | 'owner-elsewhere' }>;

/** The deletions without an entry, if there are more than the limit. */
function tooManyDeletes(hazard: Deletes, consent: Consent, deleted: number): Hazard | undefined {
  const { maxDeletes } = consent;
  const products = withoutEntry(hazard.products, consent);
  if (products.length === 0) return undefined;
  const isAllowed =
    maxDeletes !== undefined && 'count' in maxDeletes
      ? deleted <= maxDeletes.count
      : products.length <= mostDeletes(hazard, maxDeletes?.percent);
  return isAllowed ? undefined : { ...hazard, products };
}

function mostDeletes(hazard: Deletes, percent: number | undefined): number {
  if (percent !== undefined) return Math.floor((hazard.live * percent) / 100);
  if (hazard.code === 'deletes-unmanaged') return Number.POSITIVE_INFINITY;
  if (hazard.code === 'owner-elsewhere' || hazard.owner === null) return 0;
  return Math.max(1, Math.floor((hazard.live * CEILING_PERCENT) / 100));
}

/** The deletions of a hazard without an entry: --max-deletes limits the sum of all of them in the run. */
function deletedBy(hazard: Hazard, consent: Consent): readonly Subject[] {
  return hazard.code === 'deletes' || hazard.code === 'deletes-unmanaged'
    ? withoutEntry(hazard.products, consent)
    : [];
}

function withoutEntry(products: readonly Subject[], { allowances }: Consent): readonly Subject[] {
  return products.filter((one) => allowanceFor(allowances, one)?.delete !== true);
}
