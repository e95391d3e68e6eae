import { serviceKey } from '../model/product.ts';
import { productRef } from './effect.ts';
import type { Product, StoredLink } from './rows.ts';
import { endSubscriptions } from './subscription-rules.ts';
import type { World } from './world.ts';

/**
 * What follows from a product that was written, or deleted: it is published or not, its services get the auth rule or
 * lose it, subscriptions end (admin-api §7.5).
 * @param before undefined: it is new.
 * @param after undefined: it is gone.
 */
export function followUp(world: World, before: Product | undefined, after: Product | undefined): void {
  const product = after ?? before;
  if (product === undefined) return;
  if (isPublished(after) && !isPublished(before)) record(world, 'published', product);
  if (isPublished(before) && after?.fields.status === 'draft') record(world, 'unpublished', product);
  moveAuth(world, product, [servedLinks(before), servedLinks(after)], lossOf(after));
  if (after === undefined) endSubscriptions(world, product, 'deleted');
  else if (isPublished(before) && !isPublished(after)) endSubscriptions(world, product, 'unpublished');
}

type Loss = 'unpublished' | 'deleted' | 'unlinked';

function lossOf(after: Product | undefined): Loss {
  if (after === undefined) return 'deleted';
  return isPublished(after) ? 'unlinked' : 'unpublished';
}

function isPublished(product: Product | undefined): boolean {
  return product?.fields.status === 'published';
}

function record(world: World, kind: 'published' | 'unpublished', product: Product): void {
  world.record({ kind, product: productRef(product) });
}

/** The links that bear the product's auth: those of a published one. */
function servedLinks(product: Product | undefined): readonly StoredLink[] {
  return isPublished(product) ? (product?.fields.linked_gateway_services ?? []) : [];
}

function moveAuth(
  world: World,
  of: Product,
  [old, now]: readonly [readonly StoredLink[], readonly StoredLink[]],
  because: Loss,
): void {
  const product = productRef(of);
  for (const { gateway_group_id, service_id } of without(old, now)) {
    world.record({ kind: 'auth-removed', product, service: { gateway_group_id, service_id }, because });
  }
  for (const { gateway_group_id, service_id } of without(now, old)) {
    world.record({ kind: 'auth-pushed', product, service: { gateway_group_id, service_id } });
  }
}

function without(links: readonly StoredLink[], others: readonly StoredLink[]): readonly StoredLink[] {
  const keys = new Set(others.map(serviceKey));
  return links.filter((link) => !keys.has(serviceKey(link)));
}
