import { BlockList, isIP } from 'node:net';
import { wildcard } from '../lib/wildcard.ts';
import { UsageError } from '../model/errors.ts';
import type { ProxySettings } from './portal-settings.ts';

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
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw notAnAddress();
  if (url.username !== '' || url.password !== '') throw holdsCredentials(url);
  if (url.search !== '' || url.hash !== '') throw notAnAddress();
  const basePath = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, basePath, shown: url.origin + basePath };
}

function notAnAddress(): UsageError {
  return new UsageError('the address of the Admin API is not an http or https URL', {
    hint: 'Pass it with --server or ADC_SERVER, for example https://dashboard.example.com:7443.',
  });
}

function holdsCredentials(url: URL): UsageError {
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
    .some((one) => ports.has(one.port) && names(one.host, host));
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** An IPv6 address with a port has brackets. */
function partsOf(entry: string): { readonly host: string; readonly port: string } {
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { host: bracketed ?? plain ?? entry, port };
}

function names(entry: string, host: string): boolean {
  const [address = '', bits] = entry.split('/');
  if (bits !== undefined) return isInRange(host, address, Number(bits));
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
