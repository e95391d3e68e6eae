import { AdminError } from '../model/errors.ts';
import { listProducts } from './read-portal.ts';
import type { Session } from './session.ts';

/**
 * Asks the list about a product that was answered with 404. Something in between may answer that, and for a while: what is
 * taken for gone on its word alone might be created a second time.
 * @throws AdminError if the list still holds it, or can't be read.
 */
export async function confirmGone(session: Session, id: string, product?: string): Promise<void> {
  const rows = await listProducts(session);
  if (!rows.some((row) => row.id === id)) return;
  const message = `product "${product ?? id}" returned 404, but the list of products has it`;
  throw new AdminError(session.client.redact(message), { mayHaveHappened: false, hint: 'Try again.' });
}
