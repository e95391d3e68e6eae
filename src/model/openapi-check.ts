import type { Subject } from './consent.ts';
import type { Subscriber, SubscriptionCount, Target } from './live.ts';
import type { ProductStatus, ProductType } from './product.ts';

/** The comparison of an OpenAPI document with the published one, and its products (docs/design/contract.md §18). */
export interface OpenapiCheck {
  readonly target: Target;
  /** The checked file, as messages show it. */
  readonly file: string;
  readonly of: 'service' | 'product';
  /** `group/service`, or the name of a product. */
  readonly name: string;
  /** The git revision of the other document; undefined for the live one. */
  readonly base: string | undefined;
  /** Breaking changes first. */
  readonly changes: readonly OpenapiChange[];
  readonly uses: readonly OpenapiUse[];
}

/** A product whose developers read the document. */
export interface OpenapiUse {
  readonly product: Subject;
  readonly type: ProductType;
  readonly status: ProductStatus;
  /** Undefined for external products, which need no subscriptions. */
  readonly subscriptions: SubscriptionCount | undefined;
  /** Present only if names were requested, and the server has a reliable list. */
  readonly subscribers?: readonly Subscriber[] | undefined;
  /** Whether consent allows changes that break its callers. */
  readonly allowed: boolean;
}

export function breakingIn({ changes }: Pick<OpenapiCheck, 'changes'>): number {
  return changes.filter(({ breaking }) => breaking).length;
}

/** The published products whose callers may break, including products with an unknown number of subscriptions. */
export function brokenUses(check: OpenapiCheck): readonly OpenapiUse[] {
  return breakingIn(check) === 0
    ? []
    : check.uses.filter((use) => use.status === 'published' && hasCallers(use));
}

/** The products for which the check fails. */
export function refusedUses(check: OpenapiCheck): readonly OpenapiUse[] {
  return brokenUses(check).filter(({ allowed }) => !allowed);
}

function hasCallers({ subscriptions }: OpenapiUse): boolean {
  return (
    subscriptions === undefined || !subscriptions.known || subscriptions.active + subscriptions.pending > 0
  );
}

/** One difference between two OpenAPI documents, in terms of the API. */
export interface OpenapiChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly kind:
    | 'operation'
    | 'parameter'
    | 'request-body'
    | 'response'
    | 'schema'
    | 'security'
    | 'server'
    | 'info'
    | 'other';
  /**
   * The changed part: `GET /invoices/{id}`, `GET /invoices: query limit`, `Invoice.amount`, `info.version`. It is text
   * from the documents: code that prints it must escape it.
   */
  readonly name: string;
  /** Whether existing callers may stop working. */
  readonly breaking: boolean;
  /** A short clause, such as `type: integer -> string`; '' if `change` is sufficient. Also unescaped. */
  readonly detail: string;
}
