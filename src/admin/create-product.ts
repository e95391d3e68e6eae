import type { NewProduct, Pause } from '../model/admin.ts';
import { AdminError, InterruptedError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import { afterWrite, isLost, isStatus, NoAnswerError, NonsenseError, SETTLING_MS } from './client.ts';
import type { Ask, Reply } from './client.ts';
import { liveProduct } from './from-wire.ts';
import { readList, type Row } from './paging.ts';
import { listProducts, readProduct, valueOf } from './read-products.ts';
import { isAboutBody } from './request-failures.ts';
import type { Session } from './session.ts';
import { createBody } from './write-body.ts';
import { deleteProduct } from './write-product.ts';

/**
 * A POST, sent once. Names are not unique, so a lost response is settled by reading the whole list of products, since
 * the behaviour of the server's search is unknown. One product of that name and type whose id was not there before is
 * the new one. If a second look finds none, the POST is sent once more, and never again. Several are an error
 * (docs/design/contract.md §7, docs/design/admin-api.md §15.14). The ids that were there before are those that
 * readPortal saw; without it, the list is read first.
 *
 * Only a look afterwards shows that another client created the same product at the same time. Of two such clients, the
 * second always sees the product of the first, and a client that sees one deletes its own draft. Both may see one, and
 * then neither is left. With `pause`, many creations share a look (newest-products.ts); without it, or where that shows
 * nothing, each searches.
 */
export async function createProduct(
  session: Session,
  product: NewProduct,
  pause?: Pause,
): Promise<LiveProduct> {
  const { seen, newest } = session;
  const before = await seen.ids(async () => listProducts(session));
  const posted = await newest.creating(async () => post(session, product));
  if (posted === undefined) return seen.noteCreated(await settle(session, before, product));
  if (await pause?.(async () => newest.isOnlyOne(posted, before))) return seen.noteCreated(posted);
  const twins = await othersNamed(session, before, posted);
  if (twins.length > 0) throw await withdrawn(session, posted, twins);
  return seen.noteCreated(posted);
}

/** The new product; undefined if the answer was lost or does not say what became of it. */
async function post(session: Session, product: NewProduct): Promise<LiveProduct | undefined> {
  const { path, query } = session.dialect.products(session.target.portal.id);
  const given = session.externalLabels.fitting(createBody(product, session.dialect));
  const ask: Ask = { method: 'POST', path, query, body: given, product: product.fields.name };
  try {
    const { reply, body } = await sendFitting(session, ask, given);
    const raw = valueOf(reply);
    return raw === undefined ? undefined : await whole(session, raw, body).catch(rethrowAfterWrite);
  } catch (error) {
    if (isUncertain(error)) return undefined;
    throw error;
  }
}

/** A refusal of the labels of an external product shows that nothing was created. */
async function sendFitting(
  session: Session,
  ask: Ask,
  body: JsonObject,
): Promise<{ readonly reply: Reply; readonly body: JsonObject }> {
  try {
    return { reply: await session.client.send(ask), body };
  } catch (error) {
    const rest = isAboutBody(error) ? session.externalLabels.afterRefusal(error, body) : undefined;
    if (rest === undefined) throw error;
    return { reply: await session.client.send({ ...ask, body: rest }), body: rest };
  }
}

/** A lost reading is settled like a lost answer; whatever else is wrong with it, the product was created. */
function rethrowAfterWrite(error: unknown): never {
  throw isUncertain(error) ? error : afterWrite(error);
}

/** New products of the same name, other than ours. */
async function othersNamed(
  session: Session,
  before: ReadonlySet<string>,
  { id, fields: { name } }: LiveProduct,
): Promise<readonly Row[]> {
  const route = session.dialect.products(session.target.portal.id);
  const search = { ...route, query: { ...route.query, search: name } };
  const rows = await readList(session.client, search, { product: name })
    // A server that does not know how to search has the list all the same.
    .catch(async (error: unknown) =>
      isStatus(error, 400, 404, 422, 501) ? listProducts(session) : raise(error),
    )
    .catch(rethrowAfterWrite);
  return rows.filter((row) => row.name === name && row.id !== id && !before.has(row.id));
}

function raise(error: unknown): never {
  throw error;
}

/** Takes back a draft that is ours beyond doubt: its id stood in the answer to our own request. */
async function withdrawn(session: Session, ours: LiveProduct, twins: readonly Row[]): Promise<AdminError> {
  const { name } = ours.fields;
  await deleteProduct(session, ours.id, { product: name });
  const message = `product "${name}": another client created it at the same time (${twins.map(({ id }) => id).join(', ')}), so adc deleted its own`;
  return new AdminError(session.client.redact(message), {
    mayHaveHappened: false,
    hint: 'Run the command again: it makes a new plan.',
  });
}

/** Whether it is unknown if the server did it. */
function isUncertain(error: unknown): boolean {
  return isLost(error) || error instanceof NonsenseError;
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

/** The new product, if it exists. If the look fails, the error also names what the look was for. */
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
    fresh.map(({ id }) =>
      readProduct(session, id, { product: product.fields.name }).catch(rethrowAfterWrite),
    ),
  );
  const [first, ...others] = read.filter((live) => live?.type === product.type);
  if (others.length === 0) return first;
  const [name, ids] = [product.fields.name, fresh.map(({ id }) => id).join(', ')];
  throw new AdminError(
    session.client.redact(
      `product "${name}": the response to its creation was lost, and ${others.length + 1} new products have the name`,
    ),
    { hint: session.client.redact(`Check which one to keep, and delete the others: ${ids}.`) },
  );
}

function lost(session: Session, product: NewProduct, more: string): NoAnswerError {
  const message = `product "${product.fields.name}": the response to its creation was lost${more}`;
  return new NoAnswerError(session.client.redact(message), {
    hint: 'Check that the server works, then try again: adc finds the created product by its name.',
  });
}
