import { compareStrings } from '../lib/lists.ts';
import type { Admin, PortalReading } from '../model/admin.ts';
import type { HeldProduct, LiveProduct, Subscriber } from '../model/live.ts';

/**
 * The subscribers of a live product; undefined if the server has no reliable list. External products have no
 * subscriptions (docs/design/admin-api.md §7).
 */
export async function subscribersOf(
  admin: Admin,
  { id, type }: Pick<HeldProduct, 'id' | 'type'>,
): Promise<readonly Subscriber[] | undefined> {
  return type === 'external' ? [] : admin.readSubscribers(id);
}

export interface SubscribedProduct {
  readonly product: HeldProduct;
  readonly subscribers: readonly Subscriber[] | undefined;
}

/** Products with their subscribers, by name and id. */
export async function withSubscribers(
  admin: Admin,
  products: readonly HeldProduct[],
): Promise<readonly SubscribedProduct[]> {
  const sorted = products.toSorted(
    (a, b) => compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id),
  );
  return Promise.all(
    sorted.map(async (product) => ({ product, subscribers: await subscribersOf(admin, product) })),
  );
}

/** The products of the portal without their documents, which would need too much memory for a large portal. */
export async function readWithoutDocuments(
  admin: Admin,
  reading: Pick<PortalReading, 'mayUseRows'> = {},
): Promise<readonly HeldProduct[]> {
  const keep = ({ id, type, fields, unreadable }: LiveProduct): HeldProduct => ({
    id,
    type,
    fields: { ...fields, raw_openapi: '', logo: '' },
    unreadable,
  });
  return (await admin.readPortal({ ...reading, keep })).products;
}
