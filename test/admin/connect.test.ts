import { describe, expect, it } from 'vitest';
import { connect } from '../../src/admin/connect.ts';
import { Secret } from '../../src/lib/redaction.ts';
import { connectionTo } from './support/connection.ts';
import { BOTH, connected, connectedFast, emulated } from './support/emulated.ts';
import { listOf, PRODUCTS, serve, servePortal } from './support/serve.ts';

describe('the dialect', () => {
  it.each(BOTH)('detects %s, with its credential', async (dialect) => {
    const emulator = await emulated({ dialects: [dialect] });
    const { target } = await connected(emulator.url);
    expect(target).toEqual({
      server: emulator.url,
      portal: { id: '90000000-0000-4000-8000-000000000001', name: 'default' },
      dialect,
    });
  });

  it.each([401, 403, 500])('does not choose the other dialect after %i', async (status) => {
    const { url } = await serve((request) => {
      if (request.path === '/api/portals') return listOf([{ id: 'p1', name: 'default' }], request);
      if (request.path === '/api/api_products') return { status, json: { error_msg: 'no' } };
      return undefined;
    });
    const error = await connect(connectionTo(url)).catch((one: unknown) => one);
    expect(error).toMatchObject({ name: 'AdminError', status });
  });

  it.each([429, 502, 503])('%i with an HTML page does not mean a wrong dialect', async (status) => {
    for (const broken of ['/api/portals', '/api/api_products', PRODUCTS]) {
      const { url } = await servePortal(({ path }) =>
        path === broken ? { status, text: '<html>Bad Gateway' } : undefined,
      );
      await expect(connectedFast(url)).rejects.toMatchObject({ name: 'AdminError', status });
    }
  });

  it('does not detect a dialect from an HTML page instead of a list', async () => {
    const { url } = await servePortal(({ path }) =>
      path === '/api/api_products' ? { text: '<!doctype html><title>Dashboard</title>' } : undefined,
    );
    const { target } = await connected(url);
    expect(target.dialect).toBe('path');
  });

  it('reports an unknown portal, not a wrong dialect', async () => {
    const emulator = await emulated();
    await expect(connect(connectionTo(emulator.url, { portal: 'defualt' }))).rejects.toMatchObject({
      name: 'AdminError',
      message: expect.stringContaining('"defualt"'),
      hint: expect.stringContaining('"default"'),
    });
  });

  it('reports all attempts if the server supports neither dialect', async () => {
    const { url } = await serve((request) =>
      request.path === '/api/portals' ? listOf([{ id: 'p1', name: 'default' }], request) : undefined,
    );
    const error = await connect(connectionTo(url)).catch((one: unknown) => one);
    expect(error).toMatchObject({
      name: 'AdminError',
      message: expect.stringMatching(/\/api\/api_products .*\/api\/portals\/p1\/api_products /),
    });
  });

  it('reports a server that has no portals', async () => {
    const emulator = await emulated({ switches: { portals: 'off', version: '3.8.17' } });
    await expect(connect(connectionTo(emulator.url))).rejects.toMatchObject({
      message: expect.stringContaining('3.8.17'),
    });
  });

  it('warns only of a server whose data planes may be too old', async () => {
    const warningsOf = async (version: string): Promise<readonly string[]> => {
      const warnings: string[] = [];
      const emulator = await emulated({ switches: { version } });
      await connected(emulator.url, { onWarning: (text) => void warnings.push(text) });
      return warnings;
    };
    expect(await warningsOf('3.8.20')).toEqual([expect.stringContaining('3.8.20')]);
    expect(await warningsOf('3.10.1')).toEqual([]);
    expect(await warningsOf('dev')).toEqual([]);
  });
});

describe('the credential', () => {
  const USER = 'admin:secret';
  const HEADERS = [
    ['api-key', { 'x-api-key': USER }],
    ['bearer', { authorization: `Bearer ${USER}` }],
    ['basic', { authorization: `Basic ${Buffer.from(USER).toString('base64')}` }],
  ] as const;

  it.each(HEADERS)('%s sends exactly one auth header in every request', async (authScheme, header) => {
    const { url, requests } = await servePortal(() => undefined);
    await connected(url, { authScheme, token: new Secret(USER) });
    for (const { headers } of requests) {
      const { 'x-api-key': key, authorization, cookie } = headers;
      const sent = Object.entries({ 'x-api-key': key, authorization, cookie }).filter(([, value]) => value);
      expect(Object.fromEntries(sent)).toEqual(header);
    }
  });

  it('reports a refused token with the tried headers', async () => {
    const { url } = await serve(() => ({ status: 401, json: { error_msg: 'who are you' } }));
    await expect(connect(connectionTo(url))).rejects.toMatchObject({
      status: 401,
      words: 'who are you',
      hint: expect.stringMatching(/X-API-KEY.*Authorization: Bearer.*--token/),
    });
  });

  it.each(['', 'two words', 'line\nend'])('refuses a token that no header can carry: %j', async (text) => {
    await expect(
      connect(connectionTo('http://127.0.0.1:1', { token: new Secret(text) })),
    ).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('refuses an address with credentials without showing them', async () => {
    const error = await connect(connectionTo('https://admin:hunter2@portal.example.com')).catch(
      (one: unknown) => one,
    );
    expect(error).toMatchObject({ name: 'UsageError' });
    expect(String(error)).not.toMatch(/admin:|hunter2/);
  });
});

describe('the portal', () => {
  const portals = [
    { id: 'p1', name: 'default' },
    { id: 'p2', name: 'default-partners' },
    { id: 'p3', name: 'twin' },
    { id: 'p4', name: 'twin' },
    { id: 'twin-id', name: 'p1' },
  ];
  const servePortals = async () =>
    serve((request) => {
      if (request.path === '/api/portals') return listOf(portals, request);
      return request.path.endsWith('/api_products') ? listOf([], request) : undefined;
    });

  it('is found by its exact name', async () => {
    const { target } = await connected((await servePortals()).url, { portal: 'default' });
    expect(target.portal).toEqual({ id: 'p1', name: 'default' });
  });

  it('is found by its id, which comes before a name', async () => {
    const { target } = await connected((await servePortals()).url, { portal: 'p1' });
    expect(target.portal).toEqual({ id: 'p1', name: 'default' });
  });

  it('is an error if several portals have the name', async () => {
    const { url } = await servePortals();
    await expect(connect(connectionTo(url, { portal: 'twin' }))).rejects.toMatchObject({
      hint: expect.stringMatching(/p3.*p4/),
    });
  });
});

it('reaches an Admin API below a path', async () => {
  const { url } = await serve((request) => {
    if (request.path === '/api7/api/portals') return listOf([{ id: 'p1', name: 'default' }], request);
    return request.path === `/api7${PRODUCTS}` ? listOf([], request) : undefined;
  });
  const { target } = await connected(`${url}/api7/`);
  expect(target).toMatchObject({ server: `${url}/api7`, dialect: 'path' });
});
