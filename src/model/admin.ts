import type { PartialFields } from './desired.ts';
import type { Directory, References } from './directory.ts';
import type { AdminError } from './errors.ts';
import type {
  CompactProduct,
  LivePortal,
  LiveProduct,
  Subscriber,
  SubscriptionCount,
  Target,
} from './live.ts';
import type { Json, ProductFields, ProductType, ServiceIds } from './product.ts';
import type { Subscription } from './record.ts';

/**
 * The Admin API for the other stages, independent of paths, wire names and dialects. Every method throws AdminError
 * (errors.ts) if the server refuses or cannot be reached.
 */
export interface Admin {
  readonly target: Target;
  /** All products of the portal. Fails if any request fails (docs/design/contract.md §5.1). */
  readPortal(reading?: PortalReading): Promise<LivePortal>;
  readPortal(reading: PortalReading<CompactProduct>): Promise<LivePortal<CompactProduct>>;
  /** Reads each product with its own request. Fails if a request fails, or if a product no longer exists. */
  readAgain(products: readonly CompactProduct[]): Promise<readonly LiveProduct[]>;
  readProduct(id: string): Promise<LiveProduct | undefined>;
  /** The list rows of the portal's products. */
  listProducts(): Promise<readonly ListedProduct[]>;
  /** The resources that the references name. The result includes the resources of `known`, which are not read again. */
  readDirectory(references: References, known?: Directory): Promise<Directory>;
  /** The OpenAPI document of a gateway service, '' if it has none; undefined if the server does not return it. */
  readOpenapi(service: ServiceIds): Promise<string | undefined>;
  /** Products of other portals that link one of the services, given by serviceKey(). Unreadable portals are skipped. */
  findHolders(services: ReadonlySet<string>): Promise<readonly ServiceHolder[]>;
  countSubscriptions(productId: string): Promise<SubscriptionCount>;
  /** Subscriptions with names, by status, developer and application; undefined if the server has no reliable list. */
  readSubscriberNames(productId: string): Promise<readonly Subscriber[] | undefined>;
  /** Subscriptions with the ids of developer and application; undefined also if a row has no ids. */
  readSubscriptionIds(productId: string): Promise<readonly Subscription[] | undefined>;
  /**
   * Sends a POST once. After a lost response, it searches for the name (docs/design/contract.md §7). Returns the new
   * product.
   * @param pause lets creations wait for each other, so that one request checks all their names.
   */
  createProduct(product: NewProduct, pause?: Pause): Promise<LiveProduct>;
  /**
   * Sends a PUT of `base`, the product as last read, with the changes of `fields`.
   * @param again called before the write is sent in another form, and before a write that leaves a draft is retried. By
   * default, it throws if the live product no longer equals `base`.
   * @returns the product of the response; undefined if the response has none.
   */
  updateProduct(
    base: LiveProduct,
    fields: PartialFields,
    again?: BeforeAgain,
  ): Promise<LiveProduct | undefined>;
  /** Returns whether the product existed. If `again` is given, it decides about each retry. */
  deleteProduct(id: string, again?: BeforeAgain): Promise<boolean>;
  close(): Promise<void>;
}

export interface ListedProduct {
  readonly id: string;
  /** Undefined if the row does not have it. */
  readonly status: Json | undefined;
}

/** A product of another portal that links a service. */
export interface ServiceHolder {
  /** By serviceKey(). */
  readonly service: string;
  readonly product: string;
  readonly portal: string;
}

/** Lets other products proceed until `wait` has ended. */
export type Pause = <Result>(wait: () => Promise<Result>) => Promise<Result>;

/**
 * Called after a write failed with `error`, before it is sent again.
 * @returns true if the write was applied: then it is not sent again.
 * @throws the final error of the write, if it must not be sent again.
 */
export type BeforeAgain = (error: AdminError) => Promise<boolean>;

export interface PortalReading<Product extends CompactProduct = LiveProduct> {
  /** Called with each product as soon as it is read. The portal contains its result instead. */
  keep?(product: LiveProduct): Product;
  /** Called after `keep`, for slow work. With either function, a large portal is never completely in memory. */
  each?(product: Product): Promise<Product>;
  /** Whether list rows may replace products if the rows are proved to be complete (LiveProduct.fromRow). */
  readonly mayUseRows?: boolean;
  /** Aborts the read, which then fails. */
  readonly signal?: AbortSignal;
}

export interface NewProduct {
  readonly type: ProductType;
  readonly fields: Partial<ProductFields> & Pick<ProductFields, 'name'>;
}

/** A published product as the Developer Portal backend lists it. */
export interface OfferedProduct {
  readonly id: string;
  readonly name: string;
  /** With underscores, such as `key_auth`; undefined if the row does not have them. */
  readonly authTypes: readonly string[] | undefined;
}

/** An approval of a subscription; its row does not name the subscription (docs/design/admin-api.md §16). */
export interface SubscriptionApproval {
  readonly id: string;
  readonly product: string;
  readonly developer: string;
  readonly result: 'pending' | 'accepted' | 'rejected' | 'cancelled';
  /** Time of the decision, ISO 8601; undefined if the server does not report it. */
  readonly decidedAt: string | undefined;
}

/**
 * The Developer Portal backend of one portal, with requests on behalf of developers (docs/design/admin-api.md §7.3).
 * Every method throws AdminError if the server refuses or cannot be reached.
 */
export interface PortalBackend {
  /** Whether the server has a backend, as since version 3.9. */
  isServed(): Promise<boolean>;
  /** Published products that the developer can see; undefined if the portal has no such developer. */
  readProducts(developer: string): Promise<readonly OfferedProduct[] | undefined>;
  /** Ids of the applications of a developer; undefined if the portal has no such developer. */
  readApplications(developer: string): Promise<ReadonlySet<string> | undefined>;
  /** The subscriptions of a developer to a product. */
  readSubscriptions(developer: string, product: string): Promise<readonly Subscription[]>;
  /** Undefined if the backend has no approvals, as before version 3.9.14. */
  readApprovals(): Promise<readonly SubscriptionApproval[] | undefined>;
  /** Sends a POST once. After an error, the caller must check whether it was applied. */
  subscribe(developer: string, application: string, product: string): Promise<void>;
  accept(approval: string): Promise<void>;
  close(): Promise<void>;
}
