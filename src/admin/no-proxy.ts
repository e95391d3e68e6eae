import { BlockList, isIP } from 'node:net';
import { wildcard } from '../lib/wildcard.ts';

/**
 * Whether NO_PROXY names a server, as curl and Go read it: hosts with all hosts below them, `*` for any text, address ranges
 * such as 10.0.0.0/8, each perhaps with a port.
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
