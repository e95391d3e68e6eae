import type { Labels } from './product.ts';

/** The products that a run may change (docs/design/contract.md §5: ownership, selector). */
export interface Scope {
  /** Empty: every product. */
  readonly selector: Labels;
  /** Names of the products that a partial run is limited to; empty: all products (docs/design/contract.md §10). */
  readonly products: readonly string[];
  /** Whether the run has only some of the files of a config: also a partial run. */
  readonly partOfFiles?: boolean;
  /** Whether written products get the ownership label. */
  readonly managedByLabel: boolean;
  /** Whether undeclared products that adc does not manage are deleted too. */
  readonly deleteUnmanaged: boolean;
  /** Whether to delete nothing. */
  readonly noDelete: boolean;
}

export const DEFAULT_SCOPE: Scope = {
  selector: {},
  products: [],
  managedByLabel: true,
  deleteUnmanaged: false,
  noDelete: false,
};
