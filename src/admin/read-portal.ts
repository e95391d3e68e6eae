import { InTurn } from '../lib/in-turn.ts';
import type { PortalReading } from '../model/admin.ts';
import { AdminError } from '../model/errors.ts';
import type { HeldProduct, LivePortal, LiveProduct } from '../model/live.ts';
import { eitherSignal } from './either-signal.ts';
import type { Row } from './paging.ts';
import { readList, readListing } from './paging.ts';
import { readProductFor, refuseOtherPortal } from './read-product.ts';
import type { Session } from './session.ts';
import { productOfRow, wholeRows } from './whole-rows.ts';

/**
 * Every product of the portal. The list is an index, since nobody knows what it leaves out, so each is read on its own
 * (admin-api §15.16), while the list is still being read; but where rows may be used and are shown to be whole, they stand
 * for their products (wholeRows). Rows of a list that moved meanwhile show nothing. Any failure fails it all and stops
 * the rest: no plan is made from half a portal (acceptance S5).
 */
export async function readPortal(
  session: Session,
  reading: PortalReading<HeldProduct> = {},
): Promise<LivePortal<HeldProduct>> {
  const stop = new AbortController();
  try {
    return await new Reader(session, reading, eitherSignal(stop.signal, reading.signal)).portal();
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** Each of the products as it is now, read on its own. @throws as readPortal() does, also if one of them is gone. */
export async function readAgain(
  session: Session,
  products: readonly HeldProduct[],
): Promise<readonly LiveProduct[]> {
  const stop = new AbortController();
  try {
    const read = products.map(async ({ id, fields: { name } }) =>
      readRow(session, { id, name }, stop.signal),
    );
    return await Promise.all(read);
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** The index of the portal: rows of which only the id and the name are known to be there. */
export async function listProducts(session: Session): Promise<readonly Row[]> {
  return readList(session.client, session.dialect.products(session.target.portal.id));
}

/** One reading of a portal. */
class Reader {
  readonly #session: Session;
  readonly #reading: PortalReading<HeldProduct>;
  readonly #signal: AbortSignal;
  /** By id, what rows of the list seem to hold whole. */
  readonly #fromRows = new Map<string, LiveProduct>();
  /** Products that are read on their own. */
  readonly #read: InTurn<Row, ReadRow>;

  constructor(session: Session, reading: PortalReading<HeldProduct>, signal: AbortSignal) {
    this.#session = session;
    this.#reading = reading;
    this.#signal = signal;
    this.#read = new InTurn(async (row) => this.#see(await this.#one(row)), session.concurrency);
  }

  async portal(): Promise<LivePortal<HeldProduct>> {
    const { client, dialect, target } = this.#session;
    const options = { take: (row: Row) => this.#take(row), signal: this.#signal };
    const { rows, steady } = await readListing(client, dialect.products(target.portal.id), options);
    const whole = steady ? await this.#whole() : [];
    const known = new Map(whole.map((one) => [one.product.id, one]));
    const read = await this.#read.results(rows.filter(({ id }) => !known.has(id)));
    for (const one of read) known.set(one.product.id, one);
    const done = rows.flatMap(({ id }) => known.get(id) ?? []);
    return { products: done.map(({ product }) => product), keepsExternalLabels: keepsExternalLabels(done) };
  }

  /** What is no more than an entry of an index is read at once; and no more than that is kept of any row. */
  #take(row: Row): Row {
    const { path } = this.#session.dialect.products(this.#session.target.portal.id);
    refuseOtherPortal(this.#session, { method: 'GET', path }, row);
    const entry = { id: row.id, name: row.name ?? null };
    const product = this.#reading.mayUseRows ? productOfRow(row, this.#session.client.redact) : undefined;
    if (product) this.#fromRows.set(row.id, product);
    else this.#read.begin(entry);
    return entry;
  }

  /** Of rows that are gone by the end nobody asks any more. */
  async #whole(): Promise<readonly ReadRow[]> {
    const read = async ({ id, fields: { name } }: LiveProduct): Promise<LiveProduct> =>
      readRow(this.#session, { id, name }, this.#signal);
    const products = await wholeRows([...this.#fromRows.values()], read);
    this.#fromRows.clear();
    return Promise.all(products.map(async (product) => this.#see(this.#kept(product))));
  }

  async #one(row: Row): Promise<ReadRow> {
    return readRowFor(this.#session, row, this.#signal, (product) => this.#kept(product));
  }

  #kept(product: LiveProduct): ReadRow {
    const kept = this.#reading.keep?.(product) ?? product;
    return { keepsLabels: keepsLabels(product), product: kept };
  }

  async #see(read: ReadRow): Promise<ReadRow> {
    const product = await this.#reading.each?.(read.product);
    return product ? { ...read, product } : read;
  }
}

async function readRow(session: Session, row: Row, signal: AbortSignal): Promise<LiveProduct> {
  return readRowFor(session, row, signal, (product) => product);
}

async function readRowFor<Result>(
  session: Session,
  row: Row,
  signal: AbortSignal,
  use: (product: LiveProduct) => Result,
): Promise<Result> {
  const product = typeof row.name === 'string' ? row.name : undefined;
  const live = await readProductFor(session, row.id, { product, signal }, use);
  if (live) return live;
  throw new AdminError(
    session.client.redact(`product "${product ?? row.id}" was deleted while adc read the portal`),
    {
      hint: 'Another client is changing the portal. Try again.',
    },
  );
}

interface ReadRow {
  readonly product: HeldProduct;
  /** Undefined: it does not tell. */
  readonly keepsLabels: boolean | undefined;
}

/** Some servers keep no labels on external products: there, the field is not even in the answers (contract §5). */
function keepsLabels({ type, raw }: LiveProduct): boolean | undefined {
  return type === 'external' ? raw.labels !== undefined : undefined;
}

function keepsExternalLabels(read: readonly ReadRow[]): boolean {
  const external = read.filter(({ keepsLabels: keeps }) => keeps !== undefined);
  return external.length === 0 || external.some(({ keepsLabels: keeps }) => keeps);
}
