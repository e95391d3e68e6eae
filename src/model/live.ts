import type { FieldName, CompactFields, JsonObject, ProductFields, ProductType } from './product.ts';

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
  /** In the compared form, complete with server defaults. */
  readonly fields: ProductFields;
  /** Fields that the server does not return, with unknown values (docs/design/admin-api.md §15.17). */
  readonly unreadable: readonly FieldName[];
  /** The fields of its list row, if the row replaced reading the product. */
  readonly fromRow?: readonly FieldName[];
  /** The JSON of the server. A write sends it back, so that unknown fields keep their values. */
  readonly raw: JsonObject;
}

/** A product in the form for a whole portal in memory: without `raw`, and with a long document compressed. */
export type CompactProduct = Omit<LiveProduct, 'fields' | 'raw'> & { readonly fields: CompactFields };

export interface LivePortal<Product extends CompactProduct = LiveProduct> {
  readonly products: readonly Product[];
  /** False if the server returns external products without labels (docs/design/contract.md §5). */
  readonly keepsExternalLabels: boolean;
}

/** Subscriptions of one product. If `known` is false, the server gave no reliable response, and the counts are 0. */
export interface SubscriptionCount {
  readonly active: number;
  readonly pending: number;
  readonly known: boolean;
}

/** A subscription, as in a row of the server's list (docs/design/admin-api.md §7.1). */
export interface Subscriber {
  /** Name of the developer, else its id; empty if the row has neither. */
  readonly developer: string;
  /** Name of the application, else its id, else the id of the subscription. */
  readonly application: string;
  readonly status: 'active' | 'pending';
}

export const NO_SUBSCRIPTIONS: SubscriptionCount = { active: 0, pending: 0, known: true };
export const UNKNOWN_SUBSCRIPTIONS: SubscriptionCount = { active: 0, pending: 0, known: false };

/** The number of subscriptions; unknown if the subscribers are unknown. */
export function countOf(subscribers: readonly Subscriber[] | undefined): SubscriptionCount {
  if (subscribers === undefined) return UNKNOWN_SUBSCRIPTIONS;
  const active = subscribers.filter(({ status }) => status === 'active').length;
  return { active, pending: subscribers.length - active, known: true };
}
