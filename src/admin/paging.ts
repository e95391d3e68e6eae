import { isObject } from '../json/value.ts';
import type { Json, JsonObject } from '../model/product.ts';
import {
  InconsistentListError,
  NoResponseError,
  type ApiRequest,
  type Client,
  type Route,
} from './client.ts';
import { OversizeError } from './http.ts';

/** An order that updates do not change: the server's own order is by `updated_at` (docs/design/admin-api.md §1.5). */
const BY_AGE = { order_by: 'created_at', direction: 'asc' };
/** Smaller pages are for lists whose larger pages would exceed the maximum size of a response. */
const PAGE_SIZES = [100, 10, 1];
/** No list of a portal is longer; so many rows fit in memory. */
const MAX_ROWS = 200_000;
/** Maximum number of pages beyond the total, since rows may be added while a list is read. */
const MAX_MORE_PAGES = 100;
/** Maximum number of pages, even if pages are short. */
const MAX_PAGES = 10_000;
/** Maximum number of pages requested in advance; the client sends fewer at a time. */
const MAX_AHEAD = 100;
const MAX_READINGS = 5;

interface ListOptions {
  /** False if the server may refuse an unknown order. */
  readonly ordered?: boolean;
  readonly product?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: ApiRequest['headers'];
  /**
   * Called with each row when it is first seen; returns the part of the row to keep. A row may be deleted before the
   * list ends. `isExpected`: the rows so far are not more than the total. Other rows may be those of an endless list.
   */
  readonly take?: ((row: Row, isExpected: boolean) => Row) | undefined;
}

export interface Row extends JsonObject {
  readonly id: string;
}

export interface Listing {
  readonly rows: readonly Row[];
  /** Whether one pass over the pages was sufficient: no row was added, removed or moved meanwhile. */
  readonly isSteady: boolean;
  /** Number of rows that the server reports; undefined if that is not a number. */
  readonly total: number | undefined;
}

/** The rows of readListing(). */
export async function readList(
  client: Client,
  route: Route,
  options: ListOptions = {},
): Promise<readonly Row[]> {
  return (await readListing(client, route, options)).rows;
}

/**
 * Reads every row of a list, in pages as large as its rows allow: a hundred whole products may have a hundred long
 * documents.
 */
export async function readListing(client: Client, route: Route, options: ListOptions = {}): Promise<Listing> {
  for (const pageSize of PAGE_SIZES) {
    try {
      return await readInPages({ client, route, options, pageSize });
    } catch (error) {
      if (pageSize === PAGE_SIZES.at(-1) || !isOversize(error)) throw error;
    }
  }
  throw new Error('there is no page size');
}

function isOversize(error: unknown): boolean {
  return error instanceof NoResponseError && error.cause instanceof OversizeError;
}

/**
 * Every row of a list, each once (docs/design/admin-api.md §15.15). The first page reports the total, and the other
 * pages are read concurrently. Then the list is read to its end, with any maximum page size of the server, and read
 * again if its total changed meanwhile. A page without new rows ends the list, since a server that ignores paging
 * returns the same rows again.
 * @throws InvalidResponseError if a response is not a list, if the rows repeatedly do not match their total, or if the list
 * is endless or too long.
 */
async function readInPages(list: List): Promise<Listing> {
  const { client, route, options } = list;
  const rows = new Map<string, Row>();
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const pass = new Pass(list, rows);
    const end = await pass.read();
    if (end === 'complete') return { rows: [...rows.values()], isSteady: reading === 1, total: pass.total };
    if (end === 'moved') rows.clear();
  }
  const request = { method: 'GET', path: route.path, product: options.product } as const;
  const { message } = client.invalidResponse(request, 'a list whose rows do not match its total, repeatedly');
  throw new InconsistentListError(message);
}

interface List {
  readonly client: Client;
  readonly route: Route;
  readonly options: ListOptions;
  readonly pageSize: number;
}

/**
 * `moved`: the total changed during the pass. `short`: fewer rows than the total; another pass finds rows that moved
 * between two pages.
 */
type End = 'complete' | 'moved' | 'short';

/** One pass over the pages of a list. */
class Pass {
  readonly #list: List;
  readonly #rows: Map<string, Row>;
  readonly #seen = new Set<string>();
  #total: number | undefined;
  #moved = false;
  /** Whether a page before the last had no new rows: all pages are the same. */
  #repeats = false;
  #mostPages = 1;
  /** The page with the highest number so far. */
  #last = { number: 0, length: 0, isNew: true };

  /** @param rows receives the rows of the pass, in addition to those of earlier passes. */
  constructor(list: List, rows: Map<string, Row>) {
    this.#list = list;
    this.#rows = rows;
  }

  get total(): number | undefined {
    return this.#total;
  }

  async read(): Promise<End> {
    const first = await this.#take(1);
    this.#mostPages = mostPages(first, this.#list.pageSize);
    if (!this.#isOver) await this.#takeAhead(Math.min(lastPage(first, this.#list.pageSize), this.#mostPages));
    while (!this.#isOver) await this.#take(this.#last.number + 1);
    if (this.#moved) return 'moved';
    return this.#total === undefined || this.#rows.size >= this.#total ? 'complete' : 'short';
  }

  /** A full last page means that there may be more rows than the total. */
  get #isOver(): boolean {
    const { length, isNew } = this.#last;
    const hasAllRows = this.#total !== undefined && this.#seen.size >= this.#total;
    return this.#moved || this.#repeats || !isNew || (hasAllRows && length < this.#list.pageSize);
  }

  /**
   * Reads the pages from the second to `last` concurrently; starts no more pages once they cannot complete the list.
   */
  async #takeAhead(last: number): Promise<void> {
    let next = 2;
    const takePages = async (signal: AbortSignal): Promise<void> => {
      while (next <= last && !this.#moved && !this.#repeats) {
        const number = next++;
        const before = this.#seen.size;
        await this.#take(number, signal);
        this.#repeats ||= number < last && this.#seen.size === before;
      }
    };
    await stopOnFailure(this.#list.options.signal, async (signal) =>
      Promise.all(Array.from({ length: Math.min(last - 1, MAX_AHEAD) }, async () => takePages(signal))),
    );
  }

  async #take(number: number, stop?: AbortSignal): Promise<Page> {
    const { client, options } = this.#list;
    const request = { ...requestFor(this.#list, number), signal: stop ?? options.signal };
    if (number > this.#mostPages)
      throw client.invalidResponse(request, withoutEnd(this.#mostPages, this.#total));
    const page = await readPage(client, request);
    if (number === 1) this.#total = page.total;
    if ((page.total ?? 0) > MAX_ROWS) {
      const what = `a list of ${page.total} rows; adc reads lists of at most ${MAX_ROWS} rows`;
      throw client.invalidResponse(request, what);
    }
    this.#moved ||= page.total !== this.#total;
    const before = this.#seen.size;
    for (const row of page.rows) this.#add(row);
    if (number > this.#last.number) {
      this.#last = { number, length: page.rows.length, isNew: this.#seen.size > before };
    }
    return page;
  }

  #add(row: Row): void {
    const { take = (one) => one } = this.#list.options;
    if (this.#seen.has(row.id)) return;
    this.#seen.add(row.id);
    this.#rows.set(row.id, take(row, this.#seen.size <= (this.#total ?? 0)));
  }
}

/** Number of the last page if the total is right: a page that is not full, or empty. 1 if the total is unknown. */
function lastPage({ rows, total = 0 }: Page, pageSize: number): number {
  if (rows.length === 0 || total <= rows.length) return 1;
  return rows.length < pageSize ? Math.ceil(total / rows.length) : Math.floor(total / pageSize) + 1;
}

/** How many pages a list may have, given its first one. */
function mostPages({ rows, total }: Page, pageSize: number): number {
  if (total === undefined) return Math.min(MAX_PAGES, MAX_ROWS / pageSize);
  return Math.min(MAX_PAGES, Math.ceil(total / Math.max(1, rows.length)) + MAX_MORE_PAGES);
}

const withoutEnd = (pages: number, total: number | undefined): string =>
  `endless pages: more than ${pages} pages${total === undefined ? '' : ` for a total of ${total} rows`}`;

function requestFor(
  { route, options: { ordered = true, product, headers }, pageSize }: List,
  page: number,
): ApiRequest {
  const query = { ...route.query, ...(ordered ? BY_AGE : {}), page, page_size: pageSize };
  return { method: 'GET', path: route.path, query, product, headers };
}

export interface Page {
  readonly rows: readonly Row[];
  readonly total: number | undefined;
}

/**
 * One page of a list.
 * @throws InvalidResponseError if it is not a list: an HTML page, an error in a response of 200, rows without an id.
 */
export async function readPage(client: Client, request: ApiRequest): Promise<Page> {
  const { body, problem } = await client.send(request);
  if (problem !== undefined) throw client.invalidResponse(request, `${problem} instead of a list`);
  const list = isObject(body) ? body.list : undefined;
  const total = isObject(body) && typeof body.total === 'number' ? body.total : undefined;
  // A server in Go writes an empty list as null, but then it still has a total.
  if (list === null && total === 0) return { rows: [], total };
  if (!Array.isArray(list)) throw client.invalidResponse(request, 'JSON that is not a list');
  return { rows: list.map((row) => rowOf(row, client, request)), total };
}

function rowOf(row: Json, client: Client, request: ApiRequest): Row {
  if (isRow(row)) return row;
  throw client.invalidResponse(request, 'a row without an id');
}

function isRow(row: Json): row is Row {
  return isObject(row) && typeof row.id === 'string' && row.id !== '';
}

/** Returns the result of `work`; the first failure aborts the rest, and so does `outer`. */
export async function stopOnFailure<Result>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  try {
    return await work(outer ? AbortSignal.any([stop.signal, outer]) : stop.signal);
  } catch (error) {
    stop.abort();
    throw error;
  }
}
