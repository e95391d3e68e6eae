import { ADAPTIVE, AdaptiveLimit } from '../lib/limit.ts';
import type { Secret } from '../lib/secret.ts';
import type { Target } from '../model/live.ts';
import { Buffers } from './answer-bytes.ts';
import type { Client } from './client.ts';
import { credential } from './credential.ts';
import type { DialectRow } from './dialect-row.ts';
import { dispatcher } from './dispatcher.ts';
import { ExternalLabels } from './external-labels.ts';
import type { Exchange } from './exchange.ts';
import { findDialect } from './find-dialect.ts';
import { HttpClient } from './http-client.ts';
import type { AuthScheme, PortalSettings } from './portal-settings.ts';
import { proxyFor } from './proxy.ts';
import { redactor } from './redact.ts';
import type { Clock } from './retry.ts';
import { SYSTEM_CLOCK } from './retry.ts';
import { serverUrl } from './server-url.ts';
import { isOlderThan } from './server-version.ts';
import type { Wire } from './wire.ts';

export interface SessionOptions extends PortalSettings {
  /** http(s) address of the Admin API; credentials in it are refused and never shown. */
  readonly server: string;
  /** For `basic`: `user:password`. */
  readonly token: Secret;
  /** Name or id. */
  readonly portal: string;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/** A connection that has found its portal. */
export interface Session {
  readonly client: Client;
  readonly dialect: DialectRow;
  readonly target: Target;
  /** Milliseconds for all attempts of one request. */
  readonly retryTimeoutMs: number;
  /** The most requests in flight. */
  readonly concurrency: number;
  /** Undefined if the server does not say. */
  readonly version: string | undefined;
  readonly clock: Clock;
  readonly externalLabels: ExternalLabels;
  readonly close: () => Promise<void>;
}

/**
 * Opens connections and finds dialect and portal; nothing stays open if that fails.
 * @throws as connect() does.
 */
export async function openSession(options: SessionOptions, clock: Clock = SYSTEM_CLOCK): Promise<Session> {
  const wire = await wireOf(options, clock);
  if (options.tlsSkipVerify) wire.onWarning('TLS certificates are not verified (--tls-skip-verify)');
  const close = async (): Promise<void> => wire.dispatcher.destroy();
  try {
    const { client, dialect, portal, version } = await findDialect(options, clientsOf(wire, options));
    warnIfOld(version, wire);
    const target = { server: wire.server.shown, portal, dialect: dialect.name };
    const { concurrency = ADAPTIVE.most, retryTimeoutMs } = options;
    const externalLabels = new ExternalLabels(wire.onWarning);
    return { client, dialect, target, retryTimeoutMs, concurrency, version, clock, externalLabels, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function wireOf(options: SessionOptions, clock: Clock): Promise<Wire> {
  const server = serverUrl(options.server);
  const { proxy, token, timeoutMs, retryTimeoutMs, signal, onWarning, onExchange } = options;
  return {
    server,
    dispatcher: await dispatcher(server.origin, options),
    buffers: new Buffers(),
    limit: new AdaptiveLimit(options.concurrency ?? ADAPTIVE),
    clock,
    redact: redactor(token, [proxy.httpsProxy ?? '', proxy.httpProxy ?? '']),
    proxied: proxyFor(server.origin, proxy) !== undefined,
    timeoutMs,
    retryTimeoutMs,
    signal,
    onWarning,
    onExchange,
  };
}

/** One client for each scheme, made when it is first needed. */
function clientsOf(wire: Wire, options: SessionOptions): (scheme: AuthScheme) => Client {
  const clients = new Map<AuthScheme, Client>();
  return (scheme) => {
    const made = clients.get(scheme) ?? new HttpClient(wire, credential(scheme, options.token));
    clients.set(scheme, made);
    return made;
  };
}

/** In the upgrade window, data planes that are older than the control plane do not learn of updates (admin-api §15.34). */
function warnIfOld(version: string | undefined, wire: Wire): void {
  if (version === undefined || !isOlderThan(version, [3, 9, 0])) return;
  wire.onWarning(
    `the server is version ${version}: changes to products reach its data planes only if they are 3.8.18 or later too`,
  );
}
