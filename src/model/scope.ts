import type { Labels } from './product.ts';

/** What a run may touch (docs/design/contract.md §5: ownership, selector). */
export interface Scope {
  /** Empty: every product. */
  readonly selector: Labels;
  /** Names of the products that a part run is limited to; empty: a whole run (docs/design/contract.md §10). */
  readonly products: readonly string[];
  /** Whether the files are some of those of a config: a part run too. */
  readonly partOfFiles?: boolean;
  /** Whether written products get the ownership label. */
  readonly managedByLabel: boolean;
  /** Whether undeclared products that adc does not manage are deleted too. */
  readonly deleteUnmanaged: boolean;
  /** Whether nothing at all is deleted. */
  readonly noDelete: boolean;
}

export const DEFAULT_SCOPE: Scope = {
  selector: {},
  products: [],
  managedByLabel: true,
  deleteUnmanaged: false,
  noDelete: false,
};
