import { nearest } from '../lib/nearest.ts';
import { shellWord } from '../lib/printable.ts';
import type { Difference } from '../model/change.ts';
import {
  allowanceFor,
  allowsOpen,
  allowsTakeOver,
  type Consent,
  flagLoss,
  lossAllowed,
  type Subject,
  subjects,
} from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import type { Permit } from '../model/permit.ts';
import type { Hazard, Plan } from '../model/plan.ts';

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

/** The hazards of a plan that consent allows, with the entry or flag (docs/design/contract.md §11). Pure. */
export function permits(
  hazards: readonly Hazard[],
  consent: Consent,
  breaking: readonly Subject[] = [],
): readonly Permit[] {
  const refused = refusals(hazards, consent);
  return [
    ...hazards.flatMap((hazard) => {
      const find = FINDERS[hazard.code] as Finder<Hazard> | undefined;
      return find?.(hazard, consent, refused) ?? [];
    }),
    ...breaking.flatMap((product) =>
      byEntry(
        { code: 'breaking-openapi', product },
        consent,
        ({ breaking_openapi }) => breaking_openapi === true,
      ),
    ),
  ];
}

type Finder<Kind extends Hazard> = (
  hazard: Kind,
  consent: Consent,
  refused: readonly Hazard[],
) => readonly Permit[];

/** The consent for each hazard; a hazard without a row is never allowed. */
const FINDERS: { readonly [Code in Hazard['code']]?: Finder<Extract<Hazard, { code: Code }>> } = {
  'subscription-loss': (hazard, consent, refused) => {
    if (refused.includes(hazard)) return [];
    const flag = lossFlag(hazard.product, consent);
    const entry = byEntry(hazard, consent, ({ subscription_loss }) => subscription_loss !== undefined);
    if (flag === undefined && entry.length > 0) return entry;
    return [{ hazard, by: { flag: flag ?? `--max-subscription-loss ${consent.subscriptionLoss}` } }];
  },
  'services-left-open': (hazard, consent) => {
    const { unauthenticated: open } = consent;
    const flagged = hazard.services.filter((one) => open === 'all' || open.includes(one));
    const others = hazard.services.filter((one) => !flagged.includes(one));
    return [
      ...(flagged.length === 0
        ? []
        : [{ hazard: { ...hazard, services: flagged }, by: { flag: '--allow-unauthenticated' } }]),
      ...byEntry(hazard, consent, (entry) => others.some((one) => opens(entry, one))).map(({ by }) => ({
        hazard: { ...hazard, services: others.filter((one) => 'at' in by && opens(by, one)) },
        by,
      })),
    ];
  },
  'owned-by-another': (hazard, consent, refused) => {
    const entry = byEntry(hazard, consent, ({ take_over_from: owner }) => owner === hazard.owner);
    if (entry.length > 0 || refused.includes(hazard)) return entry;
    return [{ hazard, by: { flag: '--take-over' } }];
  },
  'owner-elsewhere': deletions,
  deletes: deletions,
  'deletes-unmanaged': deletions,
  'not-ours': (hazard, consent, refused) =>
    refused.includes(hazard)
      ? []
      : byEntry(hazard, consent, (one) => one.delete === true || one.release === true),
  releases: (hazard, consent) => byEntry(hazard, consent, ({ release }) => release === true),
  'looks-like-rename': (hazard, consent) =>
    consent.renameCheck
      ? byEntry(hazard, consent, ({ rename_check }) => rename_check === false)
      : [{ hazard, by: { flag: '--no-rename-check' } }],
};

function byEntry(
  hazard: Permit['hazard'] & { readonly product: Subject },
  { allowances }: Consent,
  allows: (entry: Allowance) => boolean,
): readonly Permit[] {
  const entry = allowanceFor(allowances, hazard.product);
  return entry !== undefined && allows(entry) ? [{ hazard, by: entry }] : [];
}

function lossFlag(product: Subject, consent: Consent): string | undefined {
  if (consent.subscriptionLoss === 'any') return '--allow-subscription-loss';
  const [name, count] = flagLoss(consent, product) ?? [];
  if (name !== undefined) return `--max-subscription-loss ${shellWord(`${name}=${count}`)}`;
  return consent.restored.has(product.id) ? '--restore-subscriptions' : undefined;
}

function opens({ unauthenticated: open }: Allowance, service: string): boolean {
  return open === true || (Array.isArray(open) && open.includes(service));
}

/** Products with an entry are allowed by the entry, the others by --max-deletes. */
function deletions(hazard: Deletes, consent: Consent, refused: readonly Hazard[]): readonly Permit[] {
  const entryOf = (product: Subject): Allowance | undefined => {
    const entry = allowanceFor(consent.allowances, product);
    return entry?.delete === true ? entry : undefined;
  };
  const others = hazard.products.filter((product) => entryOf(product) === undefined);
  const isRefused = refused.some((one) => one.code === hazard.code && ownerOf(one) === ownerOf(hazard));
  const isFlagged = consent.maxDeletes !== undefined && others.length > 0 && !isRefused;
  return [
    ...hazard.products.flatMap((product) => {
      const by = entryOf(product);
      return by === undefined ? [] : [{ hazard: { ...hazard, products: [product] }, by }];
    }),
    ...(isFlagged ? [{ hazard: { ...hazard, products: others }, by: { flag: '--max-deletes' } }] : []),
  ];
}

function ownerOf(hazard: Hazard): string | null | undefined {
  return 'owner' in hazard ? hazard.owner : undefined;
}

/**
 * Warnings for entries of `allow:` that allow nothing that a plan does (docs/design/contract.md §11). A partial run
 * checks only the entries of its products; with only some of the files, no entries are checked.
 */
export function unusedAllowances(
  allowances: readonly Allowance[],
  { hazards, steps, part, notes }: Plan,
  live: readonly HeldProduct[],
): readonly Diagnostic[] {
  if (notes.some(({ code }) => code === 'part-of-files')) return [];
  const used = new Set(
    hazards.flatMap((hazard) => subjectsOf(hazard)).map((one) => allowanceFor(allowances, one)),
  );
  const subject = subjects(live);
  for (const { product, changes } of steps) {
    const found = live.find(({ id }) => id === product.id);
    if (found && changes.some(({ openapi }) => openapi)) used.add(allowanceFor(allowances, subject(found)));
  }
  const names = live.map(({ fields }) => fields.name);
  return allowances
    .filter((entry) => !used.has(entry) && (part.length === 0 || part.some((name) => name === entry.product)))
    .map((entry) => unused(entry, names));
}

function subjectsOf(hazard: Hazard): readonly Subject[] {
  if ('products' in hazard) return hazard.products;
  return 'product' in hazard && typeof hazard.product !== 'string' ? [hazard.product] : [];
}

function unused({ id, product = id ?? '', at }: Allowance, names: readonly string[]): Diagnostic {
  const near = id === undefined && !names.includes(product) ? nearest(product, names) : undefined;
  return diagnostic('allowance-unused', {
    message: `the entry for "${product}" allows nothing that this plan does`,
    hint: near === undefined ? 'Remove the entry once its change is applied.' : `Did you mean "${near}"?`,
    location: at([id === undefined ? 'product' : 'id']),
  });
}

/**
 * Published external products whose OpenAPI document changes so that callers may break. Everyone can use a published external
 * product, so it counts as one with subscribers (docs/design/contract.md §18).
 */
export function breakingProducts(difference: Difference, live: readonly HeldProduct[]): readonly Subject[] {
  const subject = subjects(live);
  return difference.changes.flatMap((change) => {
    if (change.kind !== 'update' || change.live.fields.status !== 'published') return [];
    const breaks = change.changes.some(({ openapi = [] }) => openapi.some(({ breaking }) => breaking));
    return breaks ? [subject(change.live, change.desired.name)] : [];
  });
}
