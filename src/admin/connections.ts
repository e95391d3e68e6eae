import { BlockList, isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { ADAPTIVE } from '../lib/limit.ts';
import { wildcard } from '../lib/wildcard.ts';
import { UsageError } from '../model/errors.ts';
import type { ProxySettings, ConnectionSettings } from './portal-settings.ts';
import { PROXY_CLOSED } from './request-failures.ts';

export interface ServerUrl {
  /** Scheme, host and port: where connections go. */
  readonly origin: string;
  /** Path before `/api/…` if the Admin API is below a path; without a trailing slash. */
  readonly basePath: string;
  /** The address without credentials, for output. */
  readonly shown: string;
}

/**
 * The parts of `--server`. Credentials in the address are refused, since addresses end up in plans, reports and logs.
 * @throws UsageError if it is not an http(s) URL, or has credentials, a query or a fragment. The error never shows
 * the credentials.
 */
export function serverUrl(text: string): ServerUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw invalidAddress();
  if (url.username !== '' || url.password !== '') throw credentialsInAddress(url);
  if (url.search !== '' || url.hash !== '') throw invalidAddress();
  const basePath = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, basePath, shown: url.origin + basePath };
}

function invalidAddress(): UsageError {
  return new UsageError('the address of the Admin API is not an http or https URL', {
    hint: 'Pass it with --server or ADC_SERVER, for example https://dashboard.example.com:7443.',
  });
}

function credentialsInAddress(url: URL): UsageError {
  return new UsageError(`the address of the Admin API at ${url.host} holds a user name or a password`, {
    hint: 'Remove them from the address, and pass them as `user:password` with --token and --auth-scheme basic.',
  });
}

/**
 * The address of the proxy for a server, undefined for none. HTTPS_PROXY is for https addresses and HTTP_PROXY for
 * http ones, as with curl; neither replaces the other. NO_PROXY names servers that need none.
 * @throws UsageError if it is not an http(s) URL. The error does not show it, since it may have credentials.
 */
export function proxyFor(
  origin: string,
  { httpsProxy, httpProxy, noProxy = '' }: ProxySettings,
): string | undefined {
  const address = (origin.startsWith('https:') ? httpsProxy : httpProxy)?.trim() ?? '';
  if (address === '' || isWithoutProxy(origin, noProxy)) return undefined;
  const url = parsed(address);
  if (url && decoded(url.username) !== undefined && decoded(url.password) !== undefined) return url.href;
  throw new UsageError('the address of the proxy is not an http or https URL', {
    hint: 'Check HTTPS_PROXY and HTTP_PROXY, or list the server in NO_PROXY.',
  });
}

/** The parts of an address that output must not show, in encoded and decoded form. */
export function proxySecrets(address: string): readonly string[] {
  const { username = '', password = '' } = parsed(address.trim()) ?? {};
  if (password === '') return [];
  const pair = `${username}:${password}`;
  return [pair, password, decoded(pair) ?? '', decoded(password) ?? ''];
}

/** Also accepts an address without a scheme, such as `proxy:3128`. */
function parsed(address: string): URL | undefined {
  const full = address.includes('://') ? address : `http://${address}`;
  return URL.canParse(full) && /^https?:/i.test(full) ? new URL(full) : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether NO_PROXY names a server, as curl and Go read it: hosts with all hosts below them, `*` for any text, and
 * address ranges such as 10.0.0.0/8, each optionally with a port.
 */
export function isWithoutProxy(origin: string, noProxy: string): boolean {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const ports = new Set([port === '' ? (DEFAULT_PORTS[protocol] ?? '') : port, '']);
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(partsOf)
    .some((one) => ports.has(one.port) && matchesEntry(one.host, host));
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** An IPv6 address with a port has brackets. */
function partsOf(entry: string): { readonly host: string; readonly port: string } {
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bracketed ?? plain ?? entry, port };
}

function matchesEntry(entry: string, host: string): boolean {
  const [address = '', bits] = entry.replaceAll(/[[\]]/g, '').split('/');
  if (bits !== undefined) return isInRange(host, address, Number(bits));
  if (isIP(address) === 6) return isInRange(host, address, 128);
  const name = entry.replace(/^\*?\.|\.$/g, '');
  return wildcard(name)(host) || host.endsWith(`.${name}`);
}

function isInRange(host: string, address: string, bits: number): boolean {
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  if (family === 0 || isIP(host) !== family || !Number.isInteger(bits) || bits < 0 || bits > most)
    return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address, bits, type);
  return range.check(host, type);
}

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
    clientFactory: proxyPool,
  });
}

/**
 * The connections to a proxy. If the proxy closes one that should become a tunnel, undici would open the next one at
 * once, hundreds in a second, until the time limit. It does so only for errors of this code.
 */
function proxyPool(address: URL, options: object): Pool {
  const pool = new Pool(address, options);
  const tunnel = pool.connect.bind(pool);
  const connect = async (request: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> =>
    tunnel(request).catch((error: unknown) => {
      const isClosed = error instanceof Error && 'code' in error && error.code === 'UND_ERR_SOCKET';
      throw isClosed ? Object.assign(new Error(error.message), { code: PROXY_CLOSED }) : error;
    });
  return Object.assign(pool, { connect });
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
