import type { Subscription } from './record.ts';

/** A published product as the Developer Portal backend lists it. */
export interface OfferedProduct {
  readonly id: string;
  readonly name: string;
  /** In the form with `_`; undefined if the row does not have them. */
  readonly authTypes: readonly string[] | undefined;
}

/** An approval that decides about a subscription; the server names neither subscription nor application (docs/design/admin-api.md §16). */
export interface SubscriptionApproval {
  readonly id: string;
  readonly product: string;
  readonly developer: string;
  readonly result: 'pending' | 'accepted' | 'rejected' | 'cancelled';
  /** When it was decided, ISO 8601; undefined if the server does not report it. */
  readonly decidedAt: string | undefined;
}

/**
 * The Developer Portal backend of one portal: what developers do, as each of them (docs/design/admin-api.md §7.3). Every
 * method throws AdminError if the server refuses or cannot be reached.
 */
export interface PortalBackend {
  /** Whether the server has a backend at all: it is 3.9 or later. */
  isServed(): Promise<boolean>;
  /** Published products that the developer can see; undefined if the portal has no such developer. */
  readProducts(developer: string): Promise<readonly OfferedProduct[] | undefined>;
  /** Ids of the applications of a developer; undefined if the portal has no such developer. */
  readApplications(developer: string): Promise<ReadonlySet<string> | undefined>;
  /** The subscriptions of a developer to a product. */
  readSubscriptions(developer: string, product: string): Promise<readonly Subscription[]>;
  /** Undefined if the backend has no approvals: it is older than 3.9.14. */
  readApprovals(): Promise<readonly SubscriptionApproval[] | undefined>;
  /** A POST, sent once; the caller must check whether it was applied. */
  subscribe(developer: string, application: string, product: string): Promise<void>;
  accept(approval: string): Promise<void>;
  close(): Promise<void>;
}
