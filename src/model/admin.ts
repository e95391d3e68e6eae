import type { Subscription } from './record.ts';
import type { Directory, References } from './directory.ts';
import type { HeldProduct, LivePortal, LiveProduct, Subscriber, SubscriptionCount, Target } from './live.ts';
import type { PartialFields } from './desired.ts';
import type { AdminError } from './errors.ts';
import type { Json, ProductFields, ProductType, ServiceIds } from './product.ts';

/**
 * The Admin API for the other stages, without paths, wire names and dialects. Every method throws AdminError
 * (errors.ts) if the server refuses or cannot be reached.
 */
export interface Admin {
  readonly target: Target;
  /** Every product of the portal; fails if any part of the read fails (docs/design/contract.md §5.1). */
  readPortal(reading?: PortalReading): Promise<LivePortal>;
  readPortal(reading: PortalReading<HeldProduct>): Promise<LivePortal<HeldProduct>>;
  /** Reads each of the products on its own. Fails if any read fails, or if one of the products no longer exists. */
  readAgain(products: readonly HeldProduct[]): Promise<readonly LiveProduct[]>;
  readProduct(id: string): Promise<LiveProduct | undefined>;
  /** The list of the portal's products: rows have little more than ids and names. */
  listProducts(): Promise<readonly ListedProduct[]>;
  /** The resources of the references. Resources of `known` are not read again, and are also in the result. */
  readDirectory(references: References, known?: Directory): Promise<Directory>;
  /** The OpenAPI document of a gateway service, '' if it has none; undefined if the server does not return it. */
  readOpenapi(service: ServiceIds): Promise<string | undefined>;
  /** Products of the other portals that link one of the services, by serviceKey(), as far as they can be read. */
  findHolders(services: ReadonlySet<string>): Promise<readonly ServiceHolder[]>;
  countSubscriptions(productId: string): Promise<SubscriptionCount>;
  /** Subscriptions with names, by status, developer and application; undefined if the server has no reliable list. */
  readSubscriberNames(productId: string): Promise<readonly Subscriber[] | undefined>;
  /** Subscriptions with the ids of developer and application; undefined also if a row has no ids. */
  readSubscriptionIds(productId: string): Promise<readonly Subscription[] | undefined>;
  /**
   * A POST, sent once; after a lost response, adc looks for the name (docs/design/contract.md §7). Returns the new
   * product.
   * @param pause lets creations wait for each other, to check for products of the same names with one request.
   */
  createProduct(product: NewProduct, pause?: Pause): Promise<LiveProduct>;
  /**
   * A PUT of `base` with the changes of `fields`. `base` is the product as last read.
   * @param again called before the write is sent in another form, and before a write that unpublishes is retried; by
   * default, it throws if the live product no longer equals `base`.
   * @returns the product of the response; undefined if the response has none.
   */
  updateProduct(
    base: LiveProduct,
    fields: PartialFields,
    again?: BeforeAgain,
  ): Promise<LiveProduct | undefined>;
  /** True if it existed, false if it did not. With `again`, a lost request is not retried without calling it. */
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

/** Works on other products until `wait` has ended. */
export type Pause = <Result>(wait: () => Promise<Result>) => Promise<Result>;

/**
 * Decides, after the write failed with `error`, whether it may be sent again.
 * @returns true if the write was applied, so that nothing is sent.
 * @throws the error that ends the write.
 */
export type BeforeAgain = (error: AdminError) => Promise<boolean>;

export interface PortalReading<Product extends HeldProduct = LiveProduct> {
  /** Called with each product as soon as it is read; its result is kept instead. */
  keep?(product: LiveProduct): Product;
  /** The same afterwards, for slow work. With either, a large portal is never completely in memory. */
  each?(product: Product): Promise<Product>;
  /** Whether proved complete list rows can replace products, which then have LiveProduct.fromRow. */
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
