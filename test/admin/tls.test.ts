import { describe, expect, it } from 'vitest';
import { connect } from '../../src/admin/connect.ts';
import { certificates } from './support/certificates.ts';
import { connectionTo } from './support/connection.ts';
import { connected } from './support/emulated.ts';
import { servePortal } from './support/serve.ts';

const { ca, server, elsewhere, user, stranger } = certificates();

const none = (): undefined => undefined;
const refused = async (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('TLS', () => {
  it('trusts a server with a certificate of the CA file', async () => {
    const { url } = await servePortal(none, server);
    expect((await connected(url, { caCert: ca.cert })).target.server).toBe(url);
  });

  it('refuses an untrusted server certificate, with a hint', async () => {
    const { url, requests } = await servePortal(none, server);
    expect(await refused(connect(connectionTo(url)))).toMatchObject({
      name: 'AdminError',
      hint: expect.stringContaining('--ca-cert-file'),
    });
    expect(await refused(connect(connectionTo(url, { caCert: stranger.cert })))).toMatchObject({
      name: 'AdminError',
    });
    expect(requests).toEqual([]);
  });

  it('refuses a certificate for another host', async () => {
    const { url } = await servePortal(none, elsewhere);
    expect(await refused(connect(connectionTo(url, { caCert: ca.cert })))).toMatchObject({
      message: expect.stringContaining('another host name'),
    });
  });

  it('reports a server that has only old versions of TLS', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { url } = await servePortal(none, { ...server, ...old });
    expect(await refused(connect(connectionTo(url, { caCert: ca.cert })))).toMatchObject({
      message: expect.stringContaining('no TLS version in common'),
      hint: expect.stringContaining('TLS 1.2'),
    });
  });

  it('continues without verification, and warns', async () => {
    const warnings: string[] = [];
    const { url } = await servePortal(none, elsewhere);
    await connected(url, { tlsSkipVerify: true, onWarning: (text) => void warnings.push(text) });
    expect(warnings).toEqual([expect.stringContaining('--tls-skip-verify')]);
  });

  it('sends a client certificate if the server requires one', async () => {
    const { url } = await servePortal(none, {
      ...server,
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const admin = await connected(url, { caCert: ca.cert, clientCert: user.cert, clientKey: user.key });
    expect(admin.target.server).toBe(url);
  });

  it('reports a missing client certificate', async () => {
    const { url } = await servePortal(none, {
      ...server,
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const options = connectionTo(url, { caCert: ca.cert, retryTimeoutMs: 1000 });
    expect(await refused(connect(options))).toMatchObject({
      name: 'AdminError',
      hint: expect.stringContaining('--tls-client-cert-file'),
    });
  });

  it('verifies certificates even if the environment disables verification', async () => {
    const { url } = await servePortal(none, server);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await refused(connect(connectionTo(url)))).toMatchObject({ name: 'AdminError' });
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  it('reports a port without TLS', async () => {
    const { url } = await servePortal(none);
    const options = connectionTo(url.replace('http:', 'https:'));
    expect(await refused(connect(options))).toMatchObject({ message: expect.stringContaining('TLS') });
  });

  it('suggests https for an http address of a port with TLS', async () => {
    const { url } = await servePortal(none, server);
    const options = connectionTo(url.replace('https:', 'http:'), { retryTimeoutMs: 1000 });
    expect(await refused(connect(options))).toMatchObject({
      name: 'AdminError',
      hint: 'Check the address (--server or ADC_SERVER): if the server uses TLS, it begins with https://.',
    });
  });

  it.each([
    ['a path in place of a PEM', { caCert: '/etc/ca.pem' }],
    ['a PEM that is broken', { caCert: ca.cert.replace(/^M/m, '!') }],
    ['a client certificate without its key', { clientCert: user.cert }],
    ['a key without its client certificate', { clientKey: user.key }],
    ['a key of another certificate', { clientCert: user.cert, clientKey: server.key }],
  ])('refuses %s', async (_, given) => {
    expect(await refused(connect(connectionTo('https://127.0.0.1:1', given)))).toMatchObject({
      name: 'UsageError',
      hint: expect.any(String),
    });
  });
});
