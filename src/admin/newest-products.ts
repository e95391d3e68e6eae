import { setImmediate } from 'node:timers/promises';
import { OperationalError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Client, Route } from './client.ts';
import { readPage, type Page, type Row } from './paging.ts';

/** Lists the newest product first (docs/design/admin-api.md §1.5). */
const NEWEST = { order_by: 'created_at', direction: 'desc', page: 1, page_size: 100 };
/** Maximum number of creations that wait for one read; the page also has room for creations in progress. */
const MAX_WAITING = 30;

interface Waiting {
  readonly product: LiveProduct;
  readonly settle: (isOnlyOne: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/** The last write of a product. `sent` and `completed` are times, counted in writes and reads. */
interface Write {
  readonly sent: number;
  readonly completed: number;
  readonly isUpdate: boolean;
}

/**
 * Checks for many creations at a time that no other client created a product of the same name: one page with the
 * newest products replaces a search for each name. A page is a snapshot, so no row moves while it is read.
 *
 * A page covers its creations if it goes back to a product of the last such page. This holds only if the server
 * orders products by creation, as requested. Another server may list the last updated product first: until its order
 * is clear, the page must go back to a product that this run did not update. If a page is inconclusive, the caller
 * searches.
 */
export class NewestProducts {
  readonly #client: Client;
  readonly #route: Route;
  /** Ids of the products that the portal had before. */
  #before: ReadonlySet<string> = new Set();
  /** Ids of newer products on the pages, and their number by name. */
  readonly #newIds = new Set<string>();
  readonly #countByName = new Map<string, number>();
  /** The newer products on the last page that covers its creations. */
  readonly #known = new Set<string>();
  #time = 0;
  /** The last writes of this run by product id, and the ids of the products that it created. */
  readonly #writes = new Map<string, Write>();
  readonly #created = new Set<string>();
  #isByCreation = false;
  /** Number of creations in progress. */
  #creating = 0;
  #waiting: Waiting[] = [];
  #isReading = false;
  /** False after a page that does not go back far enough: later pages would not either. */
  #isUseful = true;

  constructor(client: Client, route: Route) {
    this.#client = client;
    this.#route = route;
  }

  /** Sends a creation. A read waits until no creation is in progress, so that one read serves all of them. */
  async creating(post: () => Promise<LiveProduct | undefined>): Promise<LiveProduct | undefined> {
    this.#creating += 1;
    const sent = ++this.#time;
    try {
      const product = await post();
      if (product) {
        this.#created.add(product.id);
        this.#writes.set(product.id, { sent, completed: ++this.#time, isUpdate: false });
      }
      return product;
    } finally {
      this.#creating -= 1;
      void this.#readIfDue();
    }
  }

  async updating<Result>(id: string, put: () => Promise<Result>): Promise<Result> {
    const sent = ++this.#time;
    this.#writes.set(id, { sent, completed: Infinity, isUpdate: true });
    const result = await put();
    this.#writes.set(id, { sent, completed: ++this.#time, isUpdate: true });
    return result;
  }

  /**
   * Whether a read proves that a created product is the only new one of its name; false also if the read is
   * inconclusive.
   * @param before ids of the products that the portal had before.
   */
  async isOnlyOne(product: LiveProduct, before: ReadonlySet<string>): Promise<boolean> {
    this.#before = before;
    return new Promise((settle, fail) => {
      this.#waiting.push({ product, settle, fail });
      void this.#readIfDue();
    });
  }

  async #readIfDue(): Promise<void> {
    // A waiting product no longer counts as a creation in progress.
    await setImmediate();
    const isDue = this.#creating === 0 || this.#waiting.length >= MAX_WAITING;
    if (this.#isReading || !isDue || this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isReading = true;
    try {
      const covered = await this.#read();
      // The newest product continues first: this reverses an order by update, and so reveals it.
      for (const { product, settle } of waiting.toReversed())
        settle(covered.has(product.id) && this.#countByName.get(product.fields.name) === 1);
    } catch (error) {
      for (const { fail } of waiting) fail(error);
    }
    this.#isReading = false;
    void this.#readIfDue();
  }

  /** The ids on the page if it covers its creations, else none. Reads no page for a single first creation. */
  async #read(): Promise<ReadonlySet<string>> {
    if (!this.#isUseful || this.#created.size === 1) return NONE;
    const time = ++this.#time;
    const { rows, total } = await this.#page();
    this.#isByCreation ||= this.#showsOrder(rows, time);
    for (const row of rows) this.#note(row);
    const ids = new Set(rows.map(({ id }) => id));
    this.#isUseful = total === ids.size || rows.some(({ id }) => this.#existedBefore(id));
    if (total !== ids.size && !rows.some(({ id }) => this.#isLandmark(id))) return NONE;
    for (const id of ids) this.#known.add(id);
    return ids;
  }

  async #page(): Promise<Page> {
    const { path, query } = this.#route;
    const request = { method: 'GET', path, query: { ...query, ...NEWEST }, urgent: true } as const;
    try {
      return await readPage(this.#client, request);
    } catch (error) {
      if (error instanceof OperationalError) return { rows: [], total: undefined };
      throw error;
    }
  }

  /** Whether a product is listed before a product that was written later, so the order is not by update. */
  #showsOrder(rows: readonly Row[], time: number): boolean {
    let lastSent = 0;
    for (const { id } of rows.toReversed()) {
      const { sent, completed } = this.#writes.get(id) ?? UNWRITTEN;
      if (completed < lastSent) return true;
      if (completed < time) lastSent = Math.max(lastSent, sent);
    }
    return false;
  }

  #note({ id, name }: Row): void {
    if (typeof name !== 'string' || this.#before.has(id) || this.#newIds.has(id)) return;
    this.#newIds.add(id);
    this.#countByName.set(name, (this.#countByName.get(name) ?? 0) + 1);
  }

  /** `before` later includes products of this run. */
  #existedBefore(id: string): boolean {
    return this.#known.has(id) || (this.#before.has(id) && !this.#created.has(id));
  }

  /** Whether all products created since the last page are listed before this product. */
  #isLandmark(id: string): boolean {
    return this.#existedBefore(id) && (this.#isByCreation || this.#writes.get(id)?.isUpdate !== true);
  }
}

const NONE: ReadonlySet<string> = new Set();
const UNWRITTEN: Write = { sent: 0, completed: Infinity, isUpdate: false };
