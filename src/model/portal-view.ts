import type { Labels, ProductStatus, ProductType, Visibility } from './product.ts';

/**
 * What the pages of `adc preview` and `adc dev` show (docs/design/contract.md §14). All texts are of a portal or a file, so
 * they are text and never markup. None holds a secret; `adc preview` names no person.
 */
export interface PageData {
  /** Name of the portal. */
  readonly portal: string;
  /** Where the data is from, and what it proves: sentences above the page. */
  readonly notes: readonly string[];
  /** Losses and refusals of the plan, most serious first; empty in `adc dev`. */
  readonly warnings: readonly PageWarning[];
  /** The portal as it is now; undefined where there is only one state to show. */
  readonly before?: PortalView;
  /** The portal with the plan applied, or the only state. */
  readonly after: PortalView;
  /** The developer that may subscribe by click; `adc dev` only. */
  readonly developer?: DeveloperView;
  /** Where the page sends `{ application, api_product }` (ids), with the key in the header `x-adc-key`; `adc dev` only. */
  readonly subscribe?: { readonly url: string; readonly key: string };
  /** Port of the dashboard page on the same host; `adc dev` only. */
  readonly dashboardPort?: string;
}

export interface PageWarning {
  readonly kind: 'refused' | 'ends-subscriptions' | 'unauthenticated' | 'other';
  readonly text: string;
  /** Names of the products it is about. */
  readonly products: readonly string[];
}

export interface PortalView {
  readonly products: readonly ProductView[];
}

/** Who looks at the portal: without a login, logged in, or with an application that is subscribed to the product. */
export const AUDIENCES = ['guest', 'developer', 'subscriber'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What an audience gets of a product: `locked` shows the product without its documents. */
export type Access = 'hidden' | 'locked' | 'open';

export interface ProductView {
  /** The same before and after, so that the page can pair the two; a replaced product has another one. */
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
  /** A sentence for each way to authenticate, such as `key_auth: header "apikey"`; no value of a secret. */
  readonly auth: readonly string[];
  readonly server_urls: readonly string[];
  readonly access: Readonly<Record<Audience, Access>>;
  readonly subscriptions: { readonly subscribed: number; readonly pending: number };
  readonly documents: readonly DocumentView[];
}

/** An OpenAPI document; its text is read only when the page opens it. */
export interface DocumentView {
  /** Digest of the text: letters and digits. */
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

/** What a page is made of: read again for each request, so that it follows changes. */
export interface PageSource {
  data(): PageData;
  /** The text of a document, or undefined for an unknown id. */
  document(id: string): string | undefined;
}

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

export interface SandboxProduct extends Pick<
  ProductView,
  'id' | 'name' | 'type' | 'desc' | 'labels' | 'status' | 'visibility'
> {
  /** Name of its portal. */
  readonly portal: string;
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

/** The `Host` values of this machine at a port: no other site can have these names (docs/design/contract.md §14.4). */
export function ownHosts(port: number | undefined): readonly string[] {
  return ['127.0.0.1', '[::1]', 'localhost'].map((name) => `${name}:${port}`);
}
