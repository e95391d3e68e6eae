import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { ADAPTIVE } from '../lib/limit.ts';
import { UsageError } from '../model/errors.ts';
import { proxyFor } from './addresses.ts';
import type { ConnectionSettings } from './portal-settings.ts';

/**
 * The connections to one server, kept alive between requests (docs/design/contract.md §3). Code for TLS settings and
 * proxies is loaded only if needed.
 * @throws UsageError for a text that is not PEM, or an invalid proxy address.
 */
export async function dispatcher(origin: string, settings: ConnectionSettings): Promise<Dispatcher> {
  const connect = { ...(await tls(settings)), timeout: connectTimeout(settings.timeoutMs) };
  const options = {
    connect,
    connections: settings.concurrency ?? ADAPTIVE.most,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const proxy = proxyFor(origin, settings.proxy);
  if (proxy === undefined) return new Pool(origin, options);
  const { ProxyAgent } = await import('undici');
  return new ProxyAgent({
    ...options,
    uri: proxy,
    // Many proxies allow tunnels to port 443 only, and a plain request needs none.
    proxyTunnel: origin.startsWith('https:'),
    requestTls: connect,
    proxyTls: await proxyTls(settings),
  });
}

/** Milliseconds, less than the timeout of the whole attempt, to tell «cannot be reached» from «does not respond». */
function connectTimeout(timeoutMs: number): number {
  return Math.ceil(timeoutMs * 0.8);
}

/**
 * Always sets the verification, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off (docs/design/contract.md
 * §9).
 */
async function tls({ tlsSkipVerify, caCert, clientCert, clientKey }: ConnectionSettings): Promise<object> {
  const rejectUnauthorized = !tlsSkipVerify;
  if ((caCert ?? clientCert ?? clientKey) === undefined) return { rejectUnauthorized };
  return { rejectUnauthorized, ...(await tlsOptions({ caCert, clientCert, clientKey })) };
}

/** A proxy may be certified by the same private authority as the server, or by a public one. */
async function proxyTls({ caCert }: ConnectionSettings): Promise<object> {
  if (caCert === undefined) return { rejectUnauthorized: true };
  const { rootCertificates } = await import('node:tls');
  return { rejectUnauthorized: true, ca: [...rootCertificates, caCert] };
}

type Pems = Pick<ConnectionSettings, 'caCert' | 'clientCert' | 'clientKey'>;

/**
 * TLS options of Node.js for the PEM texts. @throws UsageError if a certificate or key is invalid, or they do not
 * match.
 */
async function tlsOptions(texts: Pems): Promise<object> {
  if ((texts.clientCert === undefined) !== (texts.clientKey === undefined)) {
    // Node.js ignores a certificate without a key, and a key without a certificate.
    throw new UsageError('a client certificate needs its key, and a key its certificate', {
      hint: 'Pass both --tls-client-cert-file and --tls-client-key-file; both may name the same file.',
    });
  }
  const pems = {
    ...pem('ca', texts.caCert, '--ca-cert-file'),
    ...pem('cert', texts.clientCert, '--tls-client-cert-file'),
    ...pem('key', texts.clientKey, '--tls-client-key-file'),
  };
  const [{ X509Certificate }, { createSecureContext }] = await Promise.all([
    import('node:crypto'),
    import('node:tls'),
  ]);
  try {
    // Node.js ignores an invalid CA certificate without an error.
    if (texts.caCert !== undefined) void new X509Certificate(texts.caCert);
    createSecureContext(pems);
  } catch (error) {
    throw new UsageError('the certificates or the key cannot be used', {
      hint: 'Check --ca-cert-file, --tls-client-cert-file and --tls-client-key-file; a key must be one without a passphrase.',
      cause: error,
    });
  }
  return pems;
}

function pem(key: string, text: string | undefined, flag: string): object {
  if (text === undefined) return {};
  if (text.includes('-----BEGIN ')) return { [key]: text };
  throw new UsageError(`the file of ${flag} is not in PEM format`, {
    hint: 'A PEM file has a line that begins with -----BEGIN. `openssl x509 -inform der` converts others.',
  });
}
