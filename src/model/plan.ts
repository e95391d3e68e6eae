import { canonicalJson } from '../json/canonical.ts';
import { sha256 } from '../lib/sha256.ts';
import type { Change, RenameSuspect } from './change.ts';
import type { Subject } from './consent.ts';
import type { Allowance } from './declared.ts';
import { unpackedFields, type PartialFields } from './desired.ts';
import { isPlannedId, type PlannedService } from './directory.ts';
import type { CompactProduct, Subscriber, SubscriptionCount, Target } from './live.ts';
import type { Scope } from './ownership.ts';
import type { ProductType } from './product.ts';

export type Action = 'create' | 'update' | 'unpublish' | 'publish' | 'delete';

/** The reason for a step. report/words.ts has the texts. */
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
  /** The subscribers of `subscriptions`; only if names were requested (docs/design/contract.md §12.2). */
  readonly subscribers?: readonly Subscriber[];
  /** Gateway services, as `group/service`, without product auth after this step; a later step may add it again. */
  readonly services_without_auth: readonly string[];
}

/** One write, with all data to apply it. */
export interface Step {
  readonly id: string;
  readonly action: Action;
  /** The id of its chain: the steps of one product, which run without steps between them (docs/design/contract.md §5). */
  readonly chain: string;
  readonly product: {
    readonly name: string;
    readonly id?: string;
    readonly type: ProductType;
    /** Owner of the file that declares the product. */
    readonly owner?: string;
  };
  readonly reason: Reason;
  /** The product or owner in reasons such as `renamed-from`, `service-moves-to` and `taken-over-from`. */
  readonly about?: string;
  /** Ids of the steps that must succeed first. */
  readonly after: readonly string[];
  readonly changes: readonly Change[];
  /** The written fields: all fields of a create, the changed ones of other steps, none for a delete. */
  readonly fields: PartialFields;
  /** Unchanged fields that the server does not return: every write sends them (docs/design/admin-api.md §15.5). */
  readonly carried?: PartialFields;
  readonly impact: Impact;
}

/** A change that safety rules refuse without consent (docs/design/contract.md §6, §10 and §11). */
export type Hazard =
  | {
      readonly code: 'subscription-loss';
      readonly product: Subject;
      readonly active: number;
      readonly pending: number;
      /** False: the number is unknown, and `active` and `pending` are 0. */
      readonly known: boolean;
    }
  /** Services, as `group/service`, that a published product offers now and no published product offers afterwards. */
  | {
      readonly code: 'services-left-open';
      readonly product: Subject;
      readonly services: readonly string[];
    }
  | { readonly code: 'owned-by-another'; readonly product: Subject; readonly owner: string }
  /** The files declare none of the live products of an owner. */
  | {
      readonly code: 'owner-elsewhere';
      readonly owner: string;
      readonly live: number;
      readonly products: readonly Subject[];
    }
  /** Deletions of undeclared products of one owner; `live` is the number of all its live products. */
  | {
      readonly code: 'deletes';
      readonly owner: string | null;
      readonly live: number;
      readonly products: readonly Subject[];
    }
  | { readonly code: 'deletes-unmanaged'; readonly live: number; readonly products: readonly Subject[] }
  /** A deletion of a product that this run must not delete. */
  | {
      readonly code: 'not-ours';
      readonly product: Subject;
      /** Whether it has the ownership label. */
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
  /** Undeclared products of other owners, and products without an owner if the run has one. */
  readonly other_owners: number;
  readonly subscriptions_ended: {
    readonly active: number;
    readonly pending: number;
    readonly unknown: number;
  };
}

/** A live product at the time of the plan. */
export interface PlannedProduct {
  readonly id: string;
  readonly name: string;
  /** Names that consent can use for it (Subject in consent.ts). */
  readonly names: readonly string[];
  readonly fingerprint: string;
  /** Present only if a step ends subscriptions. */
  readonly subscriptions?: SubscriptionCount;
}

/** The reason why a step waits for a step of another chain. Final deletes wait for all steps without such a reason. */
export interface Wait {
  readonly step: string;
  readonly after: string;
  /** The service, as `group/service`, that the earlier step frees; undefined if both steps are for one product. */
  readonly service?: string;
}

/** A note about the plan, shown once. report/summary-text.ts has the texts. */
export type Note =
  | { readonly code: 'external-labels-not-kept' }
  | { readonly code: 'part-of-files' }
  | { readonly code: 'no-service-meanwhile'; readonly product: string };

export interface Plan {
  readonly target: Target;
  /** In an order in which adc can apply them one by one. */
  readonly steps: readonly Step[];
  readonly waits: readonly Wait[];
  readonly products: readonly PlannedProduct[];
  readonly hazards: readonly Hazard[];
  readonly summary: Summary;
  /** Names of undeclared live products that adc does not manage, and does not change. */
  readonly unmanaged: readonly string[];
  /** Names of undeclared products of other owners, which do not change. */
  readonly otherOwners: readonly string[];
  readonly kept: readonly string[];
  readonly outOfScope: readonly string[];
  /** Names of the products that the run is limited to; empty: all products. */
  readonly part: readonly string[];
  /** Declared products on hold, which do not change. */
  readonly held: readonly { readonly product: string; readonly until: string; readonly reason?: string }[];
  readonly notes: readonly Note[];
  /** Linked services that the gateway lacks. Links to them have placeholders instead of ids. */
  readonly planned: readonly PlannedService[];
}

/** A plan whose services are all on the gateway: adc applies only such plans. */
export type WritablePlan = Plan & { readonly planned: readonly [] };

/** Whether all services are on the gateway, by the list of the plan and by the links that its steps write. */
export function isWritable(plan: Plan): plan is WritablePlan {
  const links = plan.steps.flatMap(({ fields }) => fields.linked_gateway_services ?? []);
  return plan.planned.length === 0 && !links.some(({ service_id }) => isPlannedId(service_id));
}

export const PLAN_FORMAT = 'adc/plan';
export const PLAN_FORMAT_VERSION = 1;

/**
 * A plan file (docs/design/contract.md §5): the data to apply the plan, and to check whether it is stale. It contains
 * no token and no consent.
 */
export interface SavedPlan {
  readonly format: typeof PLAN_FORMAT;
  readonly format_version: typeof PLAN_FORMAT_VERSION;
  /** The version of adc that saved the plan, for information. */
  readonly program_version: string;
  /** The options that the plan was made with. */
  readonly scope: Scope;
  readonly plan: Plan;
  /** SHA-256 of everything else, to detect an altered plan. */
  readonly digest: string;
}

/**
 * Whether steps end the subscriptions of a live product: they delete it, or they write the status `draft` to a
 * published product (docs/design/admin-api.md §7.5).
 */
export function endsSubscriptions(
  live: Pick<CompactProduct, 'type' | 'fields'>,
  steps: readonly Pick<Step, 'action' | 'fields'>[],
): boolean {
  if (live.type === 'external') return false;
  const isPublished = live.fields.status === 'published';
  return steps.some(
    ({ action, fields }) => action === 'delete' || (isPublished && fields.status === 'draft'),
  );
}

/** The outcome of one step. A skipped step is not a failed step. */
export interface Outcome {
  readonly step: Step;
  readonly status: 'done' | 'failed' | 'skipped';
  readonly error?: string;
  /** What to do about the error. */
  readonly hint?: string;
  /** Whether the server may have applied the write of a failed step. */
  readonly wrote?: boolean;
  /** Set on a failed step if the run unpublished its product, and did not publish it again or does not know it. */
  readonly stays_unpublished?: 'known' | 'unknown' | undefined;
  /** Whether a safety rule refused the step (docs/design/contract.md §6). */
  readonly refused?: boolean;
  /** The id of the step that blocked this one, or `interrupt`. */
  readonly blocked_by?: string;
  /** Milliseconds from its start to its end; 0 for a skipped step. */
  readonly ms: number;
}

/** The time for which the services of a republished product had no product auth. */
export interface AuthGap {
  readonly product: string;
  readonly services: readonly string[];
  readonly ms: number;
}

/** A changed OpenAPI document of a published product that breaks callers. */
export interface BreakingDocument {
  readonly code: 'breaking-openapi';
  readonly product: Subject;
}

/** A hazard of a plan that consent allows, and the entry or the flag that allows it. */
export interface Permit {
  readonly hazard: Hazard | BreakingDocument;
  readonly by: Allowance | { readonly flag: string };
}

/** A digest of the type and fields of a live product, the data that a plan depends on. */
export function fingerprint(product: CompactProduct): string {
  const { type } = product;
  const fields = unpackedFields(product.fields);
  return sha256(canonicalJson({ type, fields })).slice(0, 32);
}
