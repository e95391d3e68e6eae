import type { AuthKeys } from '../fields/field.ts';
import { isObject } from '../json/value.ts';
import { nearest } from '../lib/nearest.ts';
import type { Redact } from '../lib/redaction.ts';
import { AdminError } from '../model/errors.ts';
import type { Dialect, Target } from '../model/live.ts';
import type { Json } from '../model/product.ts';
import { type Route, InvalidResponseError, unlessInterrupted, type Client } from './client.ts';
import { readList, readPage } from './paging.ts';
import type { AuthScheme, PortalSettings } from './portal-settings.ts';

/**
 * All differences between the dialects of the Admin API; no other code of adc depends on the dialect
 * (docs/design/admin-api.md §2).
 */
export interface DialectRow {
  readonly name: Dialect;
  /** How the token is sent if `--auth-scheme` is auto. */
  readonly scheme: AuthScheme;
  /** Keys of the auth types in written bodies; adc reads the keys of both dialects. */
  readonly authKeys: AuthKeys;
  readonly products: (portalId: string) => Route;
  readonly product: (portalId: string, id: string) => Route;
  /**
   * Routes that may list the subscriptions of a product, in the order to try them (docs/design/admin-api.md §7.2,
   * §15.10).
   */
  readonly subscriptions: (portalId: string, id: string) => readonly Route[];
}

const PRODUCTS = '/api/api_products';
const productsOf = (portalId: string): string => `/api/portals/${segment(portalId)}/api_products`;
const SUBSCRIPTIONS = '/api/subscriptions';

/**
 * In the order of detection: control planes since 3.8.18 use the first one (docs/design/admin-api.md §2, conclusion).
 */
export const DIALECTS: readonly DialectRow[] = [
  /**
   * The portal is a query parameter on every route: the dialect of control planes since 3.8.18
   * (docs/design/admin-api.md §2, B; docs/design/admin-api.md §15.32).
   */
  {
    name: 'query',
    scheme: 'api-key',
    authKeys: { key_auth: 'key-auth', basic_auth: 'basic-auth', dcr: 'dcr' },
    products: (portal_id) => ({ path: PRODUCTS, query: { portal_id } }),
    product: (portal_id, id) => ({ path: `${PRODUCTS}/${segment(id)}`, query: { portal_id } }),
    subscriptions: (portal_id, id) => [
      { path: `${PRODUCTS}/${segment(id)}/subscriptions`, query: { portal_id } },
      { path: SUBSCRIPTIONS, query: { portal_id, api_product_id: id } },
      { path: SUBSCRIPTIONS, query: { api_product_id: id } },
    ],
  },
  /**
   * The portal is a part of the path: the dialect that «Manage API Products» documents (docs/design/admin-api.md §2,
   * A).
   */
  {
    name: 'path',
    scheme: 'bearer',
    authKeys: { key_auth: 'key_auth', basic_auth: 'basic_auth', dcr: 'dcr' },
    products: (portalId) => ({ path: productsOf(portalId), query: {} }),
    product: (portalId, id) => ({ path: `${productsOf(portalId)}/${segment(id)}`, query: {} }),
    subscriptions: (portalId, id) => [
      { path: `${productsOf(portalId)}/${segment(id)}/subscriptions`, query: {} },
      { path: SUBSCRIPTIONS, query: { api_product_id: id } },
    ],
  },
];

/**
 * Encodes an id as one segment of a path.
 * @throws AdminError for an id that would change the path: servers and proxies resolve dots.
 */
export function segment(id: string): string {
  if (/^\.{0,2}$/.test(id) || id.length > 256)
    throw new AdminError('an id is empty, made of dots, or longer than 256 characters');
  return encodeURIComponent(id);
}

type Portal = Target['portal'];

/** `portal` is a name or an id. */
type Wanted = Pick<PortalSettings, 'dialect' | 'authScheme'> & { readonly portal: string };

interface Found {
  readonly client: Client;
  readonly dialect: DialectRow;
  readonly portal: Portal;
  /** All portals that the token can read. */
  readonly portals: readonly Portal[];
  /** Undefined if the server does not report it. */
  readonly version: string | undefined;
}

/** A dialect that returned no list. `at` is the list that failed. */
interface FailedAttempt {
  readonly dialect: DialectRow;
  readonly at: 'portals' | 'products';
  readonly error: AdminError;
  readonly client: Client;
}

/**
 * Finds the dialect of the server, the portal, and the server's version. Only a list of the portal's products on the
 * route of a dialect proves the dialect. The portal is known to exist, so a 404 concerns the route; 401, 403 and
 * outages prove nothing (docs/design/admin-api.md §15.1).
 * @throws AdminError if no dialect returns a list, with all attempts; the errors of failed requests.
 */
export async function findDialect(wanted: Wanted, clientFor: (scheme: AuthScheme) => Client): Promise<Found> {
  const rows = DIALECTS.filter(({ name }) => wanted.dialect === 'auto' || wanted.dialect === name);
  const failures: FailedAttempt[] = [];
  for (const dialect of rows) {
    const scheme = wanted.authScheme === 'auto' ? dialect.scheme : wanted.authScheme;
    const found = await tryDialect(dialect, clientFor(scheme), wanted.portal);
    if (!('error' in found)) return found;
    failures.push(found);
  }
  throw await noDialectError(failures);
}

/** Requests the server's version in parallel with the list, so that it adds no waiting time. */
async function tryDialect(
  dialect: DialectRow,
  client: Client,
  wanted: string,
): Promise<Found | FailedAttempt> {
  const rows = await listOrRefusal(() => readList(client, { path: '/api/portals', query: {} }));
  if (rows instanceof AdminError) return { dialect, at: 'portals', error: rows, client };
  const portals = rows.map(({ id, name }) => ({ id, name: typeof name === 'string' ? name : id }));
  const portal = pickPortal(portals, wanted, client.redact);
  const { path, query } = dialect.products(portal.id);
  const page = { method: 'GET', path, query: { ...query, page: 1, page_size: 1 } } as const;
  const [products, version] = await Promise.all([
    listOrRefusal(() => readPage(client, page)),
    serverVersion(client),
  ]);
  if (products instanceof AdminError) return { dialect, at: 'products', error: products, client };
  return { dialect, client, portal, portals, version };
}

/** The list, or the error if the server refuses. Throws for an outage, which proves nothing. */
async function listOrRefusal<List>(read: () => Promise<List>): Promise<List | AdminError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InvalidResponseError) return error;
    if (error instanceof AdminError && isRefusal(error.status)) return error;
    throw error;
  }
}

const BUSY: ReadonlySet<number> = new Set([408, 429]);
const isRefusal = (status = 0): boolean => status >= 400 && status < 500 && !BUSY.has(status);
const isDenied = ({ error }: FailedAttempt): boolean => error.status === 401 || error.status === 403;

async function noDialectError(failures: readonly FailedAttempt[]): Promise<AdminError> {
  const [first] = failures;
  if (first === undefined) return new AdminError('no dialect was tried');
  if (failures.every(isDenied)) return deniedError(failures, first);
  const noPortals = failures.find(({ at, error }) => at === 'portals' && error.status === 404);
  if (noPortals && failures.every(({ at }) => at === 'portals')) return noPortalsError(noPortals);
  return undecidedError(failures, first);
}

/** Prefers a 403 to a 401, since it shows that the server knows the token. */
function deniedError(failures: readonly FailedAttempt[], first: FailedAttempt): AdminError {
  const { error } = failures.find((failure) => failure.error.status === 403) ?? first;
  const sent = [...new Set(failures.map(({ client }) => client.credential.shown))];
  const hint =
    sent.length === 1 || error.status === 403
      ? error.hint
      : `The token was sent as ${sent.join(', then as ')}. Check --token or ADC_TOKEN, and --auth-scheme.`;
  return new AdminError(error.message, { status: error.status, words: error.words, hint });
}

/** Portals exist since 3.8.18; earlier versions have one portal, on other routes (docs/design/admin-api.md §15.33). */
async function noPortalsError({ error, client }: FailedAttempt): Promise<AdminError> {
  const version = await serverVersion(client);
  const old = version !== undefined && isOlderThan(version, [3, 8, 18]);
  const message = old
    ? `the server is version ${version}, and API7 supports several portals since 3.8.18`
    : `there is no list of portals: ${error.message}`;
  const hint = old
    ? 'Upgrade the control plane.'
    : 'Check that --server is the address of the dashboard (the Admin API), not of a gateway or a Developer Portal. Before 3.8.18, API7 has no such list.';
  return new AdminError(message, { status: error.status, words: error.words, hint });
}

function undecidedError(failures: readonly FailedAttempt[], first: FailedAttempt): AdminError {
  const tried = failures.map(({ dialect, error }) => `--dialect ${dialect.name}: ${error.message}`);
  const [only] = failures.length === 1 ? tried : [];
  const hints = new Set(failures.map(({ error }) => error.hint));
  return new AdminError(only ?? `neither dialect returns a list: ${tried.join('; ')}`, {
    status: first.error.status,
    words: first.error.words,
    hint:
      (hints.size === 1 ? first.error.hint : undefined) ??
      'Check that --server is the address of the dashboard (the Admin API), and check --dialect and --auth-scheme.',
  });
}

const MAX_NAMED = 10;

/**
 * The portal with this id, or else the one with exactly this name: the server's own search is not exact
 * (docs/design/admin-api.md §3, docs/design/contract.md §2).
 * @throws AdminError if there is none, with the nearest name; or several, with their ids.
 */
function pickPortal(portals: readonly Portal[], wanted: string, redact: Redact): Portal {
  const byId = portals.find(({ id }) => id === wanted);
  if (byId) return byId;
  const [first, ...others] = portals.filter(({ name }) => name === wanted);
  if (first === undefined) throw noSuchPortal(portals, wanted, redact);
  if (others.length === 0) return first;
  throw new AdminError(redact(`${others.length + 1} portals have the name "${wanted}"`), {
    hint: redact(
      `Pass one of their ids with --portal: ${[first, ...others].map(({ id }) => id).join(', ')}.`,
    ),
  });
}

function noSuchPortal(portals: readonly Portal[], wanted: string, redact: Redact): AdminError {
  const names = portals.map(({ name }) => name);
  const hint = redact(portalsHint(names, nearest(wanted, names)));
  return new AdminError(redact(`there is no portal "${wanted}"`), { hint });
}

function portalsHint(names: readonly string[], near: string | undefined): string {
  if (names.length === 0)
    return 'This token can read no portal. Create one in the dashboard, or ask for the permission.';
  if (near !== undefined) return `Did you mean "${near}"?`;
  const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : '';
  const shown = names.slice(0, MAX_NAMED).map((name) => `"${name}"`);
  return `There are: ${shown.join(', ')}${more}.`;
}

/**
 * The version from `GET /api/version`, printable; undefined if the response is not readable (docs/design/admin-api.md
 * §12).
 */
async function serverVersion(client: Client): Promise<string | undefined> {
  const value = await readValueOnce(client, '/api/version');
  return typeof value === 'string' ? client.redact(value).slice(0, 50) : undefined;
}

/** Reads an optional value, without retries: undefined for every failure except an interruption. */
export async function readValueOnce(client: Client, path: string): Promise<Json | undefined> {
  const response = await client.send({ method: 'GET', path, once: true }).catch(unlessInterrupted);
  return isObject(response?.body) ? response.body.value : undefined;
}

/** Whether a version is lower than another version of three numbers; false for builds such as `dev`. */
export function isOlderThan(version: string, than: readonly [number, number, number]): boolean {
  const [, major, minor, patch = '0'] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  const parts = [major, minor, patch].map(Number);
  const at = parts.findIndex((part, index) => part !== than[index]);
  return at >= 0 && (parts[at] ?? 0) < (than[at] ?? 0);
}
