import type { Directory, References } from './directory.ts';
import type { HeldProduct, LivePortal, LiveProduct, Subscriber, SubscriptionCount, Target } from './live.ts';
import type { PartialFields } from './desired.ts';
import type { AdminError } from './errors.ts';
import type { Subscription } from './record.ts';
import type { Json, Link, ProductFields, ProductType } from './product.ts';

/**
 * The Admin API as the rest of the program knows it: no paths, no wire names, no dialects. Every method throws
 * AdminError (errors.ts) when the server refuses or can't be reached.
 */
export interface Admin {
  readonly target: Target;
  /**
   * Every product of the portal, each as the reading keeps it. Fails if any part of the reading failed
   * (docs/design/contract.md §5.1).
   */
  readPortal(reading?: PortalReading): Promise<LivePortal>;
  readPortal(reading: PortalReading<HeldProduct>): Promise<LivePortal<HeldProduct>>;
  /** Each of the products as it is now, read on its own. Fails as a whole too, also if one of them is gone. */
  readAgain(products: readonly HeldProduct[]): Promise<readonly LiveProduct[]>;
  readProduct(id: string): Promise<LiveProduct | undefined>;
  /** The list of the portal's products: rows hold little more than ids and names. */
  listProducts(): Promise<readonly ListedProduct[]>;
  /** What the references mean. What `known` has is not read again, and is in the result too. */
  readDirectory(references: References, known?: Directory): Promise<Directory>;
  /** The OpenAPI document of a gateway service, '' if it has none; undefined where the server does not tell. */
  readOpenapi(service: Pick<Link, 'gateway_group_id' | 'service_id'>): Promise<string | undefined>;
  /** Products of the other portals that link one of the services, by serviceKey(), as far as they can be read. */
  findHolders(services: ReadonlySet<string>): Promise<readonly ServiceHolder[]>;
  countSubscriptions(productId: string): Promise<SubscriptionCount>;
  /** By status, developer and application; undefined if the server has no list that can be believed. */
  readSubscribers(productId: string): Promise<readonly Subscriber[] | undefined>;
  /** The same by the ids of developer and application; undefined also if the rows have none. */
  readSubscriptions(productId: string): Promise<readonly Subscription[] | undefined>;
  /**
   * A POST, sent once; a lost answer is settled by looking for the name (docs/design/contract.md §7). Gives the new product.
   * @param pause lets creations wait for each other, to look for products of the same names with one request.
   */
  createProduct(product: NewProduct, pause?: Pause): Promise<LiveProduct>;
  /**
   * A PUT of `base` with `fields` laid over it. `base` is the product as it was last seen.
   * @param again called before the write is sent in another form, and before one that unpublishes is sent again; by default
   * it throws if the live product is not `base` any more.
   * @returns the product as the response holds it, undefined if the response holds none.
   */
  updateProduct(
    base: LiveProduct,
    fields: PartialFields,
    again?: BeforeAgain,
  ): Promise<LiveProduct | undefined>;
  /** True if it was there, false if it was gone already. With `again`, no lost request is repeated without asking it. */
  deleteProduct(id: string, again?: BeforeAgain): Promise<boolean>;
  close(): Promise<void>;
}

export interface ListedProduct {
  readonly id: string;
  /** Undefined if the row does not tell. */
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
 * @returns true if the write turns out to be done, so that nothing is sent.
 * @throws what ends the write.
 */
export type BeforeAgain = (error: AdminError) => Promise<boolean>;

export interface PortalReading<Product extends HeldProduct = LiveProduct> {
  /** Is given each product as soon as it is read; what it gives back is kept in its place. */
  keep?(product: LiveProduct): Product;
  /** The same afterwards, for what takes a while. With either, a large portal need not be in memory as a whole. */
  each?(product: Product): Promise<Product>;
  /** Takes products from the list where that is shown to hold them whole; they are marked (LiveProduct.fromRow). */
  readonly mayUseRows?: boolean;
  /** Ends the reading, which fails then. */
  readonly signal?: AbortSignal;
}

export interface NewProduct {
  readonly type: ProductType;
  readonly fields: Partial<ProductFields> & Pick<ProductFields, 'name'>;
}
