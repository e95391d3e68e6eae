import type { Labels, ProductStatus, ProductType, Visibility } from './product.ts';

/**
 * What the dashboard page of `adc dev` shows (docs/design/contract.md §14.1). All texts are of a portal or a file, so they
 * are text and never markup. None holds a secret.
 */
export interface SandboxView {
  /** Names of the portals. */
  readonly portals: readonly string[];
  readonly products: readonly SandboxProduct[];
  readonly services: readonly SandboxService[];
  readonly applications: readonly SandboxApplication[];
  readonly subscriptions: readonly SandboxSubscription[];
  /** The last hundred requests to the Admin API, newest first. */
  readonly requests: readonly SandboxRequest[];
  /** Faults that wait for their request, as `adc dev --fault` takes them. */
  readonly faults: readonly string[];
}

export interface SandboxProduct {
  readonly id: string;
  /** Name of its portal. */
  readonly portal: string;
  readonly name: string;
  readonly type: ProductType;
  readonly desc: string;
  readonly labels: Labels;
  readonly status: ProductStatus;
  readonly visibility: Visibility;
  /** Gateway products only, as can_view_unsubscribed. */
  readonly subscription_auto_approval?: boolean;
  readonly can_view_unsubscribed?: boolean;
  /** Types such as `key_auth`. */
  readonly auth: readonly string[];
}

export interface SandboxService {
  /** `default/payments`. */
  readonly name: string;
  readonly hosts: readonly string[];
  /** Name of the product that links it. */
  readonly product?: string;
  /** What asks its callers for a credential: auth types of a published product, and its own plugins. */
  readonly auth: readonly string[];
}

export interface SandboxApplication {
  readonly id: string;
  readonly name: string;
  readonly developer: string;
  /** Name of the portal of its developer. */
  readonly portal: string;
}

export interface SandboxSubscription {
  readonly id: string;
  /** Ids of the application and the product. */
  readonly application: string;
  readonly product: string;
  readonly status: 'wait_for_approval' | 'subscribed';
  /** Id of the approval that it waits for. */
  readonly approval?: string;
}

export interface SandboxRequest {
  /** 1 for the first one. */
  readonly n: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** 0 without a response. */
  readonly status: number;
  /** Whether a fault struck it. */
  readonly struck: boolean;
}
