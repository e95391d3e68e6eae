import { array, assert, asyncProperty, integer, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Client, NoResponseError, InvalidResponseError } from '../../src/admin/client.ts';
import { OversizeError } from '../../src/admin/http.ts';
import { readList, readListing } from '../../src/admin/paging.ts';
import type { Json, JsonObject } from '../../src/model/product.ts';

type Page = (page: number, size: number, request: number) => Json;

/** A client whose server is a function of the page, and the number of requests it got. */
function clientOf(page: Page): { readonly client: Client; readonly asked: () => number } {
  let asked = 0;
  const client: Client = {
    credential: { header: '', value: '', shown: '' },
    redact: (text) => text,
    invalidResponse: (ask, what) => new InvalidResponseError(`${ask.path} ${what}`),
    sendFor: () => Promise.reject(new Error('lists are sent for as they come')),
    send: async ({ query }) => {
      asked += 1;
      const body = page(Number(query?.page), Number(query?.page_size), asked);
      return { status: 200, attempts: 1, body, problem: undefined };
    },
  };
  return { client, asked: () => asked };
}

const rowsOf = (count: number): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}` }));
const idsOf = (rows: readonly { readonly id: string }[]): readonly string[] =>
  rows.map(({ id }) => id).toSorted();
const ROUTE = { path: '/api/things', query: {} };
const cut = (rows: readonly JsonObject[], page: number, size: number) =>
  rows.slice((page - 1) * size, page * size);

describe('readList', () => {
  it('reads to the end with any maximum page size of the server', async () => {
    await assert(
      asyncProperty(integer({ min: 0, max: 450 }), integer({ min: 1, max: 150 }), async (count, most) => {
        const rows = rowsOf(count);
        const { client } = clientOf((page, size) => ({
          list: cut(rows, page, Math.min(size, most)),
          total: count,
        }));
        expect(idsOf(await readList(client, ROUTE))).toEqual(idsOf(rows as never));
      }),
    );
  });

  it('reads to the end without a total', async () => {
    const rows = rowsOf(250);
    const { client } = clientOf((page, size) => ({ list: cut(rows, page, size) }));
    expect(await readList(client, ROUTE)).toHaveLength(250);
  });

  it.each([7, 100, 250])('supports a server that ignores paging, with %i rows', async (count) => {
    const { client, asked } = clientOf(() => ({ list: rowsOf(count), total: count }));
    expect(await readList(client, ROUTE)).toHaveLength(count);
    expect(asked()).toBeLessThanOrEqual(2);
  });

  it('requests a stable order, and only one page if that is all', async () => {
    const { client, asked } = clientOf((page, size) => ({ list: cut(rowsOf(40), page, size), total: 40 }));
    await readList(client, ROUTE);
    expect(asked()).toBe(1);
  });

  it('loses and duplicates no row if rows move to the end during the read', async () => {
    const moves = array(integer({ min: 0, max: 249 }), { minLength: 1, maxLength: 3 });
    await assert(
      asyncProperty(array(moves, { maxLength: 3 }), async (moving) => {
        let rows = rowsOf(250);
        const { client } = clientOf((page, size, n) => {
          const list = cut(rows, page, size);
          for (const at of moving[n - 1] ?? []) rows = [...rows.toSpliced(at, 1), ...rows.slice(at, at + 1)];
          return { list, total: 250 };
        });
        expect(idsOf(await readList(client, ROUTE))).toEqual(idsOf(rowsOf(250) as never));
      }),
    );
  });

  it('reads again if rows were added or removed during the read, and drops removed rows', async () => {
    const before = rowsOf(150);
    const after = before.slice(1);
    const { client } = clientOf((page, size, n) => {
      const rows = n === 1 ? before : after;
      return { list: cut(rows, page, size), total: rows.length };
    });
    expect(idsOf(await readList(client, ROUTE))).toEqual(idsOf(after as never));
  });

  it('requests the other pages concurrently, and no page beyond the last', async () => {
    for (const [count, pages] of [
      [250, 3],
      [999, 10],
      [1000, 11],
    ] as const) {
      let [open, most] = [0, 0];
      const { client, asked } = clientOf((page, size) => ({
        list: cut(rowsOf(count), page, size),
        total: count,
      }));
      const slow: Client = {
        ...client,
        send: async (ask) => {
          open += 1;
          most = Math.max(most, open);
          await new Promise((done) => setImmediate(done));
          open -= 1;
          return client.send(ask);
        },
      };
      expect(idsOf(await readList(slow, ROUTE))).toEqual(idsOf(rowsOf(count) as never));
      expect([asked(), most]).toEqual([pages, pages - 1]);
    }
  });

  it('reads a complete list with a correct total', async () => {
    const rows = rowsOf(100_000);
    const { client, asked } = clientOf((page, size) => ({ list: cut(rows, page, size), total: rows.length }));
    expect(await readList(client, ROUTE)).toHaveLength(rows.length);
    expect(asked()).toBe(1001);
  });

  it('finds rows that move between concurrently read pages', async () => {
    const order = uniqueArray(integer({ min: 0, max: 299 }), { minLength: 300, maxLength: 300 });
    await assert(
      asyncProperty(array(order, { minLength: 1, maxLength: 4 }), async (orders) => {
        const { client } = clientOf((page, size, n) => {
          const rows = (orders[n - 1] ?? orders[0] ?? []).map((at) => ({ id: `r${at}` }));
          return { list: cut(rows, page, size), total: 300 };
        });
        const { rows, isSteady } = await readListing(client, ROUTE);
        expect(idsOf(rows)).toEqual(idsOf(rowsOf(300) as never));
        expect(isSteady || orders.length > 1).toBe(true);
      }),
    );
  });

  it('reports that one reading was not enough', async () => {
    const { client } = clientOf((page, size, n) => {
      const rows = n === 1 ? rowsOf(150) : rowsOf(150).toReversed();
      return { list: cut(rows, page, size), total: 150 };
    });
    expect(await readListing(client, ROUTE)).toMatchObject({ isSteady: false });
  });

  it('does not request many pages if the total is too high', async () => {
    const { client, asked } = clientOf(() => ({ list: [{ id: 'a' }], total: 1_000_000 }));
    await expect(readList(client, ROUTE)).rejects.toBeInstanceOf(InvalidResponseError);
    expect(asked()).toBeLessThanOrEqual(1000);
  });

  it('reads smaller pages if a page exceeds the maximum size of a response', async () => {
    const sizes: unknown[] = [];
    const { client } = clientOf((page, size) => ({ list: cut(rowsOf(120), page, size), total: 120 }));
    const heavy: Client = {
      ...client,
      send: async (ask) => {
        sizes.push(ask.query?.page_size);
        if (Number(ask.query?.page_size) < 100) return client.send(ask);
        throw new NoResponseError('too large', {
          cause: new OversizeError('too large'),
          mayHaveHappened: false,
        });
      },
    };
    expect(idsOf(await readList(heavy, ROUTE))).toEqual(idsOf(rowsOf(120) as never));
    expect(sizes.filter((size) => size === 100)).toHaveLength(1);
  });

  it('fails if a single row exceeds the maximum size of a response', async () => {
    let asked = 0;
    const { client } = clientOf(() => ({}));
    const heavy: Client = {
      ...client,
      send: async () => {
        asked += 1;
        throw new NoResponseError('too large', {
          cause: new OversizeError('too large'),
          mayHaveHappened: false,
        });
      },
    };
    await expect(readList(heavy, ROUTE)).rejects.toThrow('too large');
    expect(asked).toBe(3);
  });

  it('stops the other pages after a failed page', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { client } = clientOf((page, size) => ({ list: cut(rowsOf(900), page, size), total: 900 }));
    const failing: Client = {
      ...client,
      send: async (ask) => {
        signals.push(ask.signal);
        if (ask.query?.page === 5) throw new InvalidResponseError('page 5');
        return client.send(ask);
      },
    };
    await expect(readList(failing, ROUTE)).rejects.toThrow('page 5');
    expect(signals.slice(1).every((signal) => signal?.aborted)).toBe(true);
  });

  it.each<[string, Page]>([
    ['a total above the number of rows', () => ({ list: [{ id: 'a' }], total: 3 })],
    [
      'pages without end',
      (page) => ({ list: rowsOf(100).map((_, i) => ({ id: `${page}-${i}` })), total: 5 }),
    ],
    ['a total that grows with each page', (page) => ({ list: [{ id: `${page}` }], total: page + 1 })],
    [
      'an impossible total',
      (page) => ({ list: rowsOf(100).map((_, i) => ({ id: `${page}-${i}` })), total: 1e9 }),
    ],
    ['no list', () => ({ value: {} })],
    ['a text instead of a list', () => ({ list: 'all', total: 1 })],
    ['rows without ids', () => ({ list: [{ name: 'a' }], total: 1 })],
    ['null instead of a row', () => ({ list: [null], total: 1 })],
  ])('refuses %s', async (_, page) => {
    const { client, asked } = clientOf(page);
    await expect(readList(client, ROUTE)).rejects.toBeInstanceOf(InvalidResponseError);
    expect(asked()).toBeLessThanOrEqual(1000);
  });

  it.each<[string, Page, string, number]>([
    [
      'a list above the maximum length',
      (page, size) => ({ list: cut(rowsOf(200), page, size), total: 1e9 }),
      'a list of 1000000000 rows; adc reads lists of at most 200000 rows',
      1,
    ],
    [
      'pages beyond the total',
      (page, size) => ({ list: rowsOf(size).map((_, i) => ({ id: `${page}-${i}` })), total: 5 }),
      'endless pages: more than 101 pages for a total of 5 rows',
      101,
    ],
    [
      'pages without a total',
      (page, size) => ({ list: rowsOf(size).map((_, i) => ({ id: `${page}-${i}` })) }),
      'endless pages: more than 2000 pages',
      2000,
    ],
  ])('names the limit that ends %s', async (_, page, words, requests) => {
    const { client, asked } = clientOf(page);
    await expect(readList(client, ROUTE)).rejects.toThrow(words);
    expect(asked()).toBe(requests);
  });

  it('reads a long list whose pages are short', async () => {
    const { client } = clientOf((page) => ({ list: cut(rowsOf(5000), page, 10), total: 5000 }));
    expect(await readList(client, ROUTE)).toHaveLength(5000);
  });

  it('ends and returns each id once, for any contents of the pages', async () => {
    const pages = array(uniqueArray(integer({ min: 0, max: 20 }), { maxLength: 5 }), {
      minLength: 1,
      maxLength: 6,
    });
    await assert(
      asyncProperty(pages, integer({ min: 0, max: 30 }), async (lists, total) => {
        const { client } = clientOf((page) => ({
          list: (lists[page - 1] ?? []).map((id) => ({ id: `r${id}` })),
          total,
        }));
        const rows = await readList(client, ROUTE).catch(() => []);
        expect(new Set(idsOf(rows)).size).toBe(rows.length);
      }),
    );
  });

  it('accepts null for an empty list if the total is 0', async () => {
    const { client } = clientOf(() => ({ list: null, total: 0 }));
    expect(await readList(client, ROUTE)).toEqual([]);
  });
});
