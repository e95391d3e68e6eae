import type { Allowance } from './declared.ts';
import type { CompactProduct } from './live.ts';

/**
 * The consent by flags and reviewed files; never part of a plan (docs/design/contract.md §11). Numbers of subscriptions
 * include active and pending ones.
 */
export interface Consent {
  /** Number for all products without their own number; `any`: no limit, also for unknown numbers. */
  readonly subscriptionLoss: number | 'any';
  /** By live or declared name. */
  readonly subscriptionLossOf: ReadonlyMap<string, number>;
  /** Number of subscriptions that this run ends and restores, by product id (docs/design/contract.md §15). */
  readonly restored: ReadonlyMap<string, number>;
  /** Services, as `group/service`, that may accept unauthenticated requests. */
  readonly unauthenticated: readonly string[] | 'all';
  /** Live or declared names of products that may be taken over from their owner. */
  readonly takeOver: readonly string[];
  /** Undefined: the default limit of docs/design/contract.md §10. */
  readonly maxDeletes: { readonly count: number } | { readonly percent: number } | undefined;
  /** Whether to refuse a deletion and a creation that look like a rename. */
  readonly renameCheck: boolean;
  /** Unexpired entries of the files. */
  readonly allowances: readonly Allowance[];
}

export const NO_CONSENT: Consent = {
  subscriptionLoss: 0,
  subscriptionLossOf: new Map<string, number>(),
  restored: new Map<string, number>(),
  unauthenticated: [],
  takeOver: [],
  maxDeletes: undefined,
  renameCheck: true,
  allowances: [],
};

/** A live product with the names that consent can use. Its id is always valid. */
export interface Subject {
  readonly id: string;
  /** Live name. */
  readonly name: string;
  /** Names that consent can use for the product; none if several live products have its name. */
  readonly names: readonly string[];
}

/** Returns a function that returns the subject of a product. A declared name is valid only if no live product has it. */
export function subjects(
  live: readonly Pick<CompactProduct, 'id' | 'fields'>[],
): (product: Pick<CompactProduct, 'id' | 'fields'>, declared?: string) => Subject {
  const counts = new Map<string, number>();
  for (const { fields } of live) counts.set(fields.name, (counts.get(fields.name) ?? 0) + 1);
  return ({ id, fields: { name } }, declared = name) => ({
    id,
    name,
    names: [
      ...(counts.get(name) === 1 ? [name] : []),
      ...(declared !== name && !counts.has(declared) ? [declared] : []),
    ],
  });
}

/** Whether a name or an id in a flag matches the product. */
function matches(subject: Subject, given: string): boolean {
  return given === subject.id || subject.names.includes(given);
}

/** The entries of `allow:` for a product, by its id or one of its names. Several of them contradict each other. */
export function allowancesFor(allowances: readonly Allowance[], subject: Subject): readonly Allowance[] {
  return allowances.filter(({ id, product }) =>
    id === undefined ? subject.names.some((name) => name === product) : id === subject.id,
  );
}

/** The entry of `allow:` for a product; the one with its id comes first. */
export function allowanceFor(allowances: readonly Allowance[], subject: Subject): Allowance | undefined {
  const own = allowancesFor(allowances, subject);
  return own.find(({ id }) => id !== undefined) ?? own[0];
}

/** The number of subscriptions of a product that may end; undefined if `subscriptionLoss` applies. */
export function lossAllowed(consent: Consent, subject: Subject): number | 'any' | undefined {
  if (consent.subscriptionLoss === 'any') return 'any';
  const entry = allowanceFor(consent.allowances, subject)?.subscription_loss;
  const restored = consent.restored.get(subject.id);
  const fromFiles = restored === undefined ? entry : Math.max(restored, entry ?? 0);
  return flagLoss(consent, subject)?.[1] ?? fromFiles;
}

/** The name and the number in a flag for the subscriptions of the product. */
export function flagLoss(consent: Consent, subject: Subject): readonly [string, number] | undefined {
  return [...consent.subscriptionLossOf].find(([given]) => matches(subject, given));
}

/** Whether a product may be taken over from its owner. */
export function allowsTakeOver(consent: Consent, subject: Subject, owner: string): boolean {
  return (
    consent.takeOver.some((given) => matches(subject, given)) ||
    allowanceFor(consent.allowances, subject)?.take_over_from === owner
  );
}

/** Whether a service may accept unauthenticated requests after the product no longer offers it. */
export function allowsOpen(consent: Consent, subject: Subject, service: string): boolean {
  const { unauthenticated: flag, allowances } = consent;
  const entry = allowanceFor(allowances, subject)?.unauthenticated;
  return [flag, entry].some(
    (one) => one === 'all' || one === true || (Array.isArray(one) && one.includes(service)),
  );
}
