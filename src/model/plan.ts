import type { Change } from './change.ts';
import type { DeclaredFields } from './desired.ts';
import type { SubscriptionCount, Target } from './live.ts';
import type { ProductType } from './product.ts';

export type Action = 'create' | 'update' | 'unpublish' | 'publish' | 'delete';

/** Why a step is there; what follows a colon is the name of a product, a field or a label. Told in words by report/reasons.ts. */
export type Reason =
  | 'declared'
  | 'declared-published'
  | 'declared-draft'
  | 'not-declared'
  | 'adopted'
  | 'auth-locked-while-published'
  | 'published-again'
  | 'type-is-immutable'
  | `renamed-from:${string}`
  | `service-moves-to:${string}`
  | `service-moves-from:${string}`;

export interface Impact {
  /** Subscriptions that this step ends. */
  readonly subscriptions: SubscriptionCount;
  /** Gateway services, as `group/service`, that have no product auth from this step on, until a later one if at all. */
  readonly services_without_auth: readonly string[];
}

/** One write. The plan alone is enough to carry it out. */
export interface Step {
  readonly id: string;
  readonly action: Action;
  /**
   * Steps of one chain belong to one product and run back to back, in order; nothing of other chains comes between
   * them and their product (contract §5, order 4).
   */
  readonly chain: string;
  readonly product: { readonly name: string; readonly id?: string; readonly type: ProductType };
  readonly reason: Reason;
  /** Ids of the steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly changes: readonly Change[];
  /** What is written: all fields of a create, the changed ones of the others, nothing for a delete. */
  readonly fields: DeclaredFields;
  /** Sent along unchanged, since the server does not give it back (admin-api §15.5). */
  readonly carried?: DeclaredFields;
  readonly impact: Impact;
}

/** What a plan does that a safety rule of contract §6 is about; whether it is refused depends on the consent given. */
export type Hazard =
  | {
      readonly code: 'subscription-loss';
      readonly active: number;
      readonly pending: number;
      /** Products whose count is unknown. */
      readonly unknown: number;
      readonly products: readonly string[];
    }
  | { readonly code: 'deletes'; readonly deletes: number; readonly deletable: number }
  | { readonly code: 'empty-input'; readonly owned: number }
  | { readonly code: 'status-not-declared'; readonly product: string }
  | { readonly code: 'replacement-needs-delete'; readonly product: string }
  | { readonly code: 'replaces-unmanaged'; readonly product: string }
  | {
      readonly code: 'looks-like-rename';
      readonly from: string;
      readonly to: string;
      readonly because: string;
    };

export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly unpublish: number;
  readonly publish: number;
  readonly delete: number;
  /** Products whose only change is the ownership label; their update steps are not counted under `update`. */
  readonly adopt: number;
  readonly unchanged: number;
  readonly unmanaged: number;
  readonly subscriptions_ended: {
    readonly active: number;
    readonly pending: number;
    readonly unknown: number;
  };
}

/** A live product that the plan was made for, as it was then. */
export interface PlannedProduct {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  /** Only where a step ends subscriptions. */
  readonly subscriptions?: SubscriptionCount;
}

/** Why a step waits for one of another chain; the steps of one chain wait for each other, and last deletes for all. */
export interface Wait {
  readonly step: string;
  readonly after: string;
  /** `service:default/payments`: the earlier step frees it, the later one takes it. `same-product`: both are of one product. */
  readonly because: 'same-product' | `service:${string}`;
}

/** A fact that a reader should know once; what follows a colon is the name of a product. Told in words by report/. */
export type Note = 'external-labels-not-kept' | `no-service-meanwhile:${string}`;

export interface Plan {
  readonly target: Target;
  /** In an order in which they could be carried out one by one. */
  readonly steps: readonly Step[];
  readonly waits: readonly Wait[];
  readonly products: readonly PlannedProduct[];
  readonly hazards: readonly Hazard[];
  readonly summary: Summary;
  /** Names of live products that no file names and that stay as they are. */
  readonly unmanaged: readonly string[];
  readonly kept: readonly string[];
  readonly outOfScope: readonly string[];
  readonly notes: readonly Note[];
}
