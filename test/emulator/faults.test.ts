import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { Faults, type FaultAction } from '../../src/emulator/faults.ts';
import { external } from './support/bodies.ts';
import { BOTH, client } from './support/emulated.ts';

const CUT: FaultAction = { kind: 'close-before' };

describe('a fault applies to', () => {
  const affected = (faults: Faults, ...requests: string[]): boolean[] =>
    requests.map((text) => {
      const [method = '', path = ''] = text.split(' ');
      return faults.strike({ method, path }) !== undefined;
    });

  test('the next one, once, by default', () => {
    const faults = new Faults();
    faults.add({ on: {}, do: CUT });
    expect(affected(faults, 'GET /a', 'GET /a')).toEqual([true, false]);
  });

  test('the n-th matching request from now on, and later ones', () => {
    const faults = new Faults();
    affected(faults, 'PUT /a');
    faults.add({ on: { request: 2, method: 'PUT' }, times: 2, do: CUT });
    expect(affected(faults, 'PUT /a', 'GET /a', 'PUT /b', 'PUT /c', 'PUT /d')).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  test('requests by path: a text for the complete path, with * and any query, or a pattern', () => {
    const faults = new Faults();
    faults.add({ on: { path: '/api/*/x' }, times: Infinity, do: CUT });
    expect(affected(faults, 'GET /api/1/x', 'GET /api/1/2/x?y=z', 'GET /api/1/x/y', 'GET /api.1/x')).toEqual([
      true,
      true,
      false,
      false,
    ]);
    faults.clear();
    faults.add({ on: { path: /x$/g }, times: Infinity, do: CUT });
    expect(affected(faults, 'GET /x', 'GET /x', 'GET /xy')).toEqual([true, true, false]);
  });

  test('writes only, or reads only', () => {
    const faults = new Faults();
    faults.add({ on: { write: true }, times: Infinity, do: CUT });
    expect(affected(faults, 'GET /', 'HEAD /', 'POST /', 'DELETE /')).toEqual([false, false, true, true]);
    faults.clear();
    faults.add({ on: { write: false }, times: Infinity, do: CUT });
    expect(affected(faults, 'GET /', 'PUT /')).toEqual([true, false]);
  });

  test('requests in the order of the faults: the first matching fault applies, and removed faults do not', () => {
    const faults = new Faults();
    const first = { on: {}, do: CUT } as const;
    faults.add(first);
    faults.add({ on: {}, do: { kind: 'endless' } });
    faults.remove(first);
    expect(faults.strike({ method: 'GET', path: '/' })).toEqual({ kind: 'endless' });
  });
});

describe.each(BOTH)('the kinds of faults in the %s dialect', (dialect) => {
  test.each([
    [401, '{"error_msg":"fault: 401"}'],
    [403, '{"error_msg":"fault: 403"}'],
    [404, '{"error_msg":"fault: 404"}'],
    [409, '{"error_msg":"fault: 409"}'],
    [429, '{"error_msg":"fault: 429"}'],
    [500, ''],
    [503, '{"error_msg":"fault: 503"}'],
  ])('status %d, and nothing is done', async (status, text) => {
    const { products, emulator } = await client(dialect);
    emulator.faults.add({ on: { method: 'POST' }, do: { kind: 'status', status } });
    expect(await products('POST', '', external())).toMatchObject({ status, text });
    expect(emulator.store.products).toEqual([]);
    expect(emulator.journal.requests).toMatchObject([{ status, handled: false }]);
    expect((await products('POST', '', external())).status).toBe(200);
  });

  test('502 has an HTML body, 429 may have Retry-After, other bodies can be chosen', async () => {
    const { products, emulator } = await client(dialect);
    emulator.faults.add({ on: {}, do: { kind: 'status', status: 502 } });
    emulator.faults.add({ on: { request: 2 }, do: { kind: 'status', status: 429, retryAfter: 7 } });
    emulator.faults.add({ on: { request: 3 }, do: { kind: 'status', status: 503, body: 'empty' } });
    const html = await products('GET');
    expect(html.headers.get('content-type')).toBe('text/html');
    expect(html.text).toContain('<html>');
    expect((await products('GET')).headers.get('retry-after')).toBe('7');
    expect((await products('GET')).text).toBe('');
  });

  test('a status after the server processed the request', async () => {
    const { products, emulator } = await client(dialect);
    emulator.faults.add({ on: {}, do: { kind: 'status', status: 502, after: true } });
    expect((await products('POST', '', external())).status).toBe(502);
    expect(emulator.store.products).toHaveLength(1);
    expect(emulator.journal.requests).toMatchObject([{ status: 502, handled: true }]);
  });

  test.each([
    ['close-before', 0],
    ['close-after', 1],
  ] as const)('%s: the connection is cut, %d done', async (kind, done) => {
    const { products, emulator } = await client(dialect);
    emulator.faults.add({ on: {}, do: { kind } });
    await expect(products('POST', '', external())).rejects.toThrow();
    expect(emulator.store.products).toHaveLength(done);
    expect(emulator.journal.requests).toMatchObject([{ status: 0, handled: done === 1 }]);
  });

  test('garbage with status 200', async () => {
    const { products, emulator } = await client(dialect);
    for (const as of ['html', 'cut-json', 'deep-json'] as const) {
      emulator.faults.add({ on: {}, do: { kind: 'garbage', as } });
    }
    expect(await products('GET')).toMatchObject({
      status: 200,
      json: undefined,
      text: expect.stringContaining('<'),
    });
    expect(await products('GET')).toMatchObject({
      status: 200,
      json: undefined,
      text: expect.stringContaining('{'),
    });
    expect((await products('GET')).text).toContain('[[[[');
  });

  test('a delay before the normal response', async () => {
    const { products, emulator } = await client(dialect);
    emulator.faults.add({ on: {}, do: { kind: 'delay', ms: 1 } });
    expect((await products('POST', '', external())).status).toBe(200);
    expect(emulator.journal.requests).toMatchObject([{ status: 200, handled: true }]);
  });

  test('a redirect', async () => {
    const { products, emulator } = await client(dialect);
    emulator.faults.add({ on: {}, do: { kind: 'redirect', to: 'http://elsewhere.example/' } });
    const { status, headers } = await products('GET');
    expect([status, headers.get('location')]).toEqual([307, 'http://elsewhere.example/']);
  });
});

/** The length of the body of a response in bytes. Stops reading above `most`. */
async function bytesOf(url: string, headers: Record<string, string>, most = Infinity): Promise<number> {
  const [response] = (await once(get(`${url}/api/me`, { headers }), 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) break;
  }
  return bytes;
}

test('a huge body ends, an endless one does not', async () => {
  const { emulator } = await client('path');
  const headers = { authorization: `Bearer ${emulator.token}` };
  emulator.faults.add({ on: {}, do: { kind: 'huge' } });
  expect(await bytesOf(emulator.url, headers)).toBeGreaterThanOrEqual(100_000_000);
  emulator.faults.add({ on: {}, do: { kind: 'endless' } });
  expect(await bytesOf(emulator.url, headers, 70_000_000)).toBeGreaterThan(70_000_000);
  expect((await fetch(`${emulator.url}/api/me`, { headers })).status).toBe(200);
});
test('closing does not wait for delayed or endless responses', async () => {
  const { emulator, call } = await client('query');
  emulator.faults.add({ on: {}, do: { kind: 'delay', ms: 3_600_000 } });
  const arrived = new Promise<void>((resolve) => void emulator.onRequest(() => resolve()));
  const reply = call('GET', '/api/me').catch(() => 'cut');
  await arrived;
  await emulator.close();
  expect(await reply).toBe('cut');
  const port = Number(new URL(emulator.url).port);
  const again = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => again.once('listening', resolve));
  await new Promise((resolve) => again.close(resolve));
});
