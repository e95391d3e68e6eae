import type { Json, JsonObject } from '../model/product.ts';
import type { Ask } from './ask.ts';
import type { Client } from './client.ts';
import type { Route } from './dialect-row.ts';
import { isObject } from './read-json.ts';

/** The order in which rows stay where they are while others are updated: the server's own order is by `updated_at` (admin-api §1.5). */
const BY_AGE = { order_by: 'created_at', direction: 'asc' };
const PAGE_SIZE = 100;
const MOST_PAGES = 1000;
const MOST_READINGS = 5;

export interface ListOptions {
  /** False where the server may refuse an order that it does not know. */
  readonly ordered?: boolean;
  readonly product?: string | undefined;
}

export interface Row extends JsonObject {
  readonly id: string;
}

/**
 * Every row of a list, each once (acceptance A3, admin-api §15.15). The list is read to the end, whatever the server's largest page,
 * and read again if its total moved meanwhile. A server that ignores paging gives the same rows again, which ends it too.
 * @throws NonsenseError if the answers are no list, contradict their own total again and again, or never end.
 */
export async function readList(
  client: Client,
  route: Route,
  options: ListOptions = {},
): Promise<readonly Row[]> {
  const rows = new Map<string, Row>();
  const ask = { method: 'GET', path: route.path, product: options.product } as const;
  for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
    const end = await readOnce(client, route, options, rows);
    if (end === 'complete') return [...rows.values()];
    if (end === 'moved') rows.clear();
  }
  throw client.nonsense(ask, 'a list that holds other rows than its total says, again and again');
}

type End = 'complete' | 'moved' | 'short';

/**
 * One pass over the pages. `moved`: the total changed on the way. `short`: fewer rows than the total; rows that changed
 * places between two pages are found by another pass.
 */
async function readOnce(
  client: Client,
  route: Route,
  options: ListOptions,
  rows: Map<string, Row>,
): Promise<End> {
  const seen = new Set<string>();
  let total: number | undefined;
  for (let number = 1; number <= MOST_PAGES; number += 1) {
    const ask = askFor(route, options, number);
    const page = await readPage(client, ask);
    if (number > 1 && page.total !== total) return 'moved';
    total = page.total;
    const before = seen.size;
    for (const row of page.rows) {
      seen.add(row.id);
      rows.set(row.id, row);
    }
    const nothingNew = seen.size === before;
    const allThere = total !== undefined && seen.size >= total && page.rows.length < PAGE_SIZE;
    if (nothingNew || allThere) return total === undefined || rows.size >= total ? 'complete' : 'short';
  }
  throw client.nonsense(askFor(route, options, MOST_PAGES), 'pages without end');
}

function askFor(route: Route, { ordered = true, product }: ListOptions, page: number): Ask {
  const query = { ...route.query, ...(ordered ? BY_AGE : {}), page, page_size: PAGE_SIZE };
  return { method: 'GET', path: route.path, query, product };
}

interface Page {
  readonly rows: readonly Row[];
  readonly total: number | undefined;
}

/**
 * One page of a list, as it came.
 * @throws NonsenseError if it is none: pages for people, an error in an answer of 200, rows without an id.
 */
export async function readPage(client: Client, ask: Ask): Promise<Page> {
  const { body, problem } = await client.send(ask);
  if (problem !== undefined) throw client.nonsense(ask, `${problem} instead of a list`);
  const list = isObject(body) ? body.list : undefined;
  const total = isObject(body) && typeof body.total === 'number' ? body.total : undefined;
  // A server in Go writes an empty list as null, but then it still has a total.
  if (list === null && total === 0) return { rows: [], total };
  if (!Array.isArray(list)) throw client.nonsense(ask, 'JSON that is no list');
  return { rows: list.map((row) => rowOf(row, client, ask)), total };
}

function rowOf(row: Json, client: Client, ask: Ask): Row {
  if (isObject(row) && typeof row.id === 'string' && row.id !== '') return { ...row, id: row.id };
  throw client.nonsense(ask, 'a row that has no id');
}
