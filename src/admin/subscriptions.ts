import { NO_SUBSCRIPTIONS, UNKNOWN_SUBSCRIPTIONS, type SubscriptionCount } from '../model/live.ts';
import { ContradictionError, isStatus, NonsenseError } from './client.ts';
import type { Route } from './dialects.ts';
import { readListing, readPage, type Listing } from './paging.ts';
import type { Session } from './session.ts';

/** What a subscription in a state counts as (docs/design/admin-api.md §7.1, §13). */
const COUNTED_AS: ReadonlyMap<unknown, 'active' | 'pending'> = new Map([
  ['subscribed', 'active'],
  ['wait_for_approval', 'pending'],
  ['pending', 'pending'],
]);

/** What one list says; `contradicts`: it may be incomplete. `unfiltered`: it holds subscriptions of other products. */
type Told = SubscriptionCount | 'contradicts' | 'unfiltered' | 'absent';

/**
 * How many subscriptions a product has. All lists that the server has are read, side by side, since each may show only what
 * the token may see: the greatest count is taken. The number is unknown if a list contradicts itself. A list that ignores the
 * filter counts everybody's (docs/design/admin-api.md §15.10): it is left out, but with it an empty list proves nothing.
 */
export async function countSubscriptions(
  session: Session,
  productId: string,
  product?: string,
): Promise<SubscriptionCount> {
  const routes = session.dialect.subscriptions(session.target.portal.id, productId);
  const told = await Promise.all(
    routes.map((route) => readCount(session, route, productId, product).catch(noList)),
  );
  const counts = told.filter((one) => typeof one === 'object');
  const [greatest = UNKNOWN_SUBSCRIPTIONS] = counts.toSorted((a, b) => sum(b) - sum(a));
  const isSure = sum(greatest) > 0 || !told.includes('unfiltered');
  return isSure && !told.includes('contradicts') ? greatest : UNKNOWN_SUBSCRIPTIONS;
}

const sum = ({ active, pending }: SubscriptionCount): number => active + pending;

/** The route is not there, may not be read, or gives no list: another one may. An outage is an error like any other. */
function noList(error: unknown): Told {
  if (error instanceof ContradictionError) return 'contradicts';
  if (error instanceof NonsenseError || isStatus(error, 400, 403, 404, 405, 422, 501)) return 'absent';
  throw error;
}

const PAGE_SIZE = 100;

/** The first page shows whether the list is worth reading to its end. */
async function readCount(
  { client }: Session,
  route: Route,
  productId: string,
  product: string | undefined,
): Promise<Told> {
  const query = { ...route.query, page: 1, page_size: PAGE_SIZE };
  const first = await readPage(client, { method: 'GET', path: route.path, query, product });
  const told = countOf(first, productId);
  if (typeof told === 'string' || (first.rows.length < PAGE_SIZE && first.total === first.rows.length))
    return told;
  // No order is asked for: these lists know other orders than the rest (docs/design/admin-api.md §1.5).
  return countOf(await readListing(client, route, { ordered: false, product }), productId);
}

/** What a list, or its first page, tells. */
function countOf({ rows, total }: Pick<Listing, 'rows' | 'total'>, productId: string): Told {
  if (total === undefined || (rows.length === 0 && total !== 0)) return 'contradicts';
  let { active, pending } = NO_SUBSCRIPTIONS;
  for (const row of rows) {
    if (row.api_product_id !== productId) return 'unfiltered';
    const kind = COUNTED_AS.get(row.status);
    if (kind === undefined) return 'contradicts';
    if (kind === 'active') active += 1;
    else pending += 1;
  }
  return { active, pending, known: true };
}
