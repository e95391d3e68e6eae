import type { DeclaredFields, DesiredProduct } from './desired.ts';
import type { LiveProduct } from './live.ts';
import type { Json } from './product.ts';

/** One changed path of a product; a side that has nothing there is left out. */
export interface Change {
  /** E.g. `auth.key_auth.header`, `linked_gateway_services[default/payments].linked_hosts`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** What must happen to one product, before it is known in which steps and in which order. */
export type ProductChange =
  | {
      readonly kind: 'create';
      readonly desired: DesiredProduct;
      readonly fields: DeclaredFields;
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: 'update';
      readonly desired: DesiredProduct;
      readonly live: LiveProduct;
      /** The declared fields that differ, and only those. */
      readonly fields: DeclaredFields;
      readonly changes: readonly Change[];
      /** Whether the ownership label is all that changes, or part of it (contract §5, adoption). */
      readonly adopts: boolean;
    }
  | {
      /** The type differs: the live product is deleted and a new one created (contract §5). */
      readonly kind: 'replace';
      readonly desired: DesiredProduct;
      readonly live: LiveProduct;
      readonly fields: DeclaredFields;
      readonly changes: readonly Change[];
    }
  | { readonly kind: 'delete'; readonly live: LiveProduct; readonly changes: readonly Change[] };

/** Everything that the files and the portal disagree about. */
export interface Difference {
  readonly changes: readonly ProductChange[];
  readonly unchanged: readonly LiveProduct[];
  /** Live products that no file names and that are not ours to delete. */
  readonly unmanaged: readonly LiveProduct[];
  /** Owned products that no file names, kept because of --no-delete. */
  readonly kept: readonly LiveProduct[];
  /** Declared products that the label selector leaves out. */
  readonly outOfScope: readonly string[];
  /** Owned live products in scope, for the deletion ceiling. */
  readonly owned: number;
}
