import { shellWord } from '../lib/printable.ts';
import { allowanceFor, flagLoss, type Consent, type Subject } from '../model/consent.ts';
import type { Allowance } from '../model/declared.ts';
import type { Permit, Hazard } from '../model/plan.ts';
import { refusals } from './refusals.ts';

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

type Deletes = Extract<Hazard, { readonly products: readonly Subject[] }>;

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
