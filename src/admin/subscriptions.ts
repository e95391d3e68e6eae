import type { SubscriptionCount } from '../model/live.ts';
import { NO_SUBSCRIPTIONS, UNKNOWN_SUBSCRIPTIONS } from '../model/live.ts';
import { isStatus, NonsenseError } from './answer-errors.ts';
import type { Listing } from './paging.ts';
import { readListing } from './paging.ts';
import type { Session } from './session.ts';

/** What a subscription in a state counts as (admin-api §7.1, §13). */
const COUNTED_AS: ReadonlyMap<unknown, 'active' | 'pending'> = new Map([
  ['subscribed', 'active'],
  ['wait_for_approval', 'pending'],
  ['pending', 'pending'],
]);

/**
 * How many subscriptions a product has, by the first list that has rows, all of them that product's: a filter that a server
 * ignores would count everybody's (acceptance A11, admin-api §15.10). None are there only if every list that there is says so,
 * in rows and in its total: a list may hold no more than what somebody else is to see. Else the count is unknown.
 */
export async function countSubscriptions(
  session: Session,
  productId: string,
  product?: string,
): Promise<SubscriptionCount> {
  let none: SubscriptionCount | undefined;
  let isSure = true;
  for (const route of session.dialect.subscriptions(session.target.portal.id, productId)) {
    // No order is asked for: these lists know other orders than the rest (admin-api §1.5).
    const listing = await readListing(session.client, route, { ordered: false, product }).catch(noList);
    if (listing === undefined) continue;
    const count = countOf(listing, productId);
    if (count && listing.rows.length > 0) return count;
    none ??= count;
    isSure &&= count !== undefined;
  }
  return (isSure ? none : undefined) ?? UNKNOWN_SUBSCRIPTIONS;
}

/** The route is not there, may not be read, or gives no list: another one may. An outage is an error like any other. */
function noList(error: unknown): undefined {
  if (error instanceof NonsenseError || isStatus(error, 400, 403, 404, 405, 422, 501)) return undefined;
  throw error;
}

/** What a list tells; undefined where it can't be believed. */
function countOf({ rows, total }: Listing, productId: string): SubscriptionCount | undefined {
  if (rows.length === 0 && total !== 0) return undefined;
  let { active, pending } = NO_SUBSCRIPTIONS;
  for (const row of rows) {
    const kind = COUNTED_AS.get(row.status);
    if (row.api_product_id !== productId || kind === undefined) return undefined;
    if (kind === 'active') active += 1;
    else pending += 1;
  }
  return { active, pending, known: true };
}
