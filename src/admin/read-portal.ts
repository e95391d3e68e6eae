import type { LivePortal, LiveProduct } from '../model/live.ts';
import { AdminError } from '../model/errors.ts';
import type { Row } from './paging.ts';
import { readList } from './paging.ts';
import { readProduct } from './read-product.ts';
import type { Session } from './session.ts';

/**
 * Every product of the portal: the list is an index, since nobody knows what it leaves out, so each is read on its own
 * (admin-api §15.16). Any failure fails it all and stops the rest: no plan is made from half a portal (acceptance S5).
 */
export async function readPortal(
  session: Session,
  each: (product: LiveProduct) => Promise<LiveProduct> = (product) => Promise.resolve(product),
): Promise<LivePortal> {
  // A list of whole products is not kept while each of them is read again.
  const rows = (await listProducts(session)).map(({ id, name }) => ({ id, name: name ?? null }));
  const stop = new AbortController();
  try {
    const read = rows.map(async (row): Promise<ReadRow> => {
      const product = await readRow(session, row, stop.signal);
      return { keepsLabels: keepsLabels(product), product: await each(product) };
    });
    const done = await Promise.all(read);
    return { products: done.map(({ product }) => product), keepsExternalLabels: keepsExternalLabels(done) };
  } catch (error) {
    stop.abort();
    throw error;
  }
}

/** The index of the portal: rows of which only the id and the name are known to be there. */
export async function listProducts(session: Session): Promise<readonly Row[]> {
  return readList(session.client, session.dialect.products(session.target.portal.id));
}

async function readRow(session: Session, row: Row, signal: AbortSignal): Promise<LiveProduct> {
  const product = typeof row.name === 'string' ? row.name : undefined;
  const live = await readProduct(session, row.id, { product, signal });
  if (live) return live;
  throw new AdminError(
    session.client.redact(`product "${product ?? row.id}" vanished while the portal was read`),
    {
      hint: 'Somebody else is changing the portal. Try again.',
    },
  );
}

interface ReadRow {
  readonly product: LiveProduct;
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
