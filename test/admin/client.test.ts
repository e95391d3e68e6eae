import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/admin/portal-settings.ts';
import { connect } from '../../src/admin/connect.ts';
import { VERSION } from '../../src/generated/version.ts';
import { connectionTo, TOKEN } from './support/connection.ts';
import { connected, connectedFast, emulated } from './support/emulated.ts';
import { type Answer, PRODUCTS, serve, servePortal } from './support/serve.ts';
import { newExternal, newGateway } from './support/products.ts';

const ITEM = `${PRODUCTS}/x1`;
const product = (more: object = {}): Answer => ({
  json: { value: { id: 'x1', type: 'gateway', name: 'X', status: 'draft', ...more } },
});

/** Returns the n-th answer for the n-th request of the product. The last answer repeats. */
async function answering(...answers: readonly (Answer | 'cut')[]) {
  let n = 0;
  return servePortal(({ path }) => (path === ITEM ? answers[Math.min(n++, answers.length - 1)] : undefined));
}

const errorOf = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('each request', () => {
  it('names the program and asks for a body that is not compressed', async () => {
    const { url, requests } = await servePortal(() => undefined);
    const { admin } = await connectedFast(url, { dialect: 'path' });
    await admin.readPortal();
    expect(requests.length).toBeGreaterThan(1);
    for (const { headers } of requests) {
      expect(headers).toMatchObject({
        'accept-encoding': 'identity',
        'user-agent': `adc-products/${VERSION}`,
      });
    }
  });

  it.each(['gzip', 'br', 'GZIP', 'x\u001b[2J'])(
    'names the compression of a body compressed with %j',
    async (coding) => {
      const headers = { 'content-encoding': coding.replace('\u001b', '') };
      const { url } = await answering({ headers, text: '\u001f?' });
      const { admin } = await connectedFast(url, { dialect: 'path' });
      const name = headers['content-encoding'].toLowerCase();
      expect(await errorOf(admin.readProduct('x1'))).toMatchObject({
        message: expect.stringContaining(
          `returned a body compressed with ${name} (adc asks for Accept-Encoding: identity)`,
        ) as string,
      });
    },
  );

  it('does not treat a product as deleted after a 404 with a compressed body, which a proxy may send', async () => {
    const { url } = await answering({ status: 404, headers: { 'content-encoding': 'gzip' }, text: 'x' });
    const { admin } = await connectedFast(url, { dialect: 'path' });
    expect(await errorOf(admin.readProduct('x1'))).toMatchObject({ status: 404 });
  });

  it.each(['identity', ''])('accepts content-encoding "%s", which is not a compression', async (coding) => {
    const { url } = await answering({ ...product(), headers: { 'content-encoding': coding } });
    const { admin } = await connectedFast(url, { dialect: 'path' });
    expect(await admin.readProduct('x1')).toMatchObject({ id: 'x1' });
  });
});

describe('retries', () => {
  it.each([429, 502, 503, 504])('retries a GET after %i', async (status) => {
    const { url } = await answering({ status, text: '' }, product());
    const { admin, clock } = await connectedFast(url, { dialect: 'path' });
    expect(await admin.readProduct('x1')).toMatchObject({ id: 'x1' });
    expect(clock.slept).toHaveLength(1);
  });

  it('waits for Retry-After before it retries a GET', async () => {
    const { url } = await answering({ status: 429, headers: { 'retry-after': '9' } }, product());
    const { admin, clock } = await connectedFast(url, { dialect: 'path' });
    await admin.readProduct('x1');
    expect(clock.slept).toEqual([9000]);
  });

  it('retries a GET after a lost connection', async () => {
    const { url } = await answering('cut', 'cut', product());
    const { admin } = await connectedFast(url, { dialect: 'path' });
    expect(await admin.readProduct('x1')).toMatchObject({ id: 'x1' });
  });

  it('stops retrying when the time is up, and reports the last response', async () => {
    const { url } = await answering({ status: 503, json: { error_msg: 'upgrading' } });
    const { admin, clock } = await connectedFast(url, { dialect: 'path', retryTimeoutMs: 15_000 });
    expect(await errorOf(admin.readProduct('x1'))).toMatchObject({ status: 503, words: 'upgrading' });
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(15_000);
  });

  it.each([400, 401, 403, 404, 409, 500])('does not retry a PUT after %i', async (status) => {
    const { url, requests } = await servePortal(({ method, path }) => {
      if (path !== ITEM) return undefined;
      return method === 'PUT' ? { status, json: { error_msg: 'no' } } : product({ auth: { key_auth: {} } });
    });
    const { admin } = await connectedFast(url, { dialect: 'path' });
    const live = await admin.readProduct('x1');
    expect(await errorOf(admin.updateProduct(live!, { desc: 'new' }))).toMatchObject({ status });
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it.each(['close-before', 'close-after'] as const)('retries a PUT that publishes after %s', async (kind) => {
    const emulator = await emulated();
    const { admin } = await connectedFast(emulator.url);
    const live = await admin.createProduct(newExternal());
    emulator.faults.add({ on: { method: 'PUT' }, do: { kind } });
    const published = { status: 'published' } as const;
    expect(await admin.updateProduct(live, published)).toMatchObject({ fields: published });
  });

  it('counts a retried DELETE after a lost response as done', async () => {
    const emulator = await emulated();
    const { admin } = await connectedFast(emulator.url);
    const { id } = await admin.createProduct(newGateway());
    emulator.faults.add({ on: { method: 'DELETE' }, do: { kind: 'close-after' } });
    expect(await admin.deleteProduct(id)).toBe(true);
    expect(await admin.deleteProduct(id)).toBe(false);
  });

  it('fails immediately if no server has ever responded', async () => {
    const { url } = await serve(() => undefined);
    const closed = new URL(url);
    closed.port = '1';
    expect(await errorOf(connect(connectionTo(closed.origin)))).toMatchObject({
      name: 'AdminError',
      status: undefined,
      message: expect.stringContaining(closed.origin),
      hint: expect.stringContaining('--server'),
    });
  });

  it('reports a timeout', async () => {
    const { url } = await serve(() => new Promise(() => undefined));
    const options = connectionTo(url, { timeoutMs: 50, retryTimeoutMs: 200 });
    expect(await errorOf(connect(options))).toMatchObject({ message: expect.stringContaining('in time') });
  });

  it('stops immediately on abort, even during a pause', async () => {
    const { url } = await answering({ status: 503, headers: { 'retry-after': '10' } });
    const stop = new AbortController();
    const admin = await connected(url, { signal: stop.signal, dialect: 'path' });
    const reading = errorOf(admin.readProduct('x1'));
    setTimeout(() => stop.abort(), 20);
    expect(await reading).toMatchObject({
      name: 'AdminError',
      message: expect.stringContaining('interrupted'),
    });
  });
});

describe('errors', () => {
  const told = async (answer: Answer): Promise<unknown> => {
    const { url } = await answering(answer);
    const { admin } = await connectedFast(url, { dialect: 'path' });
    return errorOf(admin.readProduct('x1'));
  };

  it('have the method, the path, the status and the message of the server', async () => {
    expect(await told({ status: 400, json: { error_msg: 'name is too long' } })).toMatchObject({
      message: `GET ${ITEM} failed: 400 Bad Request: name is too long`,
      status: 400,
      words: 'name is too long',
    });
  });

  it('have the name of the product if it is known', async () => {
    const emulator = await emulated();
    const { admin } = await connectedFast(emulator.url);
    const live = await admin.createProduct(newGateway());
    emulator.faults.add({ on: { method: 'PUT' }, do: { kind: 'status', status: 409 } });
    expect(await errorOf(admin.updateProduct(live, { desc: 'new' }))).toMatchObject({
      message: expect.stringContaining('"Payments API"'),
    });
  });

  it.each([
    ['message instead of error_msg', { status: 400, json: { message: 'sorry' } }, 'sorry'],
    ['other JSON', { status: 400, json: { errors: ['a'] } }, '{"errors":["a"]}'],
    ['plain text', { status: 400, text: 'sorry' }, 'sorry'],
    ['an empty body', { status: 500, text: '' }, 'an empty body'],
    ['a page', { status: 500, text: '<html><body>502' }, 'an HTML page'],
    [
      'a page with a title',
      { status: 400, text: '<html><head><TITLE lang="en">\n  plain HTTP sent\n to HTTPS port </TITLE>' },
      'an HTML page with the title "plain HTTP sent to HTTPS port"',
    ],
  ])('show %s as the message', async (_, answer, words) => {
    expect(await told(answer)).toMatchObject({ words });
  });

  it.each([
    ['a page', '<!doctype html>', 'an HTML page'],
    ['an empty body', ' ', 'an empty body'],
    ['JSON that is cut off', '{"value": {"id": "x1"', 'cut off'],
    ['a value that is not an object', 'true', 'without a product'],
    ['a different product', '{"value": {"id": "x2"}}', 'a different product'],
  ])('name %s with status 200', async (_, text, named) => {
    expect(await told({ text })).toMatchObject({
      name: 'AdminError',
      message: expect.stringContaining(named),
    });
  });

  it('says that a response is not HTTP, such as that of another server on the port', async () => {
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await errorOf(connectedFast(`http://127.0.0.1:${port}`))).toMatchObject({
      message: expect.stringContaining('the response is not HTTP'),
      hint: expect.stringContaining('whether the Admin API runs there'),
    });
    server.close();
  });

  it('a page with status 403 comes from a firewall, not from missing permissions', async () => {
    const text = '<html><title>Request blocked</title>';
    expect(await told({ status: 403, text })).toMatchObject({
      hint: expect.stringMatching(/^A proxy or firewall .* the text of the request/),
    });
    expect(await told({ status: 403, json: {} })).toMatchObject({
      hint: expect.stringContaining('permission'),
    });
  });

  it('a 404 of a proxy does not count as a deleted product', async () => {
    expect(await told({ status: 404, text: '<html>nginx' })).toMatchObject({ status: 404 });
    const { url } = await answering({ status: 404, json: { error_msg: 'not found' } });
    const { admin } = await connectedFast(url, { dialect: 'path' });
    expect(await admin.readProduct('x1')).toBeUndefined();
  });

  it('does not follow a redirect, and names its target', async () => {
    const other = await serve(() => product());
    const error = await told({ status: 307, headers: { location: `${other.url}/elsewhere` } });
    expect(error).toMatchObject({ status: 307, message: expect.stringContaining(`${other.url}/elsewhere`) });
    expect(other.requests).toEqual([]);
  });

  it('makes control characters in messages of the server visible', async () => {
    expect(await told({ status: 400, json: { error_msg: 'a\u001b[2Jb\r\nc' } })).toMatchObject({
      words: String.raw`a\x1b[2Jb\x0d\x0ac`,
    });
  });

  it('cuts very long messages', async () => {
    const error = await told({ status: 400, json: { error_msg: 'x'.repeat(1_000_000) } });
    expect((error as Error).message.length).toBeLessThan(2000);
  });
});

describe('warnings and exchanges', () => {
  it('shows a warning_msg once', async () => {
    const warnings: string[] = [];
    const { url } = await answering({
      json: { ...(product().json as object), warning_msg: 'soon\u0007gone' },
    });
    const admin = await connected(url, { onWarning: (text) => void warnings.push(text) });
    await admin.readProduct('x1');
    await admin.readProduct('x1');
    expect(warnings).toEqual([expect.stringContaining(String.raw`soon\x07gone`)]);
  });

  it('reports each attempt', async () => {
    const exchanges: Exchange[] = [];
    const { url } = await answering({ status: 503 }, 'cut', product());
    const { admin } = await connectedFast(url, {
      dialect: 'path',
      onExchange: (one) => void exchanges.push(one),
    });
    await admin.readProduct('x1');
    expect(exchanges.filter(({ path }) => path === ITEM)).toMatchObject([
      { method: 'GET', status: 503, attempt: 1 },
      { status: undefined, attempt: 2, error: expect.any(String) },
      { status: 200, attempt: 3 },
    ]);
  });
});

describe('the token', () => {
  const PLACES: readonly [string, (token: string) => Answer][] = [
    ['in an error', (token) => ({ status: 400, json: { error_msg: `bad token ${token}` } })],
    ['in an error as a page', (token) => ({ status: 400, text: `bad token ${token}` })],
    ['where the text is cut', (token) => ({ status: 400, text: `${'x'.repeat(980)}${token}` })],
    ['as base64', (token) => ({ status: 400, text: Buffer.from(token).toString('base64') })],
    ['percent-encoded', (token) => ({ status: 400, text: encodeURIComponent(token) })],
    [
      'in a redirect',
      (token) => ({ status: 302, headers: { location: `https://evil.example.com/?t=${token}` } }),
    ],
    ['in a field', (token) => product({ desc: [token] })],
    ['as a type', (token) => product({ type: token })],
    ['in a warning', (token) => ({ json: { value: { id: 'x2' }, warning_msg: `deprecated: ${token}` } })],
  ];

  it.each(PLACES)('is in no output when the server returns it %s', async (_, answer) => {
    const shown: unknown[] = [];
    const show = (one: unknown): void => void shown.push(one);
    const { url } = await answering(answer(TOKEN));
    const { admin } = await connectedFast(url, { dialect: 'path', onWarning: show, onExchange: show });
    const error = (await errorOf(admin.readProduct('x1'))) as Error & { hint?: string; words?: string };
    expect(error).toBeInstanceOf(Error);
    const all = JSON.stringify([
      shown,
      error.message,
      error.hint,
      error.words,
      String(error.cause),
      error.stack,
    ]);
    expect(all).not.toContain(TOKEN.slice(0, 10));
    expect(all).not.toContain(encodeURIComponent(TOKEN));
    expect(all).not.toContain(Buffer.from(TOKEN).toString('base64').slice(0, 20));
  });

  it('is redacted in the name of a portal', async () => {
    const { url } = await serve(() => ({ json: { list: [{ id: 'p', name: TOKEN }], total: 1 } }));
    const error = (await errorOf(connect(connectionTo(url)))) as Error & { hint?: string };
    expect(`${error.message} ${error.hint}`).not.toContain(TOKEN);
  });
});
