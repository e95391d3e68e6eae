import type { PartialFields, DesiredProduct } from './desired.ts';
import type { CompactProduct } from './live.ts';
import type { OpenapiChange } from './openapi-check.ts';
import type { Owner } from './ownership.ts';
import type { Json } from './product.ts';

/** One changed path of a product; a side without a value is absent. */
export interface Change {
  /** E.g. `auth.key_auth.header`, `linked_gateway_services[default/payments].linked_hosts`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  /** For an OpenAPI document: the differences inside it; `before` and `after` then describe the two documents. */
  readonly openapi?: readonly OpenapiChange[];
}

/** The change of one product, before it is planned as ordered steps. */
export type ProductChange = { readonly changes: readonly Change[] } & (
  | (DeclaredChange & { readonly kind: 'create' })
  | (DeclaredChange & {
      readonly kind: 'update';
      readonly live: CompactProduct;
      /** Declared fields that the server does not return: not compared, but sent with every write. */
      readonly carried: PartialFields;
    })
  /** The type differs: adc deletes the live product and creates a new one (docs/design/contract.md §5). */
  | (DeclaredChange & { readonly kind: 'replace'; readonly live: CompactProduct })
  | {
      readonly kind: 'delete';
      readonly live: CompactProduct;
      readonly because: 'not-declared' | 'allowed' | 'unmanaged';
    }
  /** Removes the ownership label and keeps the product (docs/design/contract.md §11). */
  | { readonly kind: 'release'; readonly live: CompactProduct; readonly fields: PartialFields }
);

interface DeclaredChange {
  readonly desired: DesiredProduct;
  /** All declared fields of a new product; for an update, only the declared fields that differ. */
  readonly fields: PartialFields;
}

/** An undeclared product and a new one that look like the same product (docs/design/contract.md §6). */
export interface RenameSuspect {
  readonly from: CompactProduct;
  readonly to: DesiredProduct;
  readonly because: 'services' | 'openapi' | 'servers';
}

/** The products of an owner on the portal, within the label selector. */
export interface OwnerShare {
  readonly owner: Owner;
  readonly live: number;
  /** Number of live products that the files declare. */
  readonly declared: number;
}

/** The differences between the files and the portal. */
export interface Difference {
  readonly changes: readonly ProductChange[];
  readonly unchanged: readonly CompactProduct[];
  /** Undeclared live products that this run does not change: without the label of adc, or of another owner. */
  readonly unmanaged: readonly CompactProduct[];
  /** Undeclared products of the run's owners that stay because of --no-delete or a partial run. */
  readonly kept: readonly CompactProduct[];
  /** Names of declared products outside the label selector. */
  readonly outOfScope: readonly string[];
  /** Declared products on hold, which do not change. */
  readonly held: readonly DesiredProduct[];
  /**
   * Products from list rows that would change, or whose row omits a declared field. The caller must read each of these
   * products and compare again.
   */
  readonly uncertain: readonly CompactProduct[];
  /** The live products of each owner of the run, and the number of declared ones. */
  readonly owners: readonly OwnerShare[];
  /** Whether any file has a list of products, even an empty list. */
  readonly managesProducts: boolean;
  readonly renameSuspects: readonly RenameSuspect[];
  /** Whether the server keeps no labels of external products, so they were not compared (docs/design/contract.md §5). */
  readonly externalLabelsIgnored: boolean;
}

/** The sources of a changed path, by the files at a git revision; most serious first (docs/design/contract.md §12). */
export const VERDICTS = ['conflict', 'drift', 'unknown', 'this-change'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The verdicts on one product. */
export interface Attributed {
  /** The most serious verdict. */
  readonly verdict: Verdict;
  /** By changed path; empty for a deletion. */
  readonly paths: readonly (readonly [path: string, verdict: Verdict])[];
}

/** The verdicts on the products of a plan; adopted products have none. */
export interface Attribution {
  readonly base: string;
  /** By attributionKey(). A replacement has two keys. */
  readonly products: readonly (readonly [key: string, Attributed])[];
}

/** The key of a product: the id of a live product, the name of a new one. */
export function attributionKey({ id, name }: { readonly id?: string; readonly name: string }): string {
  return id === undefined ? `name ${name}` : `id ${id}`;
}

/** The most serious of several verdicts; `this-change` if there are none. */
export function mostSerious(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS.find((one) => verdicts.includes(one)) ?? 'this-change';
}
