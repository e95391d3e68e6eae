import { isObject } from '../json/value.ts';
import { WorkQueue } from '../lib/limit.ts';
import type { PortalReading } from '../model/admin.ts';
import { AdminError } from '../model/errors.ts';
import type { CompactProduct, LivePortal, LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import type { ApiRequest, ApiResponse } from './client.ts';
import { productOfRow, completeRows } from './complete-rows.ts';
import { readList, readListing, stopOnFailure, type Row } from './paging.ts';
import { liveProduct } from './product-format.ts';
import type { Session } from './session.ts';

/**
 * Every product of the portal. The list is only an index, since it is unknown which fields it omits. Each product is
 * read on its own (docs/design/admin-api.md §15.16), while the list is still being read. Rows that are proved to be
 * complete replace their products, if the caller allows it (completeRows). Rows of a list that changed meanwhile prove
 * nothing. Any failure aborts the whole read: adc makes no plan from an incomplete portal (docs/design/contract.md
 * §5.1).
 */
export async function readPortal(
  session: Session,
  reading: PortalReading<CompactProduct> = {},
): Promise<LivePortal<CompactProduct>> {
  return stopOnFailure(reading.signal, async (signal) => new Reader(session, reading, signal).portal());
}

/**
 * Reads each of the products on its own. @throws the errors of readPortal(); AdminError if one of the products is
 * deleted.
 */
export async function readAgain(
  session: Session,
  products: readonly CompactProduct[],
): Promise<readonly LiveProduct[]> {
  return stopOnFailure(undefined, async (signal) =>
    Promise.all(products.map(async (product) => readListedProduct(session, product, signal))),
  );
}

/** The index of the portal: only the id and the name of a row are certain. */
export async function listProducts(session: Session): Promise<readonly Row[]> {
  return readList(session.client, session.dialect.products(session.target.portal.id));
}

/** One read of a portal. */
class Reader {
  readonly #session: Session;
  readonly #reading: PortalReading<CompactProduct>;
  readonly #signal: AbortSignal;
  /** Products that seem to be complete in rows of the list, by id. */
  readonly #fromRows = new Map<string, LiveProduct>();
  /** Products that are read on their own. */
  readonly #reads: WorkQueue<Row, ReadRow>;

  constructor(session: Session, reading: PortalReading<CompactProduct>, signal: AbortSignal) {
    this.#session = session;
    this.#reading = reading;
    this.#signal = signal;
    this.#reads = new WorkQueue(async (row) => this.#process(await this.#readRow(row)), session.concurrency);
  }

  async portal(): Promise<LivePortal<CompactProduct>> {
    const { client, dialect, target } = this.#session;
    const take = (row: Row, isExpected: boolean): Row => this.#take(row, isExpected);
    const options = { take, signal: this.#signal };
    const { rows, isSteady } = await readListing(client, dialect.products(target.portal.id), options);
    const complete = isSteady ? await this.#completeRows() : [];
    const known = new Map(complete.map((one) => [one.product.id, one]));
    const read = await this.#reads.results(rows.filter(({ id }) => !known.has(id)));
    for (const one of read) known.set(one.product.id, one);
    const done = rows.flatMap(({ id }) => known.get(id) ?? []);
    return { products: done.map(({ product }) => product), keepsExternalLabels: keepsExternalLabels(done) };
  }

  /**
   * Keeps the product of a complete row, else starts to read an expected one: the others are read after the list has
   * ended. Returns only the id and the name of the row.
   */
  #take(row: Row, isExpected: boolean): Row {
    const { path } = this.#session.dialect.products(this.#session.target.portal.id);
    refuseOtherPortal(this.#session, { method: 'GET', path }, row);
    const entry = { id: row.id, name: row.name ?? null };
    const product = this.#reading.mayUseRows ? productOfRow(row, this.#session.client.redact) : undefined;
    if (product) this.#fromRows.set(row.id, product);
    else if (isExpected) this.#reads.begin(entry);
    return entry;
  }

  /** The products whose rows can be trusted, and those that were read to prove it. */
  async #completeRows(): Promise<readonly ReadRow[]> {
    const products = await completeRows([...this.#fromRows.values()], async (product) =>
      readListedProduct(this.#session, product, this.#signal),
    );
    this.#fromRows.clear();
    return Promise.all(products.map(async (product) => this.#process(this.#kept(product))));
  }

  async #readRow(row: Row): Promise<ReadRow> {
    return useListedProduct(this.#session, row, this.#signal, (product) => this.#kept(product));
  }

  #kept(product: LiveProduct): ReadRow {
    const kept = this.#reading.keep?.(product) ?? product;
    return { keepsLabels: keepsLabels(product), product: kept };
  }

  async #process(read: ReadRow): Promise<ReadRow> {
    const product = await this.#reading.each?.(read.product);
    return product ? { ...read, product } : read;
  }
}

/** Reads a product of the list on its own. @throws the errors of useListedProduct(). */
async function readListedProduct(
  session: Session,
  { id, fields: { name } }: CompactProduct,
  signal: AbortSignal,
): Promise<LiveProduct> {
  return useListedProduct(session, { id, name }, signal, (product) => product);
}

/** The result of `use` for the product of a row. @throws AdminError if the product was deleted; see useProduct(). */
async function useListedProduct<Result>(
  session: Session,
  row: Row,
  signal: AbortSignal,
  use: (product: LiveProduct) => Result,
): Promise<Result> {
  const product = typeof row.name === 'string' ? row.name : undefined;
  const live = await useProduct(session, row.id, { product, signal }, use);
  if (live) return live;
  throw new AdminError(
    session.client.redact(`product "${product ?? row.id}" was deleted while adc read the portal`),
    { hint: 'Another client is changing the portal. Try again.' },
  );
}

interface ReadRow {
  readonly product: CompactProduct;
  /** Undefined if the product does not show it. */
  readonly keepsLabels: boolean | undefined;
}

/** Some servers keep no labels on external products, and omit the field in responses (docs/design/contract.md §5). */
function keepsLabels({ type, raw }: LiveProduct): boolean | undefined {
  return type === 'external' ? raw.labels !== undefined : undefined;
}

function keepsExternalLabels(read: readonly ReadRow[]): boolean {
  const external = read.filter(({ keepsLabels: keeps }) => keeps !== undefined);
  return external.length === 0 || external.some(({ keepsLabels: keeps }) => keeps);
}

interface ReadOptions {
  /** Name of the product if known, for error messages. */
  readonly product?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * One product with all its fields; undefined if it does not exist.
 * @throws AdminError; InvalidResponseError if the response is not this product.
 */
export async function readProduct(
  session: Session,
  id: string,
  options: ReadOptions = {},
): Promise<LiveProduct | undefined> {
  return useProduct(session, id, options, (product) => product);
}

/**
 * The result of `use` for the product; undefined if it does not exist. @throws the errors of readProduct() and of
 * `use`.
 */
async function useProduct<Result>(
  session: Session,
  id: string,
  options: ReadOptions,
  use: (product: LiveProduct) => Result,
): Promise<Result | undefined> {
  const { path, query } = session.dialect.product(session.target.portal.id, id);
  const request: ApiRequest = { method: 'GET', path, query, accept: 404, ...options };
  return session.client.sendFor(request, (response) => {
    const product = productIn(session, request, id, response);
    return product && use(product);
  });
}

function productIn(
  session: Session,
  request: ApiRequest,
  id: string,
  response: ApiResponse,
): LiveProduct | undefined {
  if (response.status === 404) return undefined;
  const raw = valueOf(response);
  if (raw === undefined)
    throw session.client.invalidResponse(request, `${response.problem ?? 'JSON'} without a product`);
  if (raw.id !== id) throw session.client.invalidResponse(request, 'a different product');
  refuseOtherPortal(session, request, raw);
  return liveProduct(raw, session.client.redact);
}

/**
 * Checks the portal that a product belongs to, if the server reports it. A product of another portal shows that the
 * server ignores the requested portal: writes would go to the other one.
 * @throws InvalidResponseError
 */
function refuseOtherPortal(session: Session, request: ApiRequest, { portal_id: owner }: JsonObject): void {
  const { id, name } = session.target.portal;
  if (typeof owner !== 'string' || owner === '' || owner === id || owner === name) return;
  throw session.client.invalidResponse(request, `a product of another portal, "${owner}"`);
}

/** The object in the envelope `{ "value": … }` of a response, if there is one (docs/design/admin-api.md §1.3). */
export function valueOf({ body }: ApiResponse): JsonObject | undefined {
  const value = isObject(body) ? body.value : undefined;
  return isObject(value) ? value : undefined;
}

/**
 * Checks the list for a product that returned 404. A proxy may return 404 for a while: a product that wrongly counts
 * as deleted might be created a second time.
 * @throws AdminError if the list still has it, or cannot be read.
 */
export async function confirmDeleted(session: Session, id: string, product?: string): Promise<void> {
  const rows = await listProducts(session);
  if (!rows.some((row) => row.id === id)) return;
  const message = `product "${product ?? id}" returned 404, but the list of products has it`;
  throw new AdminError(session.client.redact(message), { mayHaveHappened: false, hint: 'Try again.' });
}
