import { isObject } from '../json/value.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { listOf, oneOf, readLabels, readObject, text } from './product-fields.ts';
import { found, refuse } from './refusal.ts';
import type { Application, Credential, CredentialType, Developer, Portal } from './rows.ts';
import { cancelSubscription } from './subscription-rules.ts';
import type { World } from './world.ts';

/** A developer of a portal; the caller chooses the id (docs/design/admin-api.md §16.1). */
export function addDeveloper(world: World, portal: Portal, id: string, name = id): Developer {
  if (!/^[\w.-]{1,256}$/.test(id)) refuse('developer_id must have 1 to 256 letters, digits, ".", "-" or "_"');
  if (world.tables.developers.get(id) !== undefined) refuse(`the developer ${id} exists already`);
  const row = world.newRow('developers', id);
  return world.tables.developers.put({ ...row, name, labels: {}, portal_id: portal.id });
}

/** With the applications go their credentials and subscriptions (docs/design/admin-api.md §7.5). */
export function removeDeveloper(world: World, developer: Developer): void {
  const { applications, developers } = world.tables;
  const own = applications.filter((row) => row.developer_id === developer.id);
  for (const application of own) removeApplication(world, application);
  developers.remove(developer);
  world.tick();
}

/** @param before undefined: the application is new, and needs a name. */
export function putApplication(
  world: World,
  body: JsonObject,
  developer: Developer,
  before?: Application,
): Application {
  const { name = before?.name ?? refuse('name is required'), ...given } = readDescription(body);
  const { desc, labels } = { desc: '', labels: {}, ...before, ...given };
  const row = before ? { ...before, updated_at: world.tick() } : world.newRow('applications');
  return world.tables.applications.put({ ...row, name, desc, labels, developer_id: developer.id });
}

export function removeApplication(world: World, application: Application): void {
  const { applications, credentials, subscriptions } = world.tables;
  const isOwn = (row: { readonly application_id: string }): boolean => row.application_id === application.id;
  for (const row of subscriptions.filter(isOwn)) cancelSubscription(world, row);
  for (const row of credentials.filter(isOwn)) credentials.remove(row);
  applications.remove(application);
  world.tick();
}

function readDescription(body: JsonObject) {
  const { name, desc, labels } = body;
  return {
    ...(name !== undefined && { name: text(1, 100)(name, 'name') }),
    ...(desc !== undefined && { desc: text(0, 65_536)(desc, 'desc') }),
    ...(labels !== undefined && { labels: readLabels(labels, 'labels') }),
  };
}

/** A credential, and the secret that no later response has. */
interface Issued {
  readonly credential: Credential;
  readonly secret: JsonObject;
}

/** What the documentation says of each type: the auth of products that it is for, and whether it has a name. */
const TYPES = {
  'key-auth': { auth: 'key_auth', isNamed: true },
  'basic-auth': { auth: 'basic_auth', isNamed: true },
  oauth: { auth: 'dcr', isNamed: false },
} as const;
export const CREDENTIAL_TYPES = Object.keys(TYPES) as readonly CredentialType[];

/**
 * A new credential, which needs an active subscription to a product that takes its type (docs/design/admin-api.md §7.1).
 * @throws Refusal, before anything has changed.
 */
export function createCredential(world: World, application: Application, body: JsonObject): Issued {
  const type = readType(body);
  const { name, desc = '', labels = {} } = readDescription(body);
  if (TYPES[type].isNamed && name === undefined) refuse('name is required');
  const { options, secret } = issue(world, type, body[type]);
  if (!isUsable(world, application, type, options))
    refuse(`the application has no subscription to an API product with ${type} credentials`);
  const row = world.newRow('credentials');
  const own = { application_id: application.id, type, name: name ?? '', desc, labels };
  const shown = type === 'oauth' ? { ...options, client_id: row.id } : options;
  return { credential: world.tables.credentials.put({ ...row, ...own, options: shown }), secret };
}

/** Changes name, description, labels, and the redirect addresses of OAuth. */
export function updateCredential(world: World, before: Credential, body: JsonObject): Credential {
  const keys = before.type === 'oauth' ? ['desc', 'labels', 'oauth'] : ['name', 'desc', 'labels'];
  checkBody(before, body, keys);
  const given = readDescription(body);
  if (TYPES[before.type].isNamed && given.name === undefined) refuse('name is required');
  const oauth = before.type === 'oauth' ? readRedirects(readObject(body['oauth'], 'oauth')) : {};
  const options = { ...before.options, ...oauth };
  return world.tables.credentials.put({ ...before, ...given, options, updated_at: world.tick() });
}

/** Gives the credential another secret. */
export function regenerateCredential(world: World, before: Credential, body: JsonObject): Issued {
  checkBody(before, body, before.type === 'oauth' ? [] : [before.type]);
  const given = before.type === 'oauth' ? before.options : body[before.type];
  const { options, secret } = issue(world, before.type, given);
  const row = { ...before, options: { ...before.options, ...options }, updated_at: world.tick() };
  return { credential: world.tables.credentials.put(row), secret };
}

function readType(body: JsonObject): CredentialType {
  return oneOf(...CREDENTIAL_TYPES)(body['type'] ?? null, 'type');
}

function checkBody(before: Credential, body: JsonObject, keys: readonly string[]): void {
  if (readType(body) !== before.type) refuse('type cannot be changed');
  const unknown = Object.keys(body).find((key) => key !== 'type' && !keys.includes(key));
  if (unknown !== undefined) refuse(`property "${unknown}" is not allowed`);
}

/** What a credential of the type holds: the part that every response shows, and the secret. */
function issue(
  world: World,
  type: CredentialType,
  given: Json | undefined,
): { readonly options: JsonObject; readonly secret: JsonObject } {
  const made = `${type}-${world.now + 1}`;
  if (type === 'key-auth') {
    if (isObject(given) && Object.keys(given).length > 0) refuse('key-auth must be empty');
    return { options: {}, secret: { key: made } };
  }
  const options = readObject(given, type);
  if (type === 'oauth') {
    const id = text(1, 256)(options['dcr_provider_id'] ?? null, 'oauth.dcr_provider_id');
    if (world.tables.dcr_providers.get(id) === undefined) refuse(`DCR provider ${id} not found`);
    return { options: { dcr_provider_id: id, ...readRedirects(options) }, secret: { client_secret: made } };
  }
  const [username, password] = (['username', 'password'] as const).map((key) =>
    text(1, 65_536)(options[key] ?? null, `basic-auth.${key}`),
  );
  return { options: { username: username ?? '' }, secret: { password: password ?? '' } };
}

function readRedirects(oauth: JsonObject): JsonObject {
  const { redirect_uris: uris } = oauth;
  return uris === undefined ? {} : { redirect_uris: listOf(text(1, 65_536))(uris, 'oauth.redirect_uris') };
}

function isUsable(world: World, { id }: Application, type: CredentialType, options: JsonObject): boolean {
  const { api_products: products, subscriptions } = world.tables;
  return subscriptions.all().some((row) => {
    if (row.application_id !== id || row.status !== 'subscribed') return false;
    const auth = products.get(row.api_product_id)?.fields.auth ?? {};
    if (type === 'oauth') return auth.dcr?.dcr_provider_id === options['dcr_provider_id'];
    return auth[TYPES[type].auth] !== undefined;
  });
}

/** The row of a table, if it is one of those that the caller may see. */
export function ownRow<Row extends { readonly id: string }>(
  rows: readonly Row[],
  what: string,
  id: string,
): Row {
  return found(
    rows.find((row) => row.id === id),
    what,
    id,
  );
}
