import { isObject } from '../json/value.ts';
import type { Json, JsonObject } from '../model/product.ts';
import { applicationsOf, developerOf, documentedList, type PortalCall } from './backend-products.ts';
import { BY_TIME, type ListedAs } from './list-answer.ts';
import { listOf, oneOf, ownRow, readObject, refuse, text } from './refusal.ts';
import { bodyOf, param, route, type Answer, type Route } from './route.ts';
import { showDcrProvider, showNamed, shownTimes } from './show.ts';
import { addDeveloper, putApplication, readDescription } from './subscription-rules.ts';
import { removeApplication, removeDeveloper } from './subscription-rules.ts';
import type { Application, Credential, CredentialType, Developer, World } from './world.ts';

const GONE: Answer = { status: 204 };

/** The routes of the Developer Portal backend for developers, applications and credentials. */
export const PEOPLE_ROUTES: readonly Route<PortalCall>[] = [
  route('GET', '/api/developers', listDevelopers),
  route('POST', '/api/developers', createDeveloper),
  route('DELETE', '/api/developers/:id', (call) => {
    const developer = ownRow(developersOf(call), 'developer', param(call, 'id'));
    call.store.change((world) => removeDeveloper(world, developer));
    return GONE;
  }),
  route('GET', '/api/applications', listApplications),
  route('POST', '/api/applications', (call) => {
    const developer = developerOf(call);
    const row = call.store.change((world) => putApplication(world, bodyOf(call), developer));
    return { status: 201, body: showApplication(row, call) };
  }),
  route('GET', '/api/applications/api_calls', listApiCalls),
  route('GET', '/api/applications/:id', (call) => ({
    status: 200,
    body: showApplication(applicationOf(call), call),
  })),
  route('PUT', '/api/applications/:id', (call) => {
    const before = applicationOf(call);
    const row = call.store.change((world) => putApplication(world, bodyOf(call), developerOf(call), before));
    return { status: 200, body: showApplication(row, call) };
  }),
  route('DELETE', '/api/applications/:id', (call) => {
    const application = applicationOf(call);
    call.store.change((world) => removeApplication(world, application));
    return GONE;
  }),
  route('GET', '/api/applications/:id/credentials', (call) =>
    documentedList(call, credentialsOf(call, [applicationOf(call)]), listedCredentials(call)),
  ),
  route('POST', '/api/applications/:id/credentials', (call) => {
    const application = applicationOf(call);
    const issued = call.store.change((world) => createCredential(world, application, bodyOf(call)));
    return { status: 201, body: showCredential(issued.credential, call, issued.secret) };
  }),
  route('GET', '/api/applications/:id/credentials/:credential', (call) => ({
    status: 200,
    body: showCredential(credentialOf(call), call),
  })),
  route('PUT', '/api/applications/:id/credentials/:credential', (call) => {
    const before = credentialOf(call);
    const row = call.store.change((world) => updateCredential(world, before, bodyOf(call)));
    return { status: 200, body: showCredential(row, call) };
  }),
  route('DELETE', '/api/applications/:id/credentials/:credential', (call) => {
    const credential = credentialOf(call);
    call.store.change((world) => world.tables.credentials.remove(credential));
    return GONE;
  }),
  route('PUT', '/api/applications/:id/credentials/:credential/regenerate', (call) => {
    const before = credentialOf(call);
    const issued = call.store.change((world) => regenerateCredential(world, before, bodyOf(call)));
    return { status: 200, body: showCredential(issued.credential, call, issued.secret) };
  }),
  route('GET', '/api/credentials', listAllCredentials),
  route('GET', '/api/dcr_providers', (call) =>
    documentedList(call, call.store.tables.dcr_providers.all(), {
      show: (row) => showProvider(showDcrProvider(row, call.switches)),
      name: (row) => row.name,
    }),
  ),
];

function developersOf({ store, portal }: PortalCall): readonly Developer[] {
  return store.tables.developers.filter((row) => row.portal_id === portal.id);
}

function showDeveloper(row: Developer, { switches }: PortalCall): JsonObject {
  return { ...shownTimes(row, switches), id: row.id, name: row.name };
}

/** The developers of the portal. Their last activity is the time of their row: the emulator has no logins. */
function listDevelopers(call: PortalCall): Answer {
  return documentedList(call, developersOf(call), {
    show: (row) => showDeveloper(row, call),
    name: (row) => row.name,
    orders: { last_active_at: BY_TIME.updated_at, created_at: BY_TIME.created_at },
  });
}

function createDeveloper(call: PortalCall): Answer {
  const { developer_id: id } = bodyOf(call);
  if (typeof id !== 'string') return refuse('developer_id must be a string');
  const developer = call.store.change((world) => addDeveloper(world, call.portal, id));
  return { status: 201, body: showDeveloper(developer, call) };
}

function showApplication(row: Application, { switches }: PortalCall): JsonObject {
  return { ...showNamed(row, switches), desc: row.desc ?? '' };
}

function applicationOf(call: PortalCall): Application {
  return ownRow(applicationsOf(call), 'application', param(call, 'id'));
}

/** With the parameter `api_product_id`, each row has the status of its subscription to that product. */
function listApplications(call: PortalCall): Answer {
  const product = call.query.get('api_product_id');
  const statusOf = ({ id }: Application): string =>
    call.store.subscriptions.find((row) => row.application_id === id && row.api_product_id === product)
      ?.status ?? 'unsubscribed';
  return documentedList(call, applicationsOf(call), {
    show: (row) => ({
      ...showApplication(row, call),
      ...(product !== null && { subscription_status: statusOf(row) }),
    }),
    name: (row) => row.name,
    labels: (row) => row.labels,
    documented: ['api_product_id'],
  });
}

/** The statistics are empty, because no requests pass through a gateway. */
function listApiCalls({ query }: PortalCall): Answer {
  for (const name of ['start_at', 'end_at'])
    if (!/^\d+$/.test(query.get(name) ?? '')) refuse(`${name} must be a whole number`);
  return { status: 200, body: { list: [], total: 0 } };
}

/** @param secret only for the response that issues it (docs/design/admin-api.md §7.1). */
function showCredential(row: Credential, call: PortalCall, secret: JsonObject = {}): JsonObject {
  const { applications, dcr_providers: providers } = call.store.tables;
  const provider = providers.find(({ id }) => id === row.options['dcr_provider_id']);
  const { name, ...common } = showNamed(row, call.switches);
  return {
    ...common,
    ...(row.type !== 'oauth' && { name: name ?? '' }),
    application_id: row.application_id,
    application_name: applications.get(row.application_id)?.name ?? '',
    desc: row.desc ?? '',
    type: row.type,
    [row.type]: {
      ...row.options,
      ...(provider && { dcr_provider: showProvider(showDcrProvider(provider, call.switches)) }),
      ...secret,
    },
  };
}

function listedCredentials(call: PortalCall): ListedAs<Credential> {
  const type = { of: (row: Credential) => row.type, oneOf: CREDENTIAL_TYPES };
  return {
    show: (row) => showCredential(row, call),
    name: (row) => row.name,
    labels: (row) => row.labels,
    filters: { auth_method: type, plugin_name: type },
    orders: { ...BY_TIME, name: (row) => row.name },
  };
}

function credentialsOf(call: PortalCall, applications: readonly Application[]): readonly Credential[] {
  const ids = new Set(applications.map((row) => row.id));
  return call.store.tables.credentials.filter((row) => ids.has(row.application_id));
}

/** The credentials of all applications of the developer. */
function listAllCredentials(call: PortalCall): Answer {
  const listed = listedCredentials(call);
  const application_id = { of: (row: Credential) => row.application_id };
  return documentedList(call, credentialsOf(call, applicationsOf(call)), {
    ...listed,
    filters: { ...listed.filters, application_id },
  });
}

function credentialOf(call: PortalCall): Credential {
  return ownRow(credentialsOf(call, [applicationOf(call)]), 'credential', param(call, 'credential'));
}

/** The part of a DCR provider that a portal's site reads (docs/design/admin-api.md §9). */
function showProvider({ id = '', name = '', issuer = '', provider_type = '' }: JsonObject): JsonObject {
  return { id, name, issuer, provider_type };
}

/** A credential with its secret, which only the response that issues it contains. */
interface Issued {
  readonly credential: Credential;
  readonly secret: JsonObject;
}

/** The documented properties of each type: the auth type of its products, and whether the credential has a name. */
const TYPES = {
  'key-auth': { auth: 'key_auth', isNamed: true },
  'basic-auth': { auth: 'basic_auth', isNamed: true },
  oauth: { auth: 'dcr', isNamed: false },
} as const;
const CREDENTIAL_TYPES = Object.keys(TYPES) as readonly CredentialType[];

/**
 * Creates a credential. The application needs an active subscription to a product that accepts the type
 * (docs/design/admin-api.md §7.1).
 * @throws Refusal, before any change.
 */
function createCredential(world: World, application: Application, body: JsonObject): Issued {
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

/** Changes name, description and labels, and the redirect URIs of OAuth. */
function updateCredential(world: World, before: Credential, body: JsonObject): Credential {
  const keys = before.type === 'oauth' ? ['desc', 'labels', 'oauth'] : ['name', 'desc', 'labels'];
  checkBody(before, body, keys);
  const given = readDescription(body);
  if (TYPES[before.type].isNamed && given.name === undefined) refuse('name is required');
  const oauth = before.type === 'oauth' ? readRedirects(readObject(body['oauth'], 'oauth')) : {};
  const options = { ...before.options, ...oauth };
  return world.tables.credentials.put({ ...before, ...given, options, updated_at: world.tick() });
}

/** Issues a new secret for the credential. */
function regenerateCredential(world: World, before: Credential, body: JsonObject): Issued {
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

/** The content of a new credential: the options, which every response contains, and the secret. */
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
