export interface ProductRef {
  readonly id: string;
  readonly name: string;
}
export interface ServiceRef {
  readonly gateway_group_id: string;
  readonly service_id: string;
}

/** What a write did beyond the row itself (admin-api §7.5, §14.4). */
export type Effect =
  | {
      readonly kind: 'created' | 'updated' | 'deleted' | 'published' | 'unpublished';
      readonly product: ProductRef;
    }
  | {
      readonly kind: 'subscriptions-ended';
      readonly product: ProductRef;
      readonly active: number;
      readonly pending: number;
    }
  | { readonly kind: 'auth-pushed'; readonly product: ProductRef; readonly service: ServiceRef }
  | {
      readonly kind: 'auth-removed';
      readonly product: ProductRef;
      readonly service: ServiceRef;
      readonly because: 'unpublished' | 'deleted' | 'unlinked';
    }
  | {
      readonly kind:
        | 'subscribed'
        | 'subscription-requested'
        | 'subscription-cancelled'
        | 'approval-accepted'
        | 'approval-rejected';
      readonly product: ProductRef;
      readonly application: string;
    }
  | {
      readonly kind: 'notified';
      readonly product: ProductRef;
      readonly event: string;
      readonly contact_points: readonly string[];
    }
  | { readonly kind: 'openapi-stored'; readonly service: ServiceRef };

/** `request` is the number of the request that caused it, 0 where it came about behind the client's back. */
export type JournalledEffect = Effect & { readonly request: number };

export function productRef(product: {
  readonly id: string;
  readonly fields: { readonly name: string };
}): ProductRef {
  return { id: product.id, name: product.fields.name };
}
