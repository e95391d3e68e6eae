import type { Admin } from '../../src/model/admin.ts';
import { completeFields } from '../../src/fields/field-table.ts';
import type { LiveProduct, SubscriptionCount } from '../../src/model/live.ts';
import { NO_SUBSCRIPTIONS } from '../../src/model/live.ts';
import { TARGET } from './plan-of.ts';

/** Called before each write. The write fails with the error that it throws. */
export type BeforeWrite = (what: string, product: string) => void | Promise<void>;

export interface MemoryAdmin {
  readonly admin: Admin;
  readonly products: Map<string, LiveProduct>;
}

/** A portal in memory that accepts every call, for tests of failures inside the program. */
export function memoryAdmin(
  live: readonly LiveProduct[],
  beforeWrite: BeforeWrite = () => undefined,
  count: SubscriptionCount = NO_SUBSCRIPTIONS,
): MemoryAdmin {
  const products = new Map(live.map((product) => [product.id, product]));
  const put = (product: LiveProduct): LiveProduct => {
    products.set(product.id, product);
    return product;
  };
  const admin: Admin = {
    target: TARGET,
    readPortal: () => Promise.resolve({ products: [...products.values()], keepsExternalLabels: true }),
    readAgain: (wanted) => Promise.resolve(wanted.map(({ id }) => products.get(id) ?? unknown(id))),
    readProduct: (id) => Promise.resolve(products.get(id)),
    listProducts: () =>
      Promise.resolve([...products.values()].map(({ id, fields: { status } }) => ({ id, status }))),
    readDirectory: () => Promise.reject(new Error('not used by these tests')),
    readOpenapi: () => Promise.resolve('openapi: 3.1.0'),
    findHolders: () => Promise.resolve([]),
    countSubscriptions: () => Promise.resolve(count),
    readSubscriberNames: () => Promise.reject(new Error('not used by these tests')),
    readSubscriptionIds: () => Promise.reject(new Error('not used by these tests')),
    createProduct: async ({ type, fields }) => {
      await beforeWrite('create', fields.name);
      const id = `new-${fields.name}`;
      return put({ id, type, fields: completeFields(fields), unreadable: [], raw: {} });
    },
    updateProduct: async (base, fields) => {
      await beforeWrite(`update ${Object.keys(fields).join()}`, base.fields.name);
      return put({ ...base, fields: { ...base.fields, ...fields } });
    },
    deleteProduct: async (id) => {
      await beforeWrite('delete', products.get(id)?.fields.name ?? id);
      return products.delete(id);
    },
    close: () => Promise.resolve(),
  };
  return { admin, products };
}

function unknown(id: string): never {
  throw new Error(`there is no product ${id}`);
}
