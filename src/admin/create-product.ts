import type { NewProduct, Pause } from '../model/admin.ts';
import { AdminError, InterruptedError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import {
  afterWrite,
  isResponseLost,
  unlessStatus,
  NoResponseError,
  InvalidResponseError,
  SETTLING_MS,
  type ApiRequest,
  type ApiResponse,
} from './client.ts';
import { readList, type Row } from './paging.ts';
import { liveProduct, createBody } from './product-format.ts';
import { listProducts, readProduct, valueOf } from './read-products.ts';
import { isAboutBody } from './request-failures.ts';
import type { Session } from './session.ts';
import { deleteProduct } from './write-product.ts';

/**
 * Sends a POST once. If the response is lost, adc reads the complete list of products, since names are not unique and
 * the behaviour of the server's search is unknown. A single product of that name and type with a new id is the created
 * one; several are an error. If a second read finds none, adc sends the POST a second and last time
 * (docs/design/contract.md §7, docs/design/admin-api.md §15.14). The ids of earlier products come from readPortal;
 * without it, the list is read first.
 *
 * Only a read afterwards shows that another client created the same product at the same time. Of two such clients, the
 * second always sees the product of the first. A client that sees another product deletes its own draft. If both do,
 * neither product remains. With `pause`, many creations share a read (newest-products.ts); without it, or if
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
  if (posted === undefined) return seen.noteCreated(await resolveLostCreation(session, before, product));
  if (await pause?.(async () => newest.isOnlyOne(posted, before))) return seen.noteCreated(posted);
  const duplicates = await othersNamed(session, before, posted);
  if (duplicates.length > 0) throw await deleteOwnDraft(session, posted, duplicates);
  return seen.noteCreated(posted);
}

/** The new product; undefined if the response was lost or does not identify it. */
async function post(session: Session, product: NewProduct): Promise<LiveProduct | undefined> {
  const { path, query } = session.dialect.products(session.target.portal.id);
  const fullBody = session.externalLabels.acceptedBody(createBody(product, session.dialect));
  const request: ApiRequest = { method: 'POST', path, query, body: fullBody, product: product.fields.name };
  try {
    const { response, body } = await sendCreation(session, request, fullBody);
    const raw = valueOf(response);
    return raw === undefined ? undefined : await completeProduct(session, raw, body).catch(rethrowAfterWrite);
  } catch (error) {
    if (isUncertain(error)) return undefined;
    throw error;
  }
}

/** Sends the POST again without labels if the server refuses them: a refusal shows that nothing was created. */
async function sendCreation(
  session: Session,
  request: ApiRequest,
  body: JsonObject,
): Promise<{ readonly response: ApiResponse; readonly body: JsonObject }> {
  try {
    return { response: await session.client.send(request), body };
  } catch (error) {
    const rest = isAboutBody(error) ? session.externalLabels.afterRefusal(error, body) : undefined;
    if (rest === undefined) throw error;
    return { response: await session.client.send({ ...request, body: rest }), body: rest };
  }
}

/** For `catch` of a read after the POST: after any error but a lost response, the product exists. */
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
  duplicates: readonly Row[],
): Promise<AdminError> {
  const { name } = ours.fields;
  await deleteProduct(session, ours.id, { product: name });
  const message = `product "${name}": another client created it at the same time (${duplicates.map(({ id }) => id).join(', ')}), so adc deleted its own`;
  return new AdminError(session.client.redact(message), {
    mayHaveHappened: false,
    hint: 'Run the command again: it makes a new plan.',
  });
}

/** Whether it is unknown if the server applied the request. */
function isUncertain(error: unknown): boolean {
  return isResponseLost(error) || error instanceof InvalidResponseError;
}

/** A response with all sent fields is the product; otherwise the product is read by its id. */
async function completeProduct(
  session: Session,
  raw: JsonObject,
  body: JsonObject,
): Promise<LiveProduct | undefined> {
  const complete = Object.keys(body).every((key) => raw[key] !== undefined);
  if (complete) return liveProduct(raw, session.client.redact);
  return typeof raw.id === 'string' ? readProduct(session, raw.id) : undefined;
}

async function resolveLostCreation(
  session: Session,
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct> {
  const readCreated = async (): Promise<LiveProduct | undefined> => findCreated(session, before, product);
  let found = await readCreated();
  if (found === undefined) {
    await session.clock.sleep(SETTLING_MS);
    found = await readCreated();
  }
  if (found) return found;
  const again = await post(session, product);
  // If the server applied the first request late, there are two products, and readCreated() throws.
  const settled = (await readCreated()) ?? again;
  if (settled) return settled;
  throw creationLost(session, product, ' twice, and the product does not exist');
}

/** The new product, if it exists. If the read fails, the error also says why it was needed. */
async function findCreated(
  session: Session,
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct | undefined> {
  const rows = await listProducts(session).catch((error: unknown) => {
    if (!(error instanceof AdminError) || error instanceof InterruptedError) throw error;
    throw creationLost(
      session,
      product,
      `, and adc could not check whether the product exists: ${error.message}`,
    );
  });
  return newProductAmong(session, rows, before, product);
}

/** The one new product of that name and type among the rows. */
async function newProductAmong(
  session: Session,
  rows: readonly Row[],
  before: ReadonlySet<string>,
  product: NewProduct,
): Promise<LiveProduct | undefined> {
  const candidates = rows.filter(({ id, name }) => name === product.fields.name && !before.has(id));
  const read = await Promise.all(
    candidates.map(({ id }) =>
      readProduct(session, id, { product: product.fields.name }).catch(rethrowAfterWrite),
    ),
  );
  const [first, ...others] = read.filter((live) => live?.type === product.type);
  if (others.length === 0) return first;
  const ids = candidates.map(({ id }) => id).join(', ');
  const message = `product "${product.fields.name}": the response to its creation was lost, and ${others.length + 1} new products have the name`;
  throw new AdminError(session.client.redact(message), {
    hint: session.client.redact(`Check which one to keep, and delete the others: ${ids}.`),
  });
}

function creationLost(session: Session, product: NewProduct, more: string): NoResponseError {
  const message = `product "${product.fields.name}": the response to its creation was lost${more}`;
  return new NoResponseError(session.client.redact(message), {
    hint: 'Check that the server works, then try again: adc finds the created product by its name.',
  });
}
