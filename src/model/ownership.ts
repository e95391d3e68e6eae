import type { CompactProduct } from './live.ts';
import type { Labels } from './product.ts';

/** The label that marks the products that adc manages, and their owner (docs/design/contract.md §10). */
export const OWNERSHIP_LABEL = 'managed-by';
const MANAGED = 'adc';

/** Owner of declared products; undefined if neither the file nor --owner names an owner. */
export type Owner = string | undefined;

/** Whether a text is a valid owner. */
export function isOwnerName(text: string): boolean {
  return text.length <= 60 && /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(text);
}

/** Whether adc manages a live product, and for which owner. */
export type Ownership = { readonly managed: false } | { readonly managed: true; readonly owner: Owner };

/** The value of the ownership label that adc writes for an owner. */
export function ownershipValue(owner: Owner): string {
  return owner === undefined ? MANAGED : `${MANAGED}/${owner}`;
}

export function ownershipOf(labels: Labels): Ownership {
  const value = labelOf(labels, OWNERSHIP_LABEL);
  if (value === MANAGED) return { managed: true, owner: undefined };
  const prefix = `${MANAGED}/`;
  return value?.startsWith(prefix) === true
    ? { managed: true, owner: value.slice(prefix.length) }
    : { managed: false };
}

/** Whether adc manages a live product, for any owner. */
export function isManaged({ fields }: Pick<CompactProduct, 'fields'>): boolean {
  return ownershipOf(fields.labels).managed;
}

/** Whether a live product belongs to one of the owners, by its label. */
export function isOwnedBy({ fields }: Pick<CompactProduct, 'fields'>, owners: readonly Owner[]): boolean {
  const ownership = ownershipOf(fields.labels);
  return ownership.managed && owners.includes(ownership.owner);
}

/** The owner of a live product, if it is none of `owners`: adc may then write the product only after a take-over. */
export function otherOwner(
  { fields }: Pick<CompactProduct, 'fields'>,
  owners: readonly Owner[],
): string | undefined {
  const ownership = ownershipOf(fields.labels);
  if (!ownership.managed || owners.includes(ownership.owner)) return undefined;
  return ownership.owner;
}

export function matchesSelector(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labelOf(labels, key) === value);
}

/** The value of a label. Inherited keys such as `toString` do not count. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The products that a run may change (docs/design/contract.md §5: ownership, selector). */
export interface Scope {
  /** Empty: every product. */
  readonly selector: Labels;
  /** Names of the products that a partial run is limited to; empty: all products (docs/design/contract.md §10). */
  readonly products: readonly string[];
  /** Whether the run has only some of the files of a config, which also makes it a partial run. */
  readonly partOfFiles?: boolean;
  /** Whether adc writes the ownership label. */
  readonly managedByLabel: boolean;
  /** Whether to delete undeclared products that adc does not manage. */
  readonly deleteUnmanaged: boolean;
  /** Whether to delete no products. */
  readonly noDelete: boolean;
}

export const DEFAULT_SCOPE: Scope = {
  selector: {},
  products: [],
  managedByLabel: true,
  deleteUnmanaged: false,
  noDelete: false,
};
