import type { FieldName, HeldFields, JsonObject, ProductFields, ProductType } from './product.ts';

export type Dialect = 'path' | 'query';

export interface Target {
  /** Address of the Admin API, without credentials. */
  readonly server: string;
  readonly portal: { readonly id: string; readonly name: string };
  readonly dialect: Dialect;
}

export interface LiveProduct {
  readonly id: string;
  readonly type: ProductType;
  /** In the compared form, complete: server defaults filled in. */
  readonly fields: ProductFields;
  /** Fields that the server does not give back, so that nothing can be said of them (docs/design/admin-api.md §15.17). */
  readonly unreadable: readonly FieldName[];
  /**
   * Where it was not read on its own but taken from a list, which was shown to hold whole products: the fields that its
   * row carries.
   */
  readonly fromRow?: readonly FieldName[];
  /** The product as the server gave it: what a write echoes, so that unknown fields survive. */
  readonly raw: JsonObject;
}

/** What is held of it while the whole portal is in memory: a long document may be packed. */
export type HeldProduct = Omit<LiveProduct, 'fields' | 'raw'> & { readonly fields: HeldFields };

export interface LivePortal<Product extends HeldProduct = LiveProduct> {
  readonly products: readonly Product[];
  /** False where external products come back without any labels: their labels are not compared (docs/design/contract.md §5). */
  readonly keepsExternalLabels: boolean;
}

/** Subscriptions of one product. `known: false`: the server gave no answer that can be believed; counts are then 0. */
export interface SubscriptionCount {
  readonly active: number;
  readonly pending: number;
  readonly known: boolean;
}

/** A subscription as its row in the server's list shows it (docs/design/admin-api.md §7.1). */
export interface Subscriber {
  /** Name of the developer, else its id; empty where the row has neither. */
  readonly developer: string;
  /** Name of the application, else its id, else the id of the subscription. */
  readonly application: string;
  readonly status: 'active' | 'pending';
}

export const NO_SUBSCRIPTIONS: SubscriptionCount = { active: 0, pending: 0, known: true };
export const UNKNOWN_SUBSCRIPTIONS: SubscriptionCount = { active: 0, pending: 0, known: false };

/** The number of subscribers; it is unknown if they are. */
export function countOf(subscribers: readonly Subscriber[] | undefined): SubscriptionCount {
  if (subscribers === undefined) return UNKNOWN_SUBSCRIPTIONS;
  const active = subscribers.filter(({ status }) => status === 'active').length;
  return { active, pending: subscribers.length - active, known: true };
}
