import type { Change, RenameSuspect } from './change.ts';
import type { Subject } from './consent.ts';
import type { PartialFields } from './desired.ts';
import { isPlannedId, type PlannedService } from './gateway-file.ts';
import type { Subscriber, SubscriptionCount, Target, HeldProduct } from './live.ts';
import type { ProductType } from './product.ts';
import type { Scope } from './scope.ts';

export type Action = 'create' | 'update' | 'unpublish' | 'publish' | 'delete';

/** Why the plan has a step. report/words.ts puts it into words. */
export type Reason =
  | 'declared'
  | 'declared-published'
  | 'declared-draft'
  | 'not-declared'
  | 'deletion-allowed'
  | 'unmanaged'
  | 'released'
  | 'adopted'
  | 'auth-locked-while-published'
  | 'published-again'
  | 'type-is-immutable'
  | 'renamed-from'
  | 'taken-over-from'
  | 'service-moves-to'
  | 'service-moves-from';

export interface Impact {
  /** Subscriptions that this step ends. */
  readonly subscriptions: SubscriptionCount;
  /** Whose they are, as many as `subscriptions` says; only where names were asked for (docs/design/contract.md §12.2). */
  readonly subscribers?: readonly Subscriber[];
  /** Gateway services, as `group/service`, that have no product auth from this step on, until a later one if at all. */
  readonly services_without_auth: readonly string[];
}

/** One write. The plan alone is enough to carry it out. */
export interface Step {
  readonly id: string;
  readonly action: Action;
  /**
   * Steps of one chain belong to one product and run back to back, in order; nothing of other chains comes between
   * them and their product (docs/design/contract.md §5, order 4).
   */
  readonly chain: string;
  readonly product: {
    readonly name: string;
    readonly id?: string;
    readonly type: ProductType;
    /** Owner of the file that declares the product. */
    readonly owner?: string;
  };
  readonly reason: Reason;
  /** The other product of `renamed-from`, `service-moves-to` and `service-moves-from`, the owner of `taken-over-from`. */
  readonly about?: string;
  /** Ids of the steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly changes: readonly Change[];
  /** What is written: all fields of a create, the changed ones of the others, nothing for a delete. */
  readonly fields: PartialFields;
  /** Sent along unchanged, since the server does not give it back (docs/design/admin-api.md §15.5). */
  readonly carried?: PartialFields;
  readonly impact: Impact;
}

/**
 * What a plan does that a safety rule is about (docs/design/contract.md §6, §10 and §11); whether it is refused depends on the
 * consent given.
 */
export type Hazard =
  | {
      readonly code: 'subscription-loss';
      readonly product: Subject;
      readonly active: number;
      readonly pending: number;
      /** False: the number is unknown, and `active` and `pending` are 0. */
      readonly known: boolean;
    }
  /** Services, as `group/service`, of a published product that no published product has afterwards. */
  | {
      readonly code: 'services-left-open';
      readonly product: Subject;
      readonly services: readonly string[];
    }
  | { readonly code: 'owned-by-another'; readonly product: Subject; readonly owner: string }
  /** An owner has live products, and the files declare none of them. */
  | {
      readonly code: 'owner-elsewhere';
      readonly owner: string;
      readonly live: number;
      readonly products: readonly Subject[];
    }
  /** Deletions of undeclared products of one owner, of all live ones that it has. */
  | {
      readonly code: 'deletes';
      readonly owner: string | null;
      readonly live: number;
      readonly products: readonly Subject[];
    }
  | { readonly code: 'deletes-unmanaged'; readonly live: number; readonly products: readonly Subject[] }
  /** A deletion of a product that this run has no right to delete. */
  | {
      readonly code: 'not-ours';
      readonly product: Subject;
      /** Whether it has the label of adc at all, and whose. */
      readonly managed: boolean;
      readonly owner: string | null;
    }
  | { readonly code: 'releases'; readonly product: Subject }
  | { readonly code: 'empty-input'; readonly owned: number }
  | { readonly code: 'status-not-declared'; readonly product: string }
  | { readonly code: 'replacement-needs-delete'; readonly product: string }
  | { readonly code: 'replaces-unmanaged'; readonly product: string }
  | {
      readonly code: 'looks-like-rename';
      readonly product: Subject;
      readonly to: string;
      readonly because: RenameSuspect['because'];
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
  /** Undeclared products of other owners, and those of no owner where the run has one. */
  readonly other_owners: number;
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
  /** Names by which consent may mean it (Subject in consent.ts). */
  readonly names: readonly string[];
  readonly fingerprint: string;
  /** Only where a step ends subscriptions. */
  readonly subscriptions?: SubscriptionCount;
}

/** Why a step waits for one of another chain; the steps of one chain wait for each other, and last deletes for all. */
export interface Wait {
  readonly step: string;
  readonly after: string;
  /** The gateway service, as \`group/service\`, that the earlier step frees for the later one; undefined if both are of one product. */
  readonly service?: string;
}

/** A fact that a reader should know once. report/summary-text.ts puts it into words. */
export type Note =
  | { readonly code: 'external-labels-not-kept' }
  | { readonly code: 'part-of-files' }
  | { readonly code: 'no-service-meanwhile'; readonly product: string };

export interface Plan {
  readonly target: Target;
  /** In an order in which they could be carried out one by one. */
  readonly steps: readonly Step[];
  readonly waits: readonly Wait[];
  readonly products: readonly PlannedProduct[];
  readonly hazards: readonly Hazard[];
  readonly summary: Summary;
  /** Names of live products that no file names, that adc does not manage, and that stay as they are. */
  readonly unmanaged: readonly string[];
  /** The same of products that adc manages for other owners. */
  readonly otherOwners: readonly string[];
  readonly kept: readonly string[];
  readonly outOfScope: readonly string[];
  /** Products that the run is limited to; empty: a whole run. */
  readonly part: readonly string[];
  /** Declared products that stay as they are live. */
  readonly held: readonly { readonly product: string; readonly until: string; readonly reason?: string }[];
  readonly notes: readonly Note[];
  /** Linked services that the gateway lacks. The ids in links to them are no ids. */
  readonly planned: readonly PlannedService[];
}

/** A plan whose services are all on the gateway: the only kind that is carried out. */
export type WritablePlan = Plan & { readonly planned: readonly [] };

/** Judged by the links that the steps write, whatever the plan says of itself. */
export function isWritable(plan: Plan): plan is WritablePlan {
  const links = plan.steps.flatMap(({ fields }) => fields.linked_gateway_services ?? []);
  return plan.planned.length === 0 && !links.some(({ service_id }) => isPlannedId(service_id));
}

export const PLAN_FORMAT = 'adc/plan';
export const PLAN_FORMAT_VERSION = 1;

/**
 * A plan as a file (docs/design/contract.md §5): all that carrying it out needs, and by what to tell that it still fits. The
 * token is never in it, and neither is any consent.
 */
export interface SavedPlan {
  readonly format: typeof PLAN_FORMAT;
  readonly format_version: typeof PLAN_FORMAT_VERSION;
  /** The version of adc that made it, for people. */
  readonly program_version: string;
  /** The options that the plan was made with. */
  readonly scope: Scope;
  readonly plan: Plan;
  /** SHA-256 of everything else, so that an altered plan is noticed. */
  readonly digest: string;
}

/**
 * Whether steps end the subscriptions of a live product: it is deleted, or a draft after having been published
 * (docs/design/admin-api.md §7.5). Judged by what the writes do, never by what the steps are called.
 */
export function endsSubscriptions(
  live: Pick<HeldProduct, 'type' | 'fields'>,
  steps: readonly Pick<Step, 'action' | 'fields'>[],
): boolean {
  if (live.type === 'external') return false;
  const isPublished = live.fields.status === 'published';
  return steps.some(
    ({ action, fields }) => action === 'delete' || (isPublished && fields.status === 'draft'),
  );
}
