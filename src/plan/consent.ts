import { nearest } from '../lib/nearest.ts';
import { shellWord } from '../lib/printable.ts';
import type { Difference } from '../model/change.ts';
import type { Consent, Subject } from '../model/consent.ts';
import {
  allowanceFor,
  allowsOpen,
  allowsTakeOver,
  flagLoss,
  lossAllowed,
  subjects,
} from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { CompactProduct } from '../model/live.ts';
import type { Permit, Hazard, Plan } from '../model/plan.ts';

const CEILING_PERCENT = 30;

/** The hazards without consent: `sync` refuses the plan if there is one (docs/design/contract.md §11, exit 4). */
export function refusals(hazards: readonly Hazard[], consent: Consent): readonly Hazard[] {
  const shared = hazards.filter((one) => sharesLoss(one, consent));
  const isOverLimit = exceeds(shared, consent.subscriptionLoss);
  const sharing = new Set<Hazard>(shared);
  const left = hazards.map((hazard) => remaining(hazard, consent));
  const deleted = left.flatMap((one) =>
    one.code === 'deletes' || one.code === 'deletes-unmanaged' ? one.products : [],
  ).length;
  return left.filter((hazard) =>
    sharing.has(hazard) ? isOverLimit : !rowOf(IS_ALLOWED, hazard)?.(hazard, consent, deleted),
  );
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

/** A hazard without the services and deletions that consent allows one by one. */
function remaining(hazard: Hazard, consent: Consent): Hazard {
  if (hazard.code === 'services-left-open') {
    const services = hazard.services.filter((one) => !allowsOpen(consent, hazard.product, one));
    return { ...hazard, services };
  }
  if (!('products' in hazard)) return hazard;
  const isAllowed = (one: Subject) => allowanceFor(consent.allowances, one)?.delete === true;
  return { ...hazard, products: hazard.products.filter((one) => !isAllowed(one)) };
}

type Row<Kind extends Hazard, Context, Result> = (hazard: Kind, consent: Consent, context: Context) => Result;
type Table<Context, Result> = {
  readonly [Code in Hazard['code']]?: Row<Extract<Hazard, { code: Code }>, Context, Result>;
};

function rowOf<Context, Result>(table: Table<Context, Result>, { code }: Hazard) {
  return table[code] as Row<Hazard, Context, Result> | undefined;
}

/**
 * Whether consent allows the remaining part of a hazard (docs/design/contract.md §6, §10, §11), given the number of
 * deletions without an entry. A hazard without a row is never allowed.
 */
const IS_ALLOWED: Table<number, boolean> = {
  'subscription-loss': ({ product, known, active, pending }, consent) => {
    const allowed = lossAllowed(consent, product) ?? 0;
    return allowed === 'any' || (known && active + pending <= allowed);
  },
  'services-left-open': ({ services }) => services.length === 0,
  'owned-by-another': ({ product, owner }, consent) => allowsTakeOver(consent, product, owner),
  'owner-elsewhere': areFewDeletes,
  deletes: areFewDeletes,
  'deletes-unmanaged': areFewDeletes,
  'not-ours': ({ product, managed, owner }, { allowances }) =>
    managed && owner === null && deletesOrReleases(allowanceFor(allowances, product)),
  releases: ({ product }, { allowances }) => allowanceFor(allowances, product)?.release === true,
  'looks-like-rename': ({ product }, { renameCheck, allowances }) =>
    !renameCheck || allowanceFor(allowances, product)?.rename_check === false,
};

function deletesOrReleases(entry: Allowance | undefined): boolean {
  return entry?.delete === true || entry?.release === true;
}

type Deletes = Extract<Hazard, { readonly products: readonly Subject[] }>;

/** Whether the deletions without an entry are within the limit. A count of --max-deletes limits all of them together. */
function areFewDeletes(hazard: Deletes, { maxDeletes }: Consent, deleted: number): boolean {
  const { length } = hazard.products;
  if (length === 0) return true;
  if (maxDeletes !== undefined && 'count' in maxDeletes) return deleted <= maxDeletes.count;
  return length <= maxDeletesOf(hazard, maxDeletes?.percent);
}

function maxDeletesOf(hazard: Deletes, percent: number | undefined): number {
  if (percent !== undefined) return Math.floor((hazard.live * percent) / 100);
  if (hazard.code === 'deletes-unmanaged') return Number.POSITIVE_INFINITY;
  if (hazard.code === 'owner-elsewhere' || hazard.owner === null) return 0;
  return Math.max(1, Math.floor((hazard.live * CEILING_PERCENT) / 100));
}

/** The hazards of a plan that consent allows, with the entry or flag (docs/design/contract.md §11). Pure. */
export function permits(
  hazards: readonly Hazard[],
  consent: Consent,
  breaking: readonly Subject[] = [],
): readonly Permit[] {
  const refused = refusals(hazards, consent);
  const documents = breaking.map((product) => ({ code: 'breaking-openapi', product }) as const);
  return [
    ...hazards.flatMap((hazard) => rowOf(PERMITS, hazard)?.(hazard, consent, refused) ?? []),
    ...documents.flatMap((one) => byEntry(one, consent, (entry) => entry.breaking_openapi === true)),
  ];
}

/** The consent for each hazard, given the refused ones. A hazard without a row is never allowed. */
const PERMITS: Table<readonly Hazard[], readonly Permit[]> = {
  'subscription-loss': (hazard, consent, refused) => {
    if (refused.includes(hazard)) return [];
    const flag = lossFlag(hazard.product, consent);
    const entry = byEntry(hazard, consent, ({ subscription_loss }) => subscription_loss !== undefined);
    if (flag === undefined && entry.length > 0) return entry;
    return byFlag(hazard, flag ?? `--max-subscription-loss ${consent.subscriptionLoss}`);
  },
  'services-left-open': (hazard, { unauthenticated: open, allowances }) => {
    const isFlagged = (one: string) => open === 'all' || open.includes(one);
    const flagged = hazard.services.filter(isFlagged);
    const entry = allowanceFor(allowances, hazard.product);
    const opened = hazard.services.filter((one) => !isFlagged(one) && entry && allowsService(entry, one));
    return [
      ...(flagged.length === 0 ? [] : byFlag({ ...hazard, services: flagged }, '--allow-unauthenticated')),
      ...(entry && opened.length > 0 ? [{ hazard: { ...hazard, services: opened }, by: entry }] : []),
    ];
  },
  'owned-by-another': (hazard, consent, refused) => {
    const entry = byEntry(hazard, consent, ({ take_over_from: owner }) => owner === hazard.owner);
    return entry.length > 0 || refused.includes(hazard) ? entry : byFlag(hazard, '--take-over');
  },
  'owner-elsewhere': deletions,
  deletes: deletions,
  'deletes-unmanaged': deletions,
  'not-ours': (hazard, consent, refused) =>
    refused.includes(hazard) ? [] : byEntry(hazard, consent, deletesOrReleases),
  releases: (hazard, consent) => byEntry(hazard, consent, ({ release }) => release === true),
  'looks-like-rename': (hazard, consent) =>
    consent.renameCheck
      ? byEntry(hazard, consent, ({ rename_check }) => rename_check === false)
      : byFlag(hazard, '--no-rename-check'),
};

function byFlag(hazard: Hazard, flag: string): readonly Permit[] {
  return [{ hazard, by: { flag } }];
}

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

function allowsService({ unauthenticated: open }: Allowance, service: string): boolean {
  return open === true || (Array.isArray(open) && open.includes(service));
}

/** Products with an entry are allowed by the entry, the others by --max-deletes. */
function deletions(hazard: Deletes, consent: Consent, refused: readonly Hazard[]): readonly Permit[] {
  const named = hazard.products.flatMap((product): readonly Permit[] => {
    const by = allowanceFor(consent.allowances, product);
    return by?.delete === true ? [{ hazard: { ...hazard, products: [product] }, by }] : [];
  });
  const isRefused = refused.some((one) => one.code === hazard.code && ownerOf(one) === ownerOf(hazard));
  const isFlagged = consent.maxDeletes !== undefined && named.length < hazard.products.length;
  return [...named, ...(isFlagged && !isRefused ? byFlag(remaining(hazard, consent), '--max-deletes') : [])];
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
  plan: Plan,
  live: readonly CompactProduct[],
): readonly Diagnostic[] {
  const { hazards, steps, part, notes } = plan;
  if (notes.some(({ code }) => code === 'part-of-files')) return [];
  const used = new Set(hazards.flatMap(subjectsOf).map((one) => allowanceFor(allowances, one)));
  const subject = subjects(live);
  for (const { product, changes } of steps) {
    const found = live.find(({ id }) => id === product.id);
    if (found && changes.some(({ openapi }) => openapi)) used.add(allowanceFor(allowances, subject(found)));
  }
  const names = live.map(({ fields }) => fields.name);
  return allowances
    .filter((entry) => !used.has(entry) && (part.length === 0 || part.some((name) => name === entry.product)))
    .map((entry) => unused(entry, unusedHint(entry, plan, names)));
}

/** Warnings for names in flags that allow nothing that a plan does, such as misspelled ones. */
export function unusedFlags(
  plan: Pick<Plan, 'hazards'> | undefined,
  { subscriptionLossOf, takeOver, unauthenticated }: Omit<Consent, 'allowances'>,
): readonly Diagnostic[] {
  const hazards = plan?.hazards ?? [];
  const namesIn = (code: Hazard['code']): readonly string[] =>
    hazards
      .flatMap((one) => (one.code === code ? subjectsOf(one) : []))
      .flatMap(({ id, names }) => [id, ...names]);
  const services = hazards.flatMap((one) => (one.code === 'services-left-open' ? one.services : []));
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['--max-subscription-loss', [...subscriptionLossOf.keys()], namesIn('subscription-loss')],
    ['--take-over', takeOver, namesIn('owned-by-another')],
    ['--allow-unauthenticated', unauthenticated === 'all' ? [] : unauthenticated, services],
  ];
  return rows.flatMap(([flag, given, used]) => {
    const unusedNames = plan === undefined ? [] : given.filter((name) => !used.includes(name));
    return unusedNames.map((name) => {
      const near = nearest(
        name,
        used.filter((one) => !given.includes(one)),
      );
      const hint = near === undefined ? 'Remove it, or correct the name.' : `Did you mean "${near}"?`;
      const message = `${flag} "${name}" allows nothing that this plan does`;
      return diagnostic('allowance-unused', { message, hint });
    });
  });
}

function subjectsOf(hazard: Hazard): readonly Subject[] {
  if ('products' in hazard) return hazard.products;
  return 'product' in hazard && typeof hazard.product !== 'string' ? [hazard.product] : [];
}

function unusedHint(
  { id, product = '', delete: deletes, release }: Allowance,
  { unmanaged, otherOwners }: Plan,
  names: readonly string[],
): string {
  const near = id === undefined && !names.includes(product) ? nearest(product, names) : undefined;
  if (near !== undefined) return `Did you mean "${near}"?`;
  const removes = deletes === true || release === true;
  if (removes && unmanaged.includes(product))
    return 'adc does not manage this product: delete it in the dashboard, or remove the entry.';
  if (removes && otherOwners.includes(product))
    return 'This product belongs to another owner, whose files can delete or release it.';
  return 'Remove the entry once its change is applied.';
}

function unused({ id, product = id ?? '', at }: Allowance, hint: string): Diagnostic {
  return diagnostic('allowance-unused', {
    message: `the entry for "${product}" allows nothing that this plan does`,
    hint,
    location: at([id === undefined ? 'product' : 'id']),
  });
}

/**
 * Published external products whose new OpenAPI document breaks callers. Everyone can use a published external
 * product, so it counts as one with subscribers (docs/design/contract.md §18).
 */
export function breakingProducts(
  difference: Difference,
  live: readonly CompactProduct[],
): readonly Subject[] {
  const subject = subjects(live);
  return difference.changes.flatMap((change) => {
    if (change.kind !== 'update' || change.live.fields.status !== 'published') return [];
    const breaks = change.changes.some(({ openapi = [] }) => openapi.some(({ breaking }) => breaking));
    return breaks ? [subject(change.live, change.desired.name)] : [];
  });
}
