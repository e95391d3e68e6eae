import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/admin/connect.ts';
import { certificates } from './support/certificates.ts';
import { connectionTo } from './support/connection.ts';
import { connected } from './support/emulated.ts';
import { serveProxy } from './support/serve-proxy.ts';
import { servePortal } from './support/serve.ts';

const none = (): undefined => undefined;

describe('proxies', () => {
  it('uses HTTP_PROXY for an http address', async () => {
    const [{ url }, proxy] = [await servePortal(none), await serveProxy()];
    await connected(url, { proxy: { httpProxy: proxy.url } });
    expect(proxy.tunnels[0]?.target).toBe(new URL(url).host);
  });

  it('uses HTTPS_PROXY for an https address, and verifies certificates end to end', async () => {
    const { ca, server, user, stranger } = certificates();
    const tls = { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true };
    const [{ url }, proxy] = [await servePortal(none, tls), await serveProxy()];
    const given = { proxy: { httpsProxy: proxy.url }, clientCert: user.cert, clientKey: user.key };
    await connected(url, { ...given, caCert: ca.cert });
    expect(proxy.tunnels[0]?.target).toBe(new URL(url).host);
    await expect(connect(connectionTo(url, { ...given, caCert: stranger.cert }))).rejects.toMatchObject({
      hint: expect.stringContaining('--ca-cert-file'),
    });
  });

  it('supports a proxy with TLS, and verifies its certificate', async () => {
    const { ca, server } = certificates();
    const [{ url }, proxy] = [await servePortal(none), await serveProxy(200, server)];
    await connected(url, { proxy: { httpProxy: proxy.url }, caCert: ca.cert });
    expect(proxy.tunnels).not.toEqual([]);
    const options = connectionTo(url, { proxy: { httpProxy: proxy.url }, tlsSkipVerify: true });
    await expect(connect(options)).rejects.toMatchObject({ name: 'AdminError' });
  });

  it('mentions the proxy if no server is reached', async () => {
    const { url } = await servePortal(none);
    const options = connectionTo(url, { proxy: { httpProxy: 'http://127.0.0.1:1' } });
    await expect(connect(options)).rejects.toMatchObject({ hint: expect.stringContaining('HTTP_PROXY') });
  });

  it('connects once to a proxy that closes the connection, and names it', async () => {
    let connections = 0;
    const silent = createServer((socket) => {
      connections++;
      socket.once('data', () => socket.end());
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const options = connectionTo('https://127.0.0.1:1', {
      proxy: { httpsProxy: `http://127.0.0.1:${port}` },
      retryTimeoutMs: 1000,
    });
    await expect(connect(options)).rejects.toMatchObject({
      message: expect.stringContaining('the proxy closed the connection'),
      hint: expect.stringContaining('NO_PROXY'),
    });
    expect(connections).toBe(1);
    silent.close();
  });

  it('sends a plain http request without a tunnel, because many proxies allow tunnels only to port 443', async () => {
    const [{ url }, proxy] = [await servePortal(none), await serveProxy(200, undefined, { tunnels: false })];
    await connected(url, { proxy: { httpProxy: proxy.url } });
    expect(proxy.tunnels[0]?.target).toBe(new URL(url).host);
  });

  it('does not use HTTPS_PROXY for http addresses', async () => {
    const [{ url }, proxy] = [await servePortal(none), await serveProxy()];
    await connected(url, { proxy: { httpsProxy: proxy.url } });
    expect(proxy.tunnels).toEqual([]);
  });

  it.each(['127.0.0.1', '*', 'example.com,127.0.0.1', '127.0.0.0/8', '127.*'])(
    'NO_PROXY=%s bypasses the proxy',
    async (noProxy) => {
      const [{ url }, proxy] = [await servePortal(none), await serveProxy()];
      await connected(url, { proxy: { httpProxy: proxy.url, noProxy } });
      expect(proxy.tunnels).toEqual([]);
    },
  );

  it('ignores proxy variables of the process', async () => {
    const [{ url }, proxy] = [await servePortal(none), await serveProxy()];
    process.env.HTTP_PROXY = proxy.url;
    try {
      await connected(url);
    } finally {
      delete process.env.HTTP_PROXY;
    }
    expect(proxy.tunnels).toEqual([]);
  });

  it('sends credentials to the proxy and shows them in no error', async () => {
    const [{ url }, proxy] = [await servePortal(none), await serveProxy(407)];
    const httpProxy = proxy.url.replace('//', '//user:hunter2@');
    const error = (await connect(connectionTo(url, { proxy: { httpProxy } })).catch(
      (one: unknown) => one,
    )) as Error;
    expect(proxy.tunnels[0]?.authorization).toBe(`Basic ${Buffer.from('user:hunter2').toString('base64')}`);
    expect(error).toMatchObject({
      name: 'AdminError',
      message: expect.stringContaining('the proxy refused the connection with 407'),
      hint: expect.stringContaining('requires credentials'),
    });
    expect(`${error.message} ${error.stack}`).not.toContain('hunter2');
  });

  it.each(['socks5://user:hunter2@host', 'http://user:hunter2%zz@host', 'http://user:hunter2@'])(
    'refuses an invalid address of a proxy, without showing it: %s',
    async (httpProxy) => {
      const options = connectionTo('http://127.0.0.1:1', { proxy: { httpProxy } });
      const error = await connect(options).catch((one: unknown) => one);
      expect(error).toMatchObject({ name: 'UsageError' });
      expect(String(error)).not.toContain('hunter2');
    },
  );
});
