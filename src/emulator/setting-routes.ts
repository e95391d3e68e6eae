import { serviceKey, type JsonObject } from '../model/product.ts';
import { listAnswer } from './list-answer.ts';
import { found, listOf, ownRow, readLabels, readObject, refuse, text } from './refusal.ts';
import { bodyOf, ifServed, param, route, valueAnswer, type Answer, type Call, type Route } from './route.ts';
import {
  showDcrProvider,
  showDeveloper,
  showGatewayGroup,
  showPortal,
  showService,
  shownTimes,
} from './show.ts';
import { addDeveloper, removeDeveloper } from './subscription-rules.ts';
import type { Switches } from './switches.ts';
import type { KeptObject, Portal, Row, Service, Table, TableName } from './world.ts';

/** Routes for objects around products, as the clients of API7 create and delete them (docs/design/admin-api.md §16.2). */
export const SETTING_ROUTES: readonly Route[] = [
  ...ifServed(({ portals }) => portals === 'on', [route('POST', '/api/portals', createPortal)]),
  route('POST', '/api/portal/tokens', createToken),
  route('PUT', '/api/portal/system_settings/public_access', putPublicAccess),
  route('POST', '/api/developers/invites', inviteDeveloper, 'query'),
  route('DELETE', '/api/developers/:id', deleteDeveloper),
  route('POST', '/api/gateway_groups', createGatewayGroup),
  route('DELETE', '/api/gateway_groups/:id', deleteGatewayGroup),
  route('POST', '/api/dcr_providers', createDcrProvider),
  route('DELETE', '/api/dcr_providers/:id', deleteDcrProvider),
  route('POST', '/apisix/admin/services', createService),
  route('DELETE', '/apisix/admin/services/:id', deleteService),
  ...keptObjects('/apisix/admin/routes'),
  ...keptObjects('/apisix/admin/ssls'),
  ...keptObjects('/api/portal/login_options'),
  route('PUT', '/api/license', acceptSettings),
  route('PUT', '/api/password', acceptSettings),
  route('PUT', '/api/system_settings', acceptSettings),
];

/** The portal of the query parameter `portal_id`. */
export function portalParameter(call: Call): Portal {
  const id = call.query.get('portal_id') ?? refuse('portal_id is required');
  return found(call.store.tables.portals.get(id), 'portal', id);
}

/** Id of the existing gateway group of the query parameter `gateway_group_id`. */
export function groupParameter({ query, store }: Call): string {
  const id = query.get('gateway_group_id') ?? refuse('gateway_group_id is required');
  return found(store.tables.gateway_groups.get(id), 'gateway group', id).id;
}

export function serviceOf(call: Call, gateway_group_id: string): Service {
  const service_id = param(call, 'id');
  const key = serviceKey({ gateway_group_id, service_id });
  return found(call.store.tables.services.get(key), 'service', service_id);
}

/** The common columns of a new row, with name and labels from the body. */
function newNamed(call: Call, table: TableName, longest = 100) {
  const { name = null, labels = {} } = bodyOf(call);
  const given = { name: text(1, longest)(name, 'name'), labels: readLabels(labels, 'labels') };
  return { ...call.store.change((world) => world.newRow(table)), ...given };
}

function optionalText(call: Call, key: string): string | undefined {
  const value = bodyOf(call)[key];
  return value === undefined ? undefined : text(0, 65_536)(value, key);
}

function added<Item extends Row>(
  call: Call,
  table: Table<Item>,
  row: Item,
  show: (row: Item, switches: Switches) => JsonObject,
): Answer {
  call.store.change(() => table.put(row));
  return valueAnswer(show(row, call.switches));
}

function removed<Item extends Row>(call: Call, table: Table<Item>, row: Item): Answer {
  call.store.change(() => table.remove(row));
  return { status: 200 };
}

/** Older clients send the public URL as `domain` (docs/design/admin-api.md §3). */
function createPortal(call: Call): Answer {
  const public_url = optionalText(call, 'public_url') ?? optionalText(call, 'domain');
  const row = newNamed(call, 'portals');
  const portal = { ...row, token: `a7prt-${row.id}`, ...(public_url !== undefined && { public_url }) };
  return added(call, call.store.tables.portals, portal, showPortal);
}

/** Only this response contains the token. */
function createToken(call: Call): Answer {
  const portal_id = portalParameter(call).id;
  const { labels: _, name, ...row } = newNamed(call, 'portal_tokens');
  return added(
    call,
    call.store.tables.portal_tokens,
    { ...row, portal_id, token: `a7prt-${row.id}` },
    ({ id, token }, switches) => ({ ...shownTimes(row, switches), id, name, token }),
  );
}

function putPublicAccess(call: Call): Answer {
  const portal = portalParameter(call);
  const { portal_public_access: isPublic } = bodyOf(call);
  if (typeof isPublic !== 'boolean') return refuse('portal_public_access must be a boolean');
  const show = (): JsonObject => ({ portal_public_access: isPublic });
  return added(call, call.store.tables.portals, { ...portal, public_access: isPublic }, show);
}

/** Creates the invited developer immediately; the emulator sends no mail. */
function inviteDeveloper(call: Call): Answer {
  const portal = portalParameter(call);
  const username = text(1, 100)(bodyOf(call)['username'] ?? null, 'username');
  const developer = call.store.change((world) =>
    addDeveloper(world, portal, world.newRow('developers').id, username),
  );
  return valueAnswer(showDeveloper(developer, call.switches));
}

function deleteDeveloper(call: Call): Answer {
  const developer = ownRow(call.store.tables.developers.all(), 'developer', param(call, 'id'));
  call.store.change((world) => removeDeveloper(world, developer));
  return { status: 200 };
}

function createGatewayGroup(call: Call): Answer {
  return added(call, call.store.tables.gateway_groups, newNamed(call, 'gateway_groups'), showGatewayGroup);
}

function deleteGatewayGroup(call: Call): Answer {
  const { gateway_groups: groups, services } = call.store.tables;
  const group = ownRow(groups.all(), 'gateway group', param(call, 'id'));
  const service = services.find((row) => row.gateway_group_id === group.id);
  if (service !== undefined) refuse(`the gateway group has the service ${service.name}`);
  return removed(call, groups, group);
}

/** Does not store the headers of the provider, which contain a secret (docs/design/admin-api.md §9). */
function createDcrProvider(call: Call): Answer {
  const [issuer = '', provider_type] = [optionalText(call, 'issuer'), optionalText(call, 'provider_type')];
  const row = { ...newNamed(call, 'dcr_providers'), issuer, ...(provider_type && { provider_type }) };
  return added(call, call.store.tables.dcr_providers, row, showDcrProvider);
}

function deleteDcrProvider(call: Call): Answer {
  const { api_products: products, dcr_providers: providers } = call.store.tables;
  const provider = ownRow(providers.all(), 'DCR provider', param(call, 'id'));
  const user = products.find(({ fields }) => fields.auth?.dcr?.dcr_provider_id === provider.id);
  if (user !== undefined) refuse(`the API product ${user.fields.name} uses the DCR provider`);
  return removed(call, providers, provider);
}

function createService(call: Call): Answer {
  const gateway_group_id = groupParameter(call);
  const { hosts = [], plugins = {} } = bodyOf(call);
  const given = { hosts: listOf(text(1, 256))(hosts, 'hosts'), plugins: readObject(plugins, 'plugins') };
  const row = { ...newNamed(call, 'services', 65_536), gateway_group_id, ...given };
  return added(call, call.store.tables.services, row, showService);
}

function deleteService(call: Call): Answer {
  const { api_products: products, services } = call.store.tables;
  const service = serviceOf(call, groupParameter(call));
  const holder = products.holderOf(serviceKey({ ...service, service_id: service.id }));
  if (holder !== undefined) refuse(`the service is linked to the API product ${holder.fields.name}`);
  return removed(call, services, service);
}

/** Routes for objects that are stored and listed without effect: the emulator has no gateway and no login page. */
function keptObjects(path: string): readonly Route[] {
  const show = ({ id, body, ...row }: KeptObject, switches: Switches): JsonObject => ({
    ...body,
    ...shownTimes({ id, ...row }, switches),
    id,
  });
  const own = ({ store }: Call): readonly KeptObject[] =>
    store.tables.kept_objects.filter((row) => row.path === path);
  return [
    route('GET', path, (call) => listAnswer(call, own(call), { show: (row) => show(row, call.switches) })),
    route('POST', path, (call) => {
      const body = bodyOf(call);
      const row = { ...call.store.change((world) => world.newRow('kept_objects')), path, body };
      return added(call, call.store.tables.kept_objects, row, show);
    }),
    route('DELETE', `${path}/:id`, (call) =>
      removed(call, call.store.tables.kept_objects, ownRow(own(call), path, param(call, 'id'))),
    ),
  ];
}

/** Accepts settings of the installation (license, password, addresses), which have no effect. */
function acceptSettings(call: Call): Answer {
  bodyOf(call);
  return valueAnswer({});
}
