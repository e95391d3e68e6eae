import type { Labels } from './product.ts';

/** What a run may touch (contract §5: ownership, selector). */
export interface Scope {
  /** Empty: every product. */
  readonly selector: Labels;
  /** Whether written products get the label `managed-by: adc`. */
  readonly managedByLabel: boolean;
  /** Whether undeclared products that are not ours are deleted too. */
  readonly deleteUnmanaged: boolean;
  /** Whether nothing at all is deleted. */
  readonly noDelete: boolean;
}

export const DEFAULT_SCOPE: Scope = {
  selector: {},
  managedByLabel: true,
  deleteUnmanaged: false,
  noDelete: false,
};
