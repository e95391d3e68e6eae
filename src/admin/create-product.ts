import type { NewProduct, Pause } from '../model/admin.ts';
import { AdminError, InterruptedError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import {
  afterWrite,
  isLost,
  unlessStatus,
  NoResponseError,
  InvalidResponseError,
  SETTLING_MS,
  type Ask,
  type Reply,
} from './client.ts';
import { readList, type Row } from './paging.ts';
import { liveProduct, createBody } from './product-format.ts';
import { listProducts, readProduct, valueOf } from './read-products.ts';
import { isAboutBody } from './request-failures.ts';
import type { Session } from './session.ts';
import { deleteProduct } from './write-product.ts';

/**
 * A POST, sent once. Names are not unique, so a lost response is settled by reading the whole list of products, since
 * the behaviour of the server's search is unknown. One product of that name and type whose id is new is the created
 * one. If a second read finds none, the POST is sent a second and last time. Several are an error
 * (docs/design/contract.md §7, docs/design/admin-api.md §15.14). The earlier ids are those that readPortal saw;
 * without it, the list is read first.
 *
 * Only a read afterwards shows that another client created the same product at the same time. Of two such clients,
 * the second always sees the product of the first, and a client that sees one deletes its own draft. Both may see
 * one, and then neither is left. With `pause`, many creations share a read (newest-products.ts); without it, or if
 * that read is inconclusive, each one searches.
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
  if (twins.length > 0) throw await deleteOwnDraft(session, posted, twins);
  return seen.noteCreated(posted);
}

/** The new product; undefined if the response was lost or does not identify it. */
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

/** A lost read is handled like a lost response; after any other error, the product exists. */
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
  // A server without search still has the list.
  const found = readList(session.client, search, { product: name }).catch(unlessStatus(400, 404, 422, 501));
  const rows = await found.then((list) => list ?? listProducts(session)).catch(rethrowAfterWrite);
  return rows.filter((row) => row.name === name && row.id !== id && !before.has(row.id));
}

/** Deletes the draft of this run: its id is from the response to our own request. */
async function deleteOwnDraft(
  session: Session,
  ours: LiveProduct,
  twins: readonly Row[],
): Promise<AdminError> {
  const { name } = ours.fields;
  await deleteProduct(session, ours.id, { product: name });
  const message = `product "${name}": another client created it at the same time (${twins.map(({ id }) => id).join(', ')}), so adc deleted its own`;
  return new AdminError(session.client.redact(message), {
    mayHaveHappened: false,
    hint: 'Run the command again: it makes a new plan.',
  });
}

/** Whether it is unknown if the server applied the request. */
function isUncertain(error: unknown): boolean {
  return isLost(error) || error instanceof InvalidResponseError;
}

/** A response with all sent fields is the product; otherwise the product is read by its id. */
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
  const readNew = async (): Promise<LiveProduct | undefined> => lookFor(session, before, product);
  let found = await readNew();
  if (found === undefined) {
    await session.clock.sleep(SETTLING_MS);
    found = await readNew();
  }
  if (found) return found;
  const again = await post(session, product);
  // The server may have applied the first request late: then there are two products, and readNew() reports both.
  const settled = (await readNew()) ?? again;
  if (settled) return settled;
  throw lost(session, product, ' twice, and the product does not exist');
}

/** The new product, if it exists. If the read fails, the error also says why it was needed. */
async function lookFor(
  session: Session,
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct | undefined> {
  const rows = await listProducts(session).catch((error: unknown) => {
    if (!(error instanceof AdminError) || error instanceof InterruptedError) throw error;
    throw lost(session, product, `, and adc could not check whether the product exists: ${error.message}`);
  });
  return find(session, rows, before, product);
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
  const ids = fresh.map(({ id }) => id).join(', ');
  const message = `product "${product.fields.name}": the response to its creation was lost, and ${others.length + 1} new products have the name`;
  throw new AdminError(session.client.redact(message), {
    hint: session.client.redact(`Check which one to keep, and delete the others: ${ids}.`),
  });
}

function lost(session: Session, product: NewProduct, more: string): NoResponseError {
  const message = `product "${product.fields.name}": the response to its creation was lost${more}`;
  return new NoResponseError(session.client.redact(message), {
    hint: 'Check that the server works, then try again: adc finds the created product by its name.',
  });
}
