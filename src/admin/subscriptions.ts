import { compareStrings } from '../lib/lists.ts';
import type { Subscriber } from '../model/live.ts';
import type { Subscription } from '../model/record.ts';
import { InconsistentListError, isStatus, InvalidResponseError, type Route } from './client.ts';
import { readListing, readPage, type Listing, type Row } from './paging.ts';
import type { Session } from './session.ts';

/** How adc counts a subscription in each state (docs/design/admin-api.md §7.1, §13). */
export const COUNTED_AS: ReadonlyMap<unknown, 'active' | 'pending'> = new Map([
  ['subscribed', 'active'],
  ['wait_for_approval', 'pending'],
  ['pending', 'pending'],
]);

/** A row with names for reports and ids for a restore; an id is empty if the row has none. */
type ListedSubscription = Subscriber & Subscription;

/**
 * The result of one list. `contradicts`: it contradicts its total, so it may be incomplete. `unfiltered`: it has
 * subscriptions of other products. `absent`: the server has no such list.
 */
type ListResult = readonly ListedSubscription[] | 'contradicts' | 'unfiltered' | 'absent';

/**
 * The subscriptions of a product with names, by status, developer and application. adc reads all lists of the server
 * concurrently and uses the longest, since each may be limited by the permissions of the token. The subscriptions are
 * unknown if a list contradicts itself. A list that ignores the filter has subscriptions of all products
 * (docs/design/admin-api.md §15.10): adc skips it, but then an empty list proves nothing.
 * @returns undefined if they are unknown.
 */
export async function readSubscriberNames(
  session: Session,
  productId: string,
  product?: string,
): Promise<readonly Subscriber[] | undefined> {
  const listed = await readLists(session, productId, product);
  return listed?.map(({ developer, application, status }) => ({ developer, application, status }));
}

/** The subscriptions with the ids of developer and application; undefined also if a row has no ids. */
export async function readSubscriptionIds(
  session: Session,
  productId: string,
  product?: string,
): Promise<readonly Subscription[] | undefined> {
  const listed = await readLists(session, productId, product);
  if (listed?.some(({ developer_id, application_id }) => developer_id === '' || application_id === ''))
    return undefined;
  return listed?.map(({ developer_id, application_id, status }) => ({
    developer_id,
    application_id,
    status,
  }));
}

async function readLists(
  session: Session,
  productId: string,
  product: string | undefined,
): Promise<readonly ListedSubscription[] | undefined> {
  const routes = session.dialect.subscriptions(session.target.portal.id, productId);
  const results = await Promise.all(
    routes.map((route) => readOneList(session, route, productId, product).catch(resultOfError)),
  );
  const lists = results.filter((one) => typeof one === 'object');
  const [longest = []] = lists.toSorted((a, b) => b.length - a.length);
  const isReliable = longest.length > 0 || (lists.length > 0 && !results.includes('unfiltered'));
  return isReliable && !results.includes('contradicts') ? longest.toSorted(byStatusAndName) : undefined;
}

function byStatusAndName(a: Subscriber, b: Subscriber): number {
  return (
    compareStrings(a.status, b.status) ||
    compareStrings(a.developer, b.developer) ||
    compareStrings(a.application, b.application)
  );
}

/** `absent` if the route does not exist, is forbidden or returns no list. @throws the error of an outage. */
function resultOfError(error: unknown): ListResult {
  if (error instanceof InconsistentListError) return 'contradicts';
  if (error instanceof InvalidResponseError || isStatus(error, 400, 403, 404, 405, 422, 501)) return 'absent';
  throw error;
}

const PAGE_SIZE = 100;

/** Reads the rest of a list only if its first page is valid and not the last one. */
async function readOneList(
  { client }: Session,
  route: Route,
  productId: string,
  product: string | undefined,
): Promise<ListResult> {
  const query = { ...route.query, page: 1, page_size: PAGE_SIZE };
  const first = await readPage(client, { method: 'GET', path: route.path, query, product });
  const listed = subscriptionsIn(first, productId);
  if (typeof listed === 'string' || (first.rows.length < PAGE_SIZE && first.total === first.rows.length))
    return listed;
  // Requests no order: these lists have other orders than the rest (docs/design/admin-api.md §1.5).
  return subscriptionsIn(await readListing(client, route, { ordered: false, product }), productId);
}

/** The subscriptions in a list, or in its first page. */
function subscriptionsIn({ rows, total }: Pick<Listing, 'rows' | 'total'>, productId: string): ListResult {
  if (total === undefined || (rows.length === 0 && total !== 0)) return 'contradicts';
  const found: ListedSubscription[] = [];
  for (const row of rows) {
    if (row.api_product_id !== productId) return 'unfiltered';
    const status = COUNTED_AS.get(row.status);
    if (status === undefined) return 'contradicts';
    const developer = firstText(row, ['developer_name', 'developer_id']);
    found.push({
      developer,
      application: firstText(row, APPLICATION),
      developer_id: firstText(row, ['developer_id']),
      application_id: firstText(row, ['application_id']),
      status,
    });
  }
  return found;
}

const APPLICATION = ['application_name', 'application_id', 'id'];

/** The text of the first key that has one; empty if none has. */
function firstText(row: Row, keys: readonly string[]): string {
  const texts = keys.map((key) => row[key]);
  return (texts.find((text) => typeof text === 'string' && text !== '') as string | undefined) ?? '';
}
