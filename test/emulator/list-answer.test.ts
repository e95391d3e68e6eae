import { describe, expect, test } from 'vitest';
import { external } from './support/bodies.ts';
import { BOTH, client, PARTNERS, type Client, type Dialect, type Reply } from './support/emulated.ts';

async function filled(dialect: Dialect, count: number, switches = {}): Promise<Client> {
  const one = await client(dialect, { switches });
  for (let n = 1; n <= count; n++) {
    one.emulator.store.addProduct(
      'default',
      external({ name: `API ${n}`, labels: { even: String(n % 2 === 0) } }),
    );
  }
  one.emulator.store.addProduct(PARTNERS, external({ name: 'Foreign API' }));
  return one;
}

const names = (reply: Pick<Reply, 'json'>): string[] =>
  reply.json.list.map((row: { name: string }) => row.name);
const ASC = 'order_by=created_at&direction=asc';

describe.each(BOTH)('lists in the %s dialect', (dialect) => {
  test('contain the rows of the portal and their total', async () => {
    const { products } = await filled(dialect, 12);
    const { json } = await products('GET');
    expect(json.total).toBe(12);
    expect(names({ json }).toSorted()).toEqual(
      Array.from({ length: 12 }, (_, i) => `API ${i + 1}`).toSorted(),
    );
  });

  test('have pages, each with the total of all rows', async () => {
    const { products } = await filled(dialect, 5);
    const page = (n: number) => products('GET', '', undefined, `page=${n}&page_size=2&${ASC}`);
    expect(names(await page(1))).toEqual(['API 1', 'API 2']);
    expect(names(await page(3))).toEqual(['API 5']);
    expect((await page(4)).json).toEqual({ list: [], total: 5 });
  });

  test('a page has at most 100 rows, even if the request asks for more', async () => {
    const { products } = await filled(dialect, 101);
    expect((await products('GET', '', undefined, 'page=1&page_size=1000')).json.list).toHaveLength(100);
    expect((await products('GET')).json.list).toHaveLength(101);
  });

  test('order_by and direction', async () => {
    const { products, emulator } = await filled(dialect, 3);
    emulator.store.alterProduct('API 1', { desc: 'touched' });
    expect(names(await products('GET', '', undefined, 'order_by=updated_at'))).toEqual([
      'API 1',
      'API 3',
      'API 2',
    ]);
    expect(names(await products('GET', '', undefined, 'order_by=created_at'))).toEqual([
      'API 3',
      'API 2',
      'API 1',
    ]);
    expect(names(await products('GET', '', undefined, ASC))).toEqual(['API 1', 'API 2', 'API 3']);
  });

  test('search finds any part of a name, in any case', async () => {
    const { products } = await filled(dialect, 12);
    expect(names(await products('GET', '', undefined, `search=api%201&${ASC}`))).toEqual([
      'API 1',
      'API 10',
      'API 11',
      'API 12',
    ]);
    expect((await products('GET', '', undefined, 'search=none')).json.total).toBe(0);
  });

  test('labels filter', async () => {
    const { products } = await filled(dialect, 4);
    const query = `${encodeURIComponent('labels[even]')}=true&${ASC}`;
    expect(names(await products('GET', '', undefined, query))).toEqual(['API 2', 'API 4']);
  });

  test.each(['page=0', 'page=x', 'page_size=-1', 'page_size=1.5', 'order_by=name', ASC.replace('asc', 'up')])(
    '%s is refused',
    async (query) => {
      const { products } = await filled(dialect, 1);
      expect((await products('GET', '', undefined, query)).status).toBe(400);
    },
  );

  test('rowOrder: hostile varies from request to request and is the same in each run; stable is updated_at desc', async () => {
    const orders = async () => {
      const { products } = await filled(dialect, 8);
      return [names(await products('GET')), names(await products('GET'))] as const;
    };
    const [first, second] = await orders();
    expect(first).not.toEqual(second);
    expect(await orders()).toEqual([first, second]);
    const { products } = await filled(dialect, 3, { rowOrder: 'stable' });
    expect(names(await products('GET'))).toEqual(['API 3', 'API 2', 'API 1']);
    const [one, two] = [await products('GET'), await products('GET')];
    expect(one.text).toBe(two.text);
  });

  test('rowOrder: hostile mixes the keys of objects', async () => {
    const { products, emulator } = await filled(dialect, 1);
    const { id } = emulator.store.product('API 1');
    const [one, two] = [await products('GET', `/${id}`), await products('GET', `/${id}`)];
    expect(one.text).not.toBe(two.text);
    expect(one.json).toEqual(two.json);
  });

  test('defaultPageSize=10 cuts a list that was asked for without page_size', async () => {
    const { products } = await filled(dialect, 12, { defaultPageSize: 10 });
    expect((await products('GET')).json).toMatchObject({ list: { length: 10 }, total: 12 });
  });

  test('maxPageSize', async () => {
    const { products } = await filled(dialect, 5, { maxPageSize: 3 });
    expect((await products('GET', '', undefined, 'page=1&page_size=100')).json.list).toHaveLength(3);
  });

  test('paging=ignored answers every page with all rows', async () => {
    const { products } = await filled(dialect, 5, { paging: 'ignored' });
    for (const page of [1, 2]) {
      const { json } = await products('GET', '', undefined, `page=${page}&page_size=2`);
      expect(json).toMatchObject({ list: { length: 5 }, total: 5 });
    }
  });

  test('paging=endless fills every page of the product list, with an id once', async () => {
    const { products } = await filled(dialect, 3, { paging: 'endless' });
    const ids = new Set<string>();
    for (const page of [1, 2, 50]) {
      const { json } = await products('GET', '', undefined, `page=${page}&page_size=2`);
      for (const { id } of json.list) ids.add(id);
      expect(json.total).toBe(3);
    }
    expect(ids.size).toBe(6);
  });

  test('listRows: whole, except for the rows that are cut off', async () => {
    const { products, emulator } = await filled(dialect, 0, { listRows: 'shortened' });
    const servers = ['https://a.example.com', 'https://b.example.com'];
    emulator.store.addProduct('default', external({ desc: 'x'.repeat(101), server_urls: servers }));
    const [row] = (await products('GET')).json.list;
    expect(row).toMatchObject({ desc: 'x'.repeat(100), server_urls: ['https://a.example.com'] });
  });

  test('listRows: whole, except for drafts', async () => {
    const { products, emulator } = await filled(dialect, 0, { listRows: 'partial' });
    const { id } = emulator.store.addProduct('default', external({ name: 'API 1', desc: 'About it' }));
    const row = async () => (await products('GET')).json.list[0];
    expect(await row()).toMatchObject({ desc: 'About it' });
    expect(await row()).not.toHaveProperty('raw_openapi');
    emulator.store.alterProduct(id, { status: 'published' });
    expect(await row()).toHaveProperty('raw_openapi');
  });

  test('listRows: an index, or whole products', async () => {
    const summary = await filled(dialect, 1);
    const [row] = (await summary.products('GET')).json.list;
    expect(row).toMatchObject({ name: 'API 1', type: 'external', status: 'draft', api_count: 1 });
    expect(row).not.toHaveProperty('raw_openapi');
    expect(row).not.toHaveProperty('labels');
    const full = await filled(dialect, 1, { listRows: 'full' });
    expect((await full.products('GET')).json.list[0]).toMatchObject({
      labels: { even: 'false' },
      api_count: 1,
    });
  });
});
