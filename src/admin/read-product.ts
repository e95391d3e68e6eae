import type { LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import type { Ask, Reply } from './ask.ts';
import { liveProduct } from './from-wire.ts';
import { isObject } from '../json/value.ts';
import type { Session } from './session.ts';

export interface ReadOptions {
  /** Its name where known, for error texts. */
  readonly product?: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * One product, whole; undefined if it is not there.
 * @throws AdminError; NonsenseError if the answer is no product or another one.
 */
export async function readProduct(
  session: Session,
  id: string,
  options: ReadOptions = {},
): Promise<LiveProduct | undefined> {
  return readProductFor(session, id, options, (product) => product);
}

/** What `use` makes of the product at once; undefined if it is not there. @throws as readProduct() does. */
export async function readProductFor<Result>(
  session: Session,
  id: string,
  options: ReadOptions,
  use: (product: LiveProduct) => Result,
): Promise<Result | undefined> {
  const { path, query } = session.dialect.product(session.target.portal.id, id);
  const ask: Ask = { method: 'GET', path, query, accept: 404, ...options };
  return session.client.sendFor(ask, (reply) => {
    const product = productIn(session, ask, id, reply);
    return product && use(product);
  });
}

function productIn(session: Session, ask: Ask, id: string, reply: Reply): LiveProduct | undefined {
  if (reply.status === 404) return undefined;
  const raw = valueOf(reply);
  if (raw === undefined)
    throw session.client.nonsense(ask, `${reply.problem ?? 'JSON'} that holds no product`);
  if (raw.id !== id) throw session.client.nonsense(ask, 'another product than the one asked for');
  refuseOtherPortal(session, ask, raw);
  return liveProduct(raw, session.client.redact);
}

/**
 * A product says which portal it is of, where the server tells at all. One of another portal shows that the server ignores
 * which portal it is asked about: what is done to it would be done there.
 * @throws NonsenseError
 */
export function refuseOtherPortal(session: Session, ask: Ask, { portal_id: owner }: JsonObject): void {
  const { id, name } = session.target.portal;
  if (typeof owner !== 'string' || owner === '' || owner === id || owner === name) return;
  throw session.client.nonsense(ask, `a product of another portal, "${owner}"`);
}

/** The object in the envelope `{ "value": … }` of an answer, if it holds one (admin-api §1.3). */
export function valueOf({ body }: Reply): JsonObject | undefined {
  const value = isObject(body) ? body.value : undefined;
  return isObject(value) ? value : undefined;
}
