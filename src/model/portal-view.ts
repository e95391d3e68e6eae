import type { Labels, ProductStatus, ProductType, Visibility } from './product.ts';

/**
 * The content of the pages of `adc preview` and `adc dev` (docs/design/contract.md §14). Pages must show its texts as
 * text, never as markup. It contains no secrets, and for `adc preview` no names of people.
 */
export interface PageData {
  /** Name of the portal. */
  readonly portal: string;
  /** Sentences above the page: the source of the data, and its limits. */
  readonly notes: readonly string[];
  /** Losses and refusals of the plan, most serious first; empty for `adc dev`. */
  readonly warnings: readonly PageWarning[];
  /** The paragraphs of a refusal that name the `allow:` entries to paste; omitted if no entry is needed. */
  readonly proposals?: readonly string[];
  /** The live portal; undefined if there is only one state. */
  readonly before?: PortalView;
  /** The portal after the plan, or the only state. */
  readonly after: PortalView;
  /** The developer that can subscribe on the page; only for `adc dev`. */
  readonly developer?: DeveloperView;
  /** The URL to which the page sends `{ application, api_product }`, and the value of `x-adc-key`; only for `adc dev`. */
  readonly subscribe?: { readonly url: string; readonly key: string };
  /** Port of the dashboard page on the same host; only for `adc dev`. */
  readonly dashboardPort?: string;
}

export interface PageWarning {
  readonly kind: 'refused' | 'ends-subscriptions' | 'unauthenticated' | 'other';
  readonly text: string;
  /** Names of the affected products. */
  readonly products: readonly string[];
}

export interface PortalView {
  readonly products: readonly ProductView[];
}

/** A reader of the portal: not logged in, logged in, or with an application that is subscribed to the product. */
export const AUDIENCES = ['guest', 'developer', 'subscriber'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** The access of an audience to a product. `locked`: it sees the product without its documents. */
export type Access = 'hidden' | 'locked' | 'open';

export interface ProductView {
  /** The same before and after the plan, except for a replaced product. */
  readonly id: string;
  readonly name: string;
  readonly type: ProductType;
  readonly desc: string;
  readonly logo?: string;
  readonly labels: Labels;
  readonly status: ProductStatus;
  readonly visibility: Visibility;
  readonly subscription_auto_approval: boolean;
  readonly can_view_unsubscribed: boolean;
  /** A sentence for each auth type, such as `key_auth: header "apikey"`, without secrets. */
  readonly auth: readonly string[];
  readonly server_urls: readonly string[];
  readonly access: Readonly<Record<Audience, Access>>;
  /** Omitted if the server of a preview does not list them. */
  readonly subscriptions?: { readonly subscribed: number; readonly pending: number };
  readonly documents: readonly DocumentView[];
}

/** An OpenAPI document. The page requests its text when the user opens it. */
export interface DocumentView {
  /** Digest of the text, of letters and digits. */
  readonly id: string;
  readonly title: string;
}

export interface DeveloperView {
  readonly name: string;
  readonly applications: readonly {
    readonly id: string;
    readonly name: string;
    /** Status of the subscription by product id. */
    readonly subscriptions: Readonly<Record<string, 'wait_for_approval' | 'subscribed'>>;
  }[];
}

/** The source of a page, which is read for each request. */
export interface PageSource {
  data(): PageData;
  /** The text of a document, or undefined for an unknown id. */
  document(id: string): string | undefined;
}

/**
 * The content of the dashboard page of `adc dev` (docs/design/contract.md §14.1). The page must show its texts as text,
 * never as markup. It contains no secrets.
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
  /** Faults that have not occurred yet, in the syntax of `adc dev --fault`. */
  readonly faults: readonly string[];
}

export interface SandboxProduct extends Pick<
  ProductView,
  'id' | 'name' | 'type' | 'desc' | 'labels' | 'status' | 'visibility'
> {
  /** Name of its portal. */
  readonly portal: string;
  /** Only for gateway products, like can_view_unsubscribed. */
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
  /** The auth types of its published product, and its own authentication plugins. */
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
  /** Id of its pending approval. */
  readonly approval?: string;
}

export interface SandboxRequest {
  /** Number of the request, from 1. */
  readonly n: number;
  readonly method: string;
  /** Includes the query. */
  readonly path: string;
  /** HTTP status; 0 without a response. */
  readonly status: number;
  /** Whether a fault occurred. */
  readonly struck: boolean;
}
