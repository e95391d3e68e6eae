import { isDeepStrictEqual } from 'node:util';
import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liveProduct } from '../../src/admin/product-format.ts';
import { productOfRow, completeRows } from '../../src/admin/complete-rows.ts';
import { fieldsOf } from '../../src/fields/field-table.ts';
import type { Json, JsonObject, ProductType } from '../../src/model/product.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import { connected, emulated } from './support/emulated.ts';
import { newExternal, newGateway, PAYMENTS } from './support/products.ts';

const without = (one: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(one).filter(([name]) => name !== key));

type Raw = JsonObject & { readonly id: string };

const redact = (text: string): string => text;
const DOCUMENT = 'openapi: 3.0.3';

function gateway(n: number, more: object = {}): Raw {
  const link = { gateway_group_id: 'default', service_id: `s${n}`, linked_hosts: [`${n}.example.com`] };
  return {
    id: `g${n}`,
    type: 'gateway',
    name: `Gateway ${n}`,
    desc: `About ${n}`,
    labels: { team: `team-${n}` },
    status: 'published',
    visibility: 'public',
    auth: { key_auth: { header: 'X-Key' } },
    linked_gateway_services: [link],
    created_at: n,
    updated_at: n,
    ...more,
  };
}

function external(n: number, more: object = {}): Raw {
  const type: ProductType = 'external';
  const servers = { server_urls: [`https://${n}.example.com`] };
  const { auth: _, linked_gateway_services: __, ...common } = gateway(n);
  return { ...common, id: `e${n}`, type, name: `External ${n}`, raw_openapi: DOCUMENT, ...servers, ...more };
}

/** Reads a list with the rows of `rowOf`. Returns the read ids, all products, and the products that come from rows. */
async function outcome(products: readonly Raw[], rowOf: (product: Raw) => JsonObject) {
  const asked: string[] = [];
  const rows = products.flatMap((one) => productOfRow({ ...rowOf(one), id: one.id }, redact) ?? []);
  const whole = await completeRows(rows, async ({ id }) => {
    asked.push(id);
    const product = products.find((one) => one.id === id);
    if (product === undefined) throw new Error(`nothing has the id ${id}`);
    return liveProduct(product, redact);
  });
  const believed = whole.filter(({ fromRow }) => fromRow);
  return { asked, whole, believed };
}

const MANY = [
  ...Array.from({ length: 40 }, (_, n) => gateway(n)),
  ...Array.from({ length: 40 }, (_, n) => external(n)),
];

describe('rows of a list', () => {
  it('replace products if they are proved to be complete', async () => {
    const { asked, whole, believed } = await outcome(MANY, (one) => ({ ...one, api_count: 1 }));
    expect(whole.map(({ id }) => id).toSorted()).toEqual(MANY.map(({ id }) => id).toSorted());
    expect(asked.length).toBeLessThan(20);
    expect(believed).toHaveLength(MANY.length - asked.length);
  });

  it('list the fields that they have', async () => {
    const { believed } = await outcome(MANY, (one) => one);
    const carried = believed.find(({ type }) => type === 'gateway')?.fromRow;
    expect(carried).toContain('desc');
    expect(carried).not.toContain('logo');
  });

  it('are compared regardless of the order of keys and sets', async () => {
    const hosts = ['a.example.com', 'b.example.com'];
    const link = { gateway_group_id: 'default', service_id: 's', linked_hosts: hosts };
    const products = MANY.slice(0, 30).map((one) => ({ ...one, linked_gateway_services: [link] }));
    const { believed } = await outcome(products, (one) => ({
      ...Object.fromEntries(Object.entries(one).toReversed()),
      linked_gateway_services: [{ ...link, linked_hosts: hosts.toReversed() }],
    }));
    expect(believed).not.toEqual([]);
  });

  it.each<[string, (product: Raw) => JsonObject]>([
    ['of drafts leave out auth', (one) => (one['status'] === 'draft' ? without(one, 'auth') : one)],
    ['have an empty auth', (one) => ('auth' in one ? { ...one, auth: {} } : one)],
    ['have no status', (one) => without(one, 'status')],
    ['have no document', (one) => without(one, 'raw_openapi')],
    ['have an empty document', (one) => ('raw_openapi' in one ? { ...one, raw_openapi: '' } : one)],
    ['have an invalid status', ({ id }) => ({ id, type: 'gateway', status: 7 })],
  ])('are left alone where they %s', async (_, rowOf) => {
    const products = MANY.map((one, n) => ({ ...one, status: n % 2 === 0 ? 'draft' : 'published' }));
    const { believed } = await outcome(products, rowOf);
    const whole = new Set(products.filter((one) => isDeepStrictEqual(rowOf(one), one)).map(({ id }) => id));
    expect(believed.every(({ id }) => whole.has(id))).toBe(true);
  });

  it('show nothing for products of the other type', async () => {
    const { believed } = await outcome(MANY, (one) =>
      one['type'] === 'gateway' ? one : { ...one, desc: '' },
    );
    expect(new Set(believed.map(({ type }) => type))).toEqual(new Set(['gateway']));
  });

  it.each([
    ['are older than the product', (one: Raw) => ({ ...one, updated_at: 0 })],
    ['lack a key that no document names', (one: Raw) => without(one, 'x_tier')],
    ['have a key that the product lacks', (one: Raw) => ({ ...one, logo: 'data:,' })],
  ])('are not trusted if they %s', async (_, rowOf) => {
    const products = MANY.map((one) => ({ ...one, x_tier: 'gold' }));
    const { believed, whole, asked } = await outcome(products, rowOf);
    expect(believed).toEqual([]);
    expect(whole.map(({ id }) => id)).toEqual(asked);
  });

  it('are not trusted if they lack a field that another product of the type has', async () => {
    const products = MANY.map((one, n) => (n % 4 === 0 ? { ...one, logo: 'data:,x' } : one));
    const { believed } = await outcome(products, (one) => one);
    expect(believed).not.toEqual([]);
    expect(believed.every(({ raw }) => raw['logo'] !== undefined)).toBe(true);
  });

  it('trusts no row of a list that shows a long text as empty, even if another product has no text', async () => {
    const products = Array.from({ length: 10 }, (_, n) =>
      gateway(n, n === 3 ? { desc: 'x'.repeat(100) } : {}),
    );
    const listed = products.map((one, n) => (n === 7 ? without(one, 'desc') : one) as Raw);
    const { asked, believed } = await outcome(listed, (one) =>
      one.id === 'g3' ? { ...one, desc: '' } : one,
    );
    expect(asked).toContain('g7');
    expect(asked).toContain('g3');
    expect(believed).toEqual([]);
  });

  /** The ways in which a list may shorten long values. */
  const CUTS: Readonly<Record<string, (value: Json) => Json | undefined>> = {
    'leaves it out': () => undefined,
    'makes it null': () => null,
    'cuts it off': (value) => (typeof value === 'string' ? value.slice(0, 30) : value),
    'shows a part of the list': (value) => (Array.isArray(value) ? value.slice(0, 1) : value),
    'puts a word in its place': (value) => (typeof value === 'string' ? '…' : value),
  };

  it('trusts no row of a status whose rows are incomplete, even if rows of other statuses are complete', async () => {
    const withLinks = (n: number, status: string, count: number) => {
      const ids = Array.from({ length: count }, (_, at) => `${n}-${at}`);
      const link = (service_id: string) => ({ gateway_group_id: 'g', service_id, linked_hosts: ids });
      return gateway(n, { status, linked_gateway_services: ids.map(link) });
    };
    const products = [
      ...Array.from({ length: 10 }, (_, n) => withLinks(n, 'draft', n === 7 ? 2 : 1)),
      withLinks(100, 'published', 3),
    ];
    const { believed } = await outcome(products, (one) => {
      const links = one['linked_gateway_services'];
      if (one['status'] !== 'draft' || !Array.isArray(links)) return one;
      return { ...one, linked_gateway_services: links.slice(0, 1) };
    });
    expect(believed).toEqual([]);
  });

  it('trusts no row whose long values a list cuts, omits or replaces', async () => {
    const drawn = record({
      isExternal: boolean(),
      length: integer({ min: 30, max: 60 }),
      items: integer({ min: 1, max: 4 }),
      isDraft: boolean(),
    });
    await assert(
      asyncProperty(
        array(drawn, { maxLength: 30 }),
        constantFrom(...fieldsOf('gateway'), ...fieldsOf('external')),
        constantFrom(...Object.keys(CUTS)),
        integer({ min: 20, max: 70 }),
        constantFrom('all', 'drafts', 'published'),
        async (shapes, field, how, most, of) => {
          const products = shapes.map(({ isExternal, length, items, isDraft }, n) => {
            const long = 'x'.repeat(length);
            const each = Array.from({ length: items }, (_, at) => `${n}-${at}`);
            const common = {
              status: isDraft ? 'draft' : 'published',
              desc: long,
              logo: long,
              name: `${n} ${long}`,
            };
            const link = (service_id: string) => ({ gateway_group_id: 'g', service_id, linked_hosts: each });
            const notify = (id: string) => ({ event: 'e', type: 't', contact_point_ids: [id, ...each] });
            return isExternal
              ? external(n, { ...common, raw_openapi: long, server_urls: each })
              : gateway(n, {
                  ...common,
                  linked_gateway_services: each.map(link),
                  notifications: each.map(notify),
                });
          });
          const rowOf = (product: Raw): JsonObject => {
            const value = product[field];
            const size = (typeof value === 'string' ? value : JSON.stringify(value ?? '')).length;
            const isMeant = of === 'all' || (product['status'] === 'draft') === (of === 'drafts');
            if (value === undefined || size <= most || !isMeant) return product;
            const { [field]: _, ...others } = product;
            const cut = CUTS[how]?.(value);
            return cut === undefined ? others : { ...others, [field]: cut };
          };
          const { whole } = await outcome(products, rowOf);
          for (const { id, fields } of whole) {
            const product = products.find((one) => one.id === id);
            expect(product && liveProduct(product, redact).fields).toEqual(fields);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a portal whose rows may be used', () => {
  const NAMES = Array.from({ length: 30 }, (_, n) => `API ${n}`);
  const filled = async (listRows: Switches['listRows'], maxPageSize = 100) => {
    const emulator = await emulated({ switches: { listRows, maxPageSize } });
    const admin = await connected(emulator.url);
    for (const name of NAMES) {
      await admin.createProduct(newGateway({ name, desc: `About ${name}` }));
      await admin.createProduct(newExternal({ name: `External ${name}` }));
    }
    await admin.createProduct(
      newGateway({ name: 'Linked', desc: 'x'.repeat(300), linked_gateway_services: [PAYMENTS] }),
    );
    emulator.journal.clear();
    return { emulator, admin };
  };
  const isRead = (path: string): boolean => /api_products\/./.test(path);

  it.each([
    ['full', 2, 20],
    ['summary', 61, 61],
    // The documents are too short to be shortened.
    ['shortened', 31, 45],
    ['partial', 61, 61],
  ] as const)(
    'is read correctly if rows are %s, with %i to %i of 61 products read separately',
    async (listRows, least, most) => {
      const { emulator, admin } = await filled(listRows);
      const byRows = await admin.readPortal({ mayUseRows: true });
      const read = emulator.journal.requests.filter(({ path }) => isRead(path)).length;
      const fields = (products: typeof byRows.products) =>
        products.map((one) => [one.id, one.fields, one.unreadable]);
      expect(fields(byRows.products)).toEqual(fields((await admin.readPortal()).products));
      expect(read).toBeGreaterThanOrEqual(least);
      expect(read).toBeLessThanOrEqual(most);
    },
  );

  it('uses no row unless rows are allowed', async () => {
    const { emulator, admin } = await filled('full');
    const { products } = await admin.readPortal();
    expect(products.every(({ fromRow }) => fromRow === undefined)).toBe(true);
    expect(emulator.journal.requests.filter(({ path }) => isRead(path))).toHaveLength(61);
  });

  it('uses no row of a list that changed during the read', async () => {
    const { emulator, admin } = await filled('full', 10);
    const end = emulator.onRequest(({ path }) => {
      if (!path.includes('page=2')) return;
      end();
      emulator.store.removeProduct('External API 0');
    });
    const { products } = await admin.readPortal({ mayUseRows: true });
    expect(products.map(({ fields }) => fields.name)).not.toContain('External API 0');
    expect(products.every(({ fromRow }) => fromRow === undefined)).toBe(true);
  });
});
