import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import { ADAPTIVE } from '../lib/limit.ts';
import type { ConnectionSettings } from './portal-settings.ts';
import { proxyFor } from './proxy.ts';

/**
 * The connections to one server, kept alive between requests (contract §3, acceptance A10). What only some servers need is
 * loaded only for them.
 * @throws UsageError for a text that is no PEM or no proxy address.
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
  if (proxy === undefined) return new Agent(options);
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

/** Before the time-out of the whole attempt, so that «can't be reached» and «does not answer» are told apart. */
function connectTimeout(timeoutMs: number): number {
  return Math.ceil(timeoutMs * 0.8);
}

/** Whether to verify is always said, so that NODE_TLS_REJECT_UNAUTHORIZED can't switch it off (contract §9). */
async function tls({ tlsSkipVerify, caCert, clientCert, clientKey }: ConnectionSettings): Promise<object> {
  const rejectUnauthorized = !tlsSkipVerify;
  if ((caCert ?? clientCert ?? clientKey) === undefined) return { rejectUnauthorized };
  const { tlsOptions } = await import('./tls-settings.ts');
  return { rejectUnauthorized, ...tlsOptions({ caCert, clientCert, clientKey }) };
}

async function proxyTls({ caCert }: ConnectionSettings): Promise<object> {
  if (caCert === undefined) return { rejectUnauthorized: true };
  const { proxyTlsOptions } = await import('./tls-settings.ts');
  return { rejectUnauthorized: true, ...proxyTlsOptions(caCert) };
}
