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
export async function readPortal(session: Session): Promise<LivePortal> {
  const rows = await listProducts(session);
  const stop = new AbortController();
  try {
    const products = await Promise.all(rows.map((row) => readRow(session, row, stop.signal)));
    return { products, keepsExternalLabels: keepsExternalLabels(products) };
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

/** Some servers keep no labels on external products: there, the field is not even in the answers (contract §5). */
function keepsExternalLabels(products: readonly LiveProduct[]): boolean {
  const external = products.filter(({ type }) => type === 'external');
  return external.length === 0 || external.some(({ raw }) => raw.labels !== undefined);
}
