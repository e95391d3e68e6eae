import type { NewProduct } from '../model/admin.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import { InterruptedError, isStatus, NoAnswerError, NonsenseError } from './answer-errors.ts';
import type { Ask } from './ask.ts';
import { liveProduct } from './from-wire.ts';
import { listProducts } from './read-portal.ts';
import { readProduct, valueOf } from './read-product.ts';
import type { Row } from './paging.ts';
import type { Seen } from './seen.ts';
import type { Session } from './session.ts';
import { createBody } from './write-body.ts';

/** A server that was too slow to answer may still be at it. */
const SETTLING_MS = 1000;

/**
 * A POST, sent once. Names are not unique, so a lost answer is settled by looking: the list of products is read whole,
 * since nobody knows what the server's search finds, and one product of that name and type whose id was not there before
 * is it. None after a second look: the POST is sent once more, and never again. Several: an error (contract §7, admin-api §15.14).
 * The ids that were there before are those that readPortal saw; without it, the list is read first.
 */
export async function createProduct(session: Session, seen: Seen, product: NewProduct): Promise<LiveProduct> {
  const before = await seen.ids(async () => listProducts(session));
  return seen.noteCreated((await post(session, product)) ?? (await settle(session, before, product)));
}

/** The new product; undefined if the answer was lost or does not say what became of it. */
async function post(session: Session, product: NewProduct): Promise<LiveProduct | undefined> {
  const { path, query } = session.dialect.products(session.target.portal.id);
  const body = createBody(product, session.dialect);
  const ask: Ask = { method: 'POST', path, query, body, product: product.fields.name };
  try {
    const raw = valueOf(await session.client.send(ask));
    return raw === undefined ? undefined : await whole(session, raw, body);
  } catch (error) {
    if (isLost(error)) return undefined;
    throw error;
  }
}

/** Whether nobody knows if the server did it; 429 is among them, since a look costs little and a double much. */
function isLost(error: unknown): boolean {
  return (
    error instanceof NoAnswerError || error instanceof NonsenseError || isStatus(error, 429, 502, 503, 504)
  );
}

/** An answer with all that was sent is the product; anything less is read again by its id. */
async function whole(session: Session, raw: JsonObject, body: JsonObject): Promise<LiveProduct | undefined> {
  const complete = Object.keys(body).every((key) => raw[key] !== undefined);
  if (complete) return liveProduct(raw, session.client.redact);
  return typeof raw.id === 'string' ? readProduct(session, raw.id) : undefined;
}

async function settle(
  session: Session,
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct> {
  const look = async (): Promise<LiveProduct | undefined> => lookFor(session, before, product);
  const found = (await look()) ?? (await later(session, look));
  if (found) return found;
  const again = await post(session, product);
  // The first request may have been carried out after all: then there are two, and looking says so.
  const settled = (await look()) ?? again;
  if (settled) return settled;
  throw lost(session, product, ' twice, and it is not there');
}

/** The new product, if it is there; where the looking fails, that is said together with what it was for. */
async function lookFor(
  session: Session,
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct | undefined> {
  const rows = await listProducts(session).catch((error: unknown) => {
    if (!(error instanceof AdminError) || error instanceof InterruptedError) throw error;
    throw lost(session, product, `, and so was the look whether it is there: ${error.message}`);
  });
  return find(session, rows, before, product);
}

async function later<Result>(session: Session, look: () => Promise<Result>): Promise<Result> {
  await session.clock.sleep(SETTLING_MS);
  return look();
}

/** The one new product of that name and type among the rows. */
async function find(
  session: Session,
  rows: readonly Row[],
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct | undefined> {
  const fresh = rows.filter(({ id, name }) => name === product.fields.name && !before.has(id));
  const read = await Promise.all(
    fresh.map(({ id }) => readProduct(session, id, { product: product.fields.name })),
  );
  const [first, ...others] = read.filter((live) => live?.type === product.type);
  if (others.length === 0) return first;
  const [name, ids] = [product.fields.name, fresh.map(({ id }) => id).join(', ')];
  throw new AdminError(
    session.client.redact(
      `product "${name}": the answer to its creation was lost, and ${others.length + 1} new products bear the name`,
    ),
    { hint: session.client.redact(`Look which of them is wanted, and delete the rest: ${ids}.`) },
  );
}

function lost(session: Session, product: NewProduct, more: string): NoAnswerError {
  const message = `product "${product.fields.name}": the answer to its creation was lost${more}`;
  return new NoAnswerError(session.client.redact(message), {
    hint: 'Look whether the server works, then try again: what was created is found by its name.',
  });
}
