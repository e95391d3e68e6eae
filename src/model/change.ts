import type { PartialFields, DesiredProduct } from './desired.ts';
import type { HeldProduct } from './live.ts';
import type { OpenapiChange } from './openapi-check.ts';
import type { Owner } from './ownership.ts';
import type { Json } from './product.ts';

/** One changed path of a product; a side that has nothing there is left out. */
export interface Change {
  /** E.g. `auth.key_auth.header`, `linked_gateway_services[default/payments].linked_hosts`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  /** For an OpenAPI document: what differs inside it; `before` and `after` then describe the two documents. */
  readonly openapi?: readonly OpenapiChange[];
}

/** What must happen to one product, before it is known in which steps and in which order. */
export type ProductChange =
  | {
      readonly kind: 'create';
      readonly desired: DesiredProduct;
      readonly fields: PartialFields;
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: 'update';
      readonly desired: DesiredProduct;
      readonly live: HeldProduct;
      /** The declared fields that differ, and only those. */
      readonly fields: PartialFields;
      /** Declared fields that the server does not give back: not compared, but sent with every write, so that none loses them. */
      readonly carried: PartialFields;
      readonly changes: readonly Change[];
    }
  | {
      /** The type differs: the live product is deleted and a new one created (docs/design/contract.md §5). */
      readonly kind: 'replace';
      readonly desired: DesiredProduct;
      readonly live: HeldProduct;
      readonly fields: PartialFields;
      readonly changes: readonly Change[];
    }
  | {
      readonly kind: 'delete';
      readonly live: HeldProduct;
      readonly because: 'not-declared' | 'allowed' | 'unmanaged';
      readonly changes: readonly Change[];
    }
  | {
      /** The ownership label goes and the product stays (docs/design/contract.md §11). */
      readonly kind: 'release';
      readonly live: HeldProduct;
      readonly fields: PartialFields;
      readonly changes: readonly Change[];
    };

/** An owned product gone and a new one declared that look like one product under two names (docs/design/contract.md §6). */
export interface RenameSuspect {
  readonly from: HeldProduct;
  readonly to: DesiredProduct;
  readonly because: 'services' | 'openapi' | 'servers';
}

/** What an owner has on the portal, within the label selector. */
export interface OwnerShare {
  readonly owner: Owner;
  readonly live: number;
  /** How many of them the files declare. */
  readonly declared: number;
}

/** Everything that the files and the portal disagree about. */
export interface Difference {
  readonly changes: readonly ProductChange[];
  readonly unchanged: readonly HeldProduct[];
  /** Undeclared live products that this run leaves alone, since they are not managed by adc or belong to another owner. */
  readonly unmanaged: readonly HeldProduct[];
  /** Undeclared products of the run's owners that stay: --no-delete, or a part run. */
  readonly kept: readonly HeldProduct[];
  /** Names of declared products that the label selector leaves out. */
  readonly outOfScope: readonly string[];
  /** Declared products that stay as they are live, whatever the files say. */
  readonly held: readonly DesiredProduct[];
  /**
   * Products that were taken from a list whose rows do not carry enough: all that would change, and those that are the
   * same except in a field that their rows leave out. They are to be read on their own, and compared again.
   */
  readonly unsure: readonly HeldProduct[];
  /** The live products of each owner of the run, and how many of them the files declare. */
  readonly owners: readonly OwnerShare[];
  /** Whether any file has a list of products, be it an empty one. */
  readonly managesProducts: boolean;
  readonly renameSuspects: readonly RenameSuspect[];
  /**
   * True where declared labels of external products were not compared, since this server keeps none
   * (docs/design/contract.md §5).
   */
  readonly externalLabelsIgnored: boolean;
}
