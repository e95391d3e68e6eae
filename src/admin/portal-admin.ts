import type { Admin, PortalReading } from '../model/admin.ts';
import type { HeldProduct, LivePortal } from '../model/live.ts';
import { confirmGone } from './confirm-gone.ts';
import { createProduct } from './create-product.ts';
import { readDirectory } from './directory.ts';
import { listProducts, readAgain, readPortal } from './read-portal.ts';
import { readProduct } from './read-product.ts';
import { Seen } from './seen.ts';
import { hasOpenapi } from './service-openapi.ts';
import type { Session } from './session.ts';
import { countSubscriptions } from './subscriptions.ts';
import { deleteProduct, updateProduct } from './write-product.ts';

/** The Admin API of one portal on an open connection. */
export function portalAdmin(session: Session): Admin {
  const seen = new Seen();
  return {
    target: session.target,
    readPortal: reader(session, seen),
    readAgain: async (products) => readAgain(session, products),
    readProduct: async (id) => {
      const product = await readProduct(session, id, { product: seen.nameOf(id) });
      if (product) return seen.note(product);
      await confirmGone(session, id, seen.nameOf(id));
      return undefined;
    },
    listProducts: async () => (await listProducts(session)).map(({ id, status }) => ({ id, status })),
    readDirectory: async (references) => readDirectory(session, references),
    hasOpenapi: async (service) => hasOpenapi(session, service),
    countSubscriptions: async (id) => countSubscriptions(session, id, seen.nameOf(id)),
    createProduct: async (product) => createProduct(session, seen, product),
    updateProduct: async (base, fields, again) => updateProduct(session, base, fields, again),
    deleteProduct: async (id, again) => deleteProduct(session, id, { product: seen.nameOf(id), again }),
    close: session.close,
  };
}

/** Without PortalReading.each, products are kept as they are read. */
function reader(session: Session, seen: Seen): Admin['readPortal'] {
  async function read(reading?: PortalReading): Promise<LivePortal>;
  async function read(reading: PortalReading<HeldProduct>): Promise<LivePortal<HeldProduct>>;
  async function read(reading?: PortalReading<HeldProduct>): Promise<LivePortal<HeldProduct>> {
    const portal = await readPortal(session, reading);
    seen.noteAll(portal.products);
    return portal;
  }
  return read;
}
