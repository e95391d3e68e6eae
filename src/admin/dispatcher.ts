import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates } from 'node:tls';
import { Agent, EnvHttpProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { UsageError } from '../model/errors.ts';
import type { ConnectionSettings } from './portal-settings.ts';
import { proxyFor } from './proxy.ts';

/**
 * The connections to one server, kept alive between requests (contract §3, acceptance A10).
 * @throws UsageError for a text that is no PEM or no proxy address.
 */
export function dispatcher(origin: string, settings: ConnectionSettings): Dispatcher {
  const connect = { ...tls(settings), timeout: connectTimeout(settings.timeoutMs) };
  const options = { connect, connections: settings.concurrency, headersTimeout: 0, bodyTimeout: 0 };
  const proxy = proxyFor(origin, settings.proxy);
  if (proxy === undefined) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    // Given explicitly, so that undici never looks into the environment on its own.
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: settings.proxy.noProxy ?? '',
    requestTls: connect,
    proxyTls: proxyTls(settings),
  });
}

/** Before the time-out of the whole attempt, so that «can't be reached» and «does not answer» are told apart. */
function connectTimeout(timeoutMs: number): number {
  return Math.ceil(timeoutMs * 0.8);
}

/** @throws UsageError if the texts are no certificates or no key, or do not belong together. */
function tls(settings: ConnectionSettings): object {
  const pems = {
    ...pem('ca', settings.caCert, '--ca-cert-file'),
    ...pem('cert', settings.clientCert, '--tls-client-cert-file'),
    ...pem('key', settings.clientKey, '--tls-client-key-file'),
  };
  try {
    // A broken authority would be passed over in silence.
    if (settings.caCert !== undefined) void new X509Certificate(settings.caCert);
    // Takes milliseconds, which are for nothing where there is nothing to check.
    if (Object.keys(pems).length > 0) createSecureContext(pems);
  } catch (error) {
    throw new UsageError('the certificates or the key that were given can not be used', {
      hint: 'Check --ca-cert-file, --tls-client-cert-file and --tls-client-key-file; a key must be one without a passphrase.',
      cause: error,
    });
  }
  // Always said, so that NODE_TLS_REJECT_UNAUTHORIZED can't switch verification off (contract §9).
  return { rejectUnauthorized: !settings.tlsSkipVerify, ...pems };
}

/** A proxy may be certified by the same private authority as the server, or by a public one. */
function proxyTls({ caCert }: ConnectionSettings): object {
  return { rejectUnauthorized: true, ...(caCert === undefined ? {} : { ca: [...rootCertificates, caCert] }) };
}

function pem(key: string, text: string | undefined, flag: string): object {
  if (text === undefined) return {};
  if (text.includes('-----BEGIN ')) return { [key]: text };
  throw new UsageError(`what ${flag} names is not in PEM form`, {
    hint: 'A PEM file has a line that begins with -----BEGIN. `openssl x509 -inform der` converts others.',
  });
}
