import { isObject } from '../json/value.ts';
import { redaction, MIN_TOKEN_LENGTH, secretsOf, type Secret, type Redact } from '../lib/redaction.ts';
import { ADAPTIVE, AdaptiveLimit } from '../lib/limit.ts';
import { printable } from '../lib/printable.ts';
import { type AdminError, UsageError } from '../model/errors.ts';
import type { CompactProduct, LiveProduct, Target } from '../model/live.ts';
import type { JsonObject } from '../model/product.ts';
import { type Client, SYSTEM_CLOCK, type Clock, type Credential } from './client.ts';
import { proxyFor, serverUrl, dispatcher, proxySecrets } from './connections.ts';
import { type DialectRow, findDialect, isOlderThan, readValueOnce } from './dialects.ts';
import { HttpClient, type Wire } from './http-client.ts';
import { Buffers } from './http.ts';
import { NewestProducts } from './newest-products.ts';
import type { AuthScheme, Exchange, PortalSettings } from './portal-settings.ts';

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
  /** All portals that the token can read. */
  readonly portals: readonly Target['portal'][];
  /** Milliseconds for all attempts of one request. */
  readonly retryTimeoutMs: number;
  /** Maximum number of requests in flight. */
  readonly concurrency: number;
  /** Undefined if the server does not report it. */
  readonly version: string | undefined;
  readonly clock: Clock;
  readonly seen: Seen;
  readonly newest: NewestProducts;
  readonly externalLabels: ExternalLabels;
  readonly close: () => Promise<void>;
}

/**
 * Opens connections and finds dialect and portal; closes the connections if that fails.
 * @throws the errors of connect().
 */
export async function openSession(options: SessionOptions, clock: Clock = SYSTEM_CLOCK): Promise<Session> {
  const wire = await wireOf(options, clock);
  if (options.tlsSkipVerify) wire.onWarning('TLS certificates are not verified (--tls-skip-verify)');
  const close = async (): Promise<void> => wire.dispatcher.destroy();
  try {
    const { portal, ...found } = await findDialect(options, clientsOf(wire, options));
    warnIfOld(found.version, wire);
    const target = { server: wire.server.shown, portal, dialect: found.dialect.name };
    const { concurrency = ADAPTIVE.most, retryTimeoutMs } = options;
    const newest = new NewestProducts(found.client, found.dialect.products(portal.id));
    const known = { seen: new Seen(), newest, externalLabels: new ExternalLabels(wire.onWarning) };
    return { ...found, target, retryTimeoutMs, concurrency, clock, ...known, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Options of a connection without a portal. */
export type WireOptions = Omit<SessionOptions, 'portal' | 'dialect' | 'authScheme'>;

export async function wireOf(options: WireOptions, clock: Clock): Promise<Wire> {
  const server = serverUrl(options.server);
  const { proxy, token, timeoutMs, retryTimeoutMs, signal, onWarning, onExchange } = options;
  return {
    server,
    dispatcher: await dispatcher(server.origin, options),
    buffers: new Buffers(),
    limit: new AdaptiveLimit(options.concurrency ?? ADAPTIVE),
    clock,
    redact: redactor(token, [proxy.httpsProxy ?? '', proxy.httpProxy ?? '']),
    isProxied: proxyFor(server.origin, proxy) !== undefined,
    timeoutMs,
    retryTimeoutMs,
    signal,
    onWarning,
    onExchange,
  };
}

/** One client for each scheme, created on first use. */
function clientsOf(wire: Wire, options: SessionOptions): (scheme: AuthScheme) => Client {
  const clients = new Map<AuthScheme, Client>();
  return (scheme) => {
    const client = clients.get(scheme) ?? new HttpClient(wire, credential(scheme, options.token));
    clients.set(scheme, client);
    return client;
  };
}

/**
 * Warns about the upgrade window: data planes that are older than the control plane do not get updates
 * (docs/design/admin-api.md §15.34).
 */
function warnIfOld(version: string | undefined, wire: Wire): void {
  if (version === undefined || !isOlderThan(version, [3, 9, 0])) return;
  wire.onWarning(
    `the server is version ${version}: changes to products reach its data planes only if they are 3.8.18 or later too`,
  );
}

/** The products that a connection has seen so far: names for error messages, ids to tell old products from new ones. */
class Seen {
  readonly #names = new Map<string, string>();
  #ids: Promise<Set<string>> | undefined;

  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  note(product: LiveProduct): LiveProduct {
    this.#names.set(product.id, product.fields.name);
    return product;
  }

  /** Notes all products of the portal, after a complete read. */
  noteAll(products: readonly CompactProduct[]): void {
    for (const { id, fields } of products) this.#names.set(id, fields.name);
    this.#ids = Promise.resolve(new Set(products.map(({ id }) => id)));
  }

  async noteCreated(product: LiveProduct): Promise<LiveProduct> {
    (await this.#ids)?.add(product.id);
    return this.note(product);
  }

  /** Ids of the portal's products, listed on first use; concurrent creations share one list. */
  async ids(list: () => Promise<readonly { readonly id: string }[]>): Promise<ReadonlySet<string>> {
    this.#ids ??= list().then((rows) => new Set(rows.map(({ id }) => id)));
    try {
      return await this.#ids;
    } catch (error) {
      this.#ids = undefined;
      throw error;
    }
  }
}

/**
 * Whether the server accepts labels of external products, as far as this connection knows. Some servers refuse them;
 * then all later writes omit them.
 */
class ExternalLabels {
  readonly #onWarning: (text: string) => void;
  #refused = false;

  constructor(onWarning: (text: string) => void) {
    this.#onWarning = onWarning;
  }

  /** The body without the parts that the server is known to refuse. */
  acceptedBody(body: JsonObject): JsonObject {
    return this.#refused ? withoutLabels(body) : body;
  }

  /** The body for a second attempt; undefined if the refusal does not concern labels. Warns the first time. */
  afterRefusal(refusal: AdminError, body: JsonObject): JsonObject | undefined {
    if (!/\blabels?\b/i.test(refusal.words ?? '')) return undefined;
    const rest = withoutLabels(body);
    if (rest === body) return undefined;
    if (!this.#refused)
      this.#onWarning('the server refuses labels on external products: adc writes them without labels');
    this.#refused = true;
    return rest;
  }
}

function withoutLabels(body: JsonObject): JsonObject {
  if (body.type !== 'external' || body.labels === undefined) return body;
  const { labels: _, ...rest } = body;
  return rest;
}

const INVALID_IN_HEADER = /[^\x21-\x7e]/;

/**
 * The header for a scheme (docs/design/admin-api.md §1.2). adc sends exactly one, since a server that reads several
 * may use the wrong one.
 * @throws UsageError if the token cannot be sent in this scheme.
 */
export function credential(scheme: AuthScheme, token: Secret): Credential {
  const text = token.reveal();
  if (text === '')
    throw new UsageError('the token is empty', { hint: 'Pass it with --token, --token-file or ADC_TOKEN.' });
  const refused = text.length < MIN_TOKEN_LENGTH ? shortToken() : undefined;
  if (scheme === 'basic') return { ...basic(text), refused };
  if (INVALID_IN_HEADER.test(text)) {
    throw new UsageError(
      'the token holds spaces, line ends or other characters that an HTTP header cannot carry',
      {
        hint: 'Check that the file or variable holds only the token.',
      },
    );
  }
  if (scheme === 'bearer')
    return { header: 'authorization', value: `Bearer ${text}`, shown: 'Authorization: Bearer', refused };
  return { header: 'x-api-key', value: text, shown: 'X-API-KEY', refused };
}

function shortToken(): UsageError {
  return new UsageError(`the token has fewer than ${MIN_TOKEN_LENGTH} characters`, {
    hint: 'adc cannot redact a token that short in its output, so it does not send it. Use a longer one.',
  });
}

function basic(text: string): Credential {
  if (!text.includes(':')) {
    throw new UsageError('with --auth-scheme basic the token must be `user:password`', {
      hint: 'Pass both, or use another --auth-scheme.',
    });
  }
  const value = `Basic ${Buffer.from(text).toString('base64')}`;
  return { header: 'authorization', value, shown: 'Authorization: Basic' };
}

/**
 * Makes text from the server or from a library safe to show: every encoding of the token and of a proxy's credentials
 * becomes `***`, and control characters become visible (docs/design/contract.md §9).
 */
export function redactor(token: Secret, proxies: readonly string[]): Redact {
  const text = token.reveal();
  // A short token is never sent, and could be part of any text.
  const secrets = text.length < MIN_TOKEN_LENGTH ? [] : secretsOf(text);
  const redact = redaction([...secrets, ...proxies.flatMap(proxySecrets)]);
  return (shown) => printable(redact(shown));
}

export interface PingReport {
  readonly target: Target;
  /** Undefined if the server does not report it. */
  readonly version: string | undefined;
  /** The header that carried the token, e.g. `X-API-KEY`. */
  readonly credential: string;
  /** User of the token; undefined if the server does not report it. */
  readonly user: string | undefined;
}

/** Checks address, token and portal, and describes the server. Sends only GET requests. */
export async function ping(options: SessionOptions): Promise<PingReport> {
  const session = await openSession(options);
  try {
    const { target, version, client } = session;
    const me = await readValueOnce(client, '/api/me');
    // It is undocumented which of these a server returns (docs/design/admin-api.md §12).
    const names = isObject(me) ? [me.username, me.name, me.email, me.id] : [];
    const user = names.find((name) => typeof name === 'string' && name !== '');
    const shown = typeof user === 'string' ? client.redact(user) : undefined;
    return { target, version, credential: client.credential.shown, user: shown };
  } finally {
    await session.close();
  }
}
