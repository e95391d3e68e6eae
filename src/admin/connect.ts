import type { Admin, PortalReading } from '../model/admin.ts';
import { countOf, type CompactProduct, type LivePortal } from '../model/live.ts';
import { createProduct } from './create-product.ts';
import { readDirectory, readOpenapi, findHolders } from './directory.ts';
import { confirmDeleted, listProducts, readAgain, readPortal, readProduct } from './read-products.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { readSubscriberNames, readSubscriptionIds } from './subscriptions.ts';
import { deleteProduct, updateProduct } from './write-product.ts';

/** All settings to reach a portal, after flags, environment and defaults are merged (docs/design/contract.md §3). */
export type ConnectionOptions = SessionOptions;

/**
 * Finds the dialect and the portal, which also checks address and token. The caller closes the result.
 * @throws AdminError if the server cannot be reached, refuses the token, or has no such portal; UsageError for
 * invalid settings.
 */
export async function connect(options: ConnectionOptions): Promise<Admin> {
  return portalAdmin(await openSession(options));
}

/** The Admin API of one portal on an open connection. */
export function portalAdmin(session: Session): Admin {
  const { seen, newest } = session;
  return {
    target: session.target,
    readPortal: reader(session),
    readAgain: async (products) => readAgain(session, products),
    readProduct: async (id) => {
      const product = await readProduct(session, id, { product: seen.nameOf(id) });
      if (product) return seen.note(product);
      await confirmDeleted(session, id, seen.nameOf(id));
      return undefined;
    },
    listProducts: async () => (await listProducts(session)).map(({ id, status }) => ({ id, status })),
    readDirectory: async (references, known) => readDirectory(session, references, known),
    readOpenapi: async (service) => readOpenapi(session, service),
    findHolders: async (services) => findHolders(session, services),
    countSubscriptions: async (id) => countOf(await readSubscriberNames(session, id, seen.nameOf(id))),
    readSubscriberNames: async (id) => readSubscriberNames(session, id, seen.nameOf(id)),
    readSubscriptionIds: async (id) => readSubscriptionIds(session, id, seen.nameOf(id)),
    createProduct: async (product, pause) => createProduct(session, product, pause),
    updateProduct: async (base, fields, again) =>
      newest.updating(base.id, async () => updateProduct(session, base, fields, again)),
    deleteProduct: async (id, again) => deleteProduct(session, id, { product: seen.nameOf(id), again }),
    close: session.close,
  };
}

/** Without PortalReading.each, products stay as read. */
function reader(session: Session): Admin['readPortal'] {
  async function read(reading?: PortalReading): Promise<LivePortal>;
  async function read(reading: PortalReading<CompactProduct>): Promise<LivePortal<CompactProduct>>;
  async function read(reading?: PortalReading<CompactProduct>): Promise<LivePortal<CompactProduct>> {
    const portal = await readPortal(session, reading);
    session.seen.noteAll(portal.products);
    return portal;
  }
  return read;
}
