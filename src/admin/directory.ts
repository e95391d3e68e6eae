import { valueAt } from '../json/value.ts';
import type { ServiceHolder } from '../model/admin.ts';
import {
  enabledPlugins,
  type ContactPoint,
  type Directory,
  type Named,
  type References,
  type Service,
} from '../model/directory.ts';
import { AdminError } from '../model/errors.ts';
import type { CompactProduct, LiveProduct } from '../model/live.ts';
import { type Json, type Link, serviceKey } from '../model/product.ts';
import { unlessInterrupted, unlessStatus, type Client } from './client.ts';
import { segment } from './dialects.ts';
import { readList, type Row } from './paging.ts';
import { readPortal } from './read-products.ts';
import type { Session } from './session.ts';

type Wanted = References[keyof References];

/**
 * Reads the resources that the files refer to, and no others. Lists are read completely, since the server's search is
 * not exact (docs/design/admin-api.md §8 to §10). The routes are the same in both dialects.
 */
export async function readDirectory(
  session: Session,
  references: References,
  known?: Directory,
): Promise<Directory> {
  const [gateways, dcrProviders, contactPoints] = await Promise.all([
    readGateways(session, references.gatewayGroups, known),
    readIf(references.dcrProviders, async () => readNamed(session, '/api/dcr_providers')),
    readContactPoints(session, references.contactPoints),
  ]);
  if (known !== undefined) return { ...known, ...gateways };
  return { ...gateways, dcrProviders: dcrProviders.map(named), contactPoints };
}

type Gateways = Pick<Directory, 'gatewayGroups' | 'services'>;

async function readGateways(session: Session, wanted: Wanted, known?: Gateways): Promise<Gateways> {
  const { gatewayGroups: groups = [], services: read = new Map<string, never>() } = known ?? {};
  const rows =
    groups.length > 0 ? groups : await readIf(wanted, async () => readNamed(session, '/api/gateway_groups'));
  const gatewayGroups = rows.map(named);
  const referred = gatewayGroups.filter(({ id, name }) => wanted.ids.has(id) || wanted.names.has(name));
  const services = await Promise.all(
    referred
      .filter(({ id }) => !read.has(id))
      .map(async ({ id }) => [id, await readServices(session, id)] as const),
  );
  return { gatewayGroups, services: new Map([...read, ...services]) };
}

async function readServices(session: Session, groupId: string): Promise<readonly Service[]> {
  const query = { gateway_group_id: groupId };
  const rows = await readList(session.client, { path: '/apisix/admin/services', query });
  return rows.map((row) => serviceOf(row, groupId));
}

/** Without spread syntax: V8 would create a hidden class for each of thousands of objects. */
function serviceOf(row: Row, gateway_group_id: string): Service {
  const { id, name } = named(row);
  const service = {
    id,
    name,
    gateway_group_id,
    hosts: texts(row.hosts),
    plugins: enabledPlugins(row.plugins),
  };
  // In this list, `service_id` is the template's id, and `id` is what products link (docs/design/admin-api.md §8).
  const { service_id: template } = row;
  return typeof template === 'string' && template !== '' ? { ...service, template_id: template } : service;
}

/** Undefined if the server has no such list: the route is undocumented (docs/design/admin-api.md §10, §15.29). */
async function readContactPoints(
  session: Session,
  wanted: Wanted,
): Promise<readonly ContactPoint[] | undefined> {
  // Ids need no list, so a token without the permission to read it suffices.
  const refusals = wanted.names.size === 0 ? [403, 404] : [404];
  const read = readIf(wanted, async () => readNamed(session, '/api/contact_points'));
  const rows = await read.catch(unlessStatus(...refusals));
  return rows?.map((row) => ({
    ...named(row),
    ...(typeof row.type === 'string' ? { type: row.type } : {}),
  }));
}

async function readIf(wanted: Wanted, read: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  return wanted.names.size + wanted.ids.size === 0 ? [] : read();
}

async function readNamed(session: Session, path: string): Promise<readonly Row[]> {
  return readList(session.client, { path, query: {} });
}

/** Drops the other fields of a row: rows of DCR providers contain secrets. */
function named({ id, name }: Row | Named): Named {
  return { id, name: typeof name === 'string' ? name : id };
}

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/**
 * The OpenAPI document of a gateway service, '' if it has none. Undefined if the server does not return it: only the
 * write is documented (docs/design/admin-api.md §8), so no status code proves that there is no document.
 */
export async function readOpenapi(
  { client }: Session,
  { gateway_group_id: group, service_id: service }: Pick<Link, 'gateway_group_id' | 'service_id'>,
): Promise<string | undefined> {
  const path = `/api/gateway_groups/${segment(group)}/services/${segment(service)}/oas`;
  const response = await client.send({ method: 'GET', path }).catch(unlessStatus(403, 404, 405));
  const text = valueAt(response?.body, ['value', 'raw_openapi']);
  return text === null ? '' : typeof text === 'string' ? text : undefined;
}

/** Maximum number of requests to other portals (docs/design/contract.md §12). */
const MAX_READS = 500;

/**
 * Products of other portals that link one of the services, by serviceKey(). Skips portals that cannot be read, and
 * products beyond the limit of requests: the result can show a conflict, but not exclude one.
 */
export async function findHolders(
  session: Session,
  services: ReadonlySet<string>,
): Promise<readonly ServiceHolder[]> {
  const found: ServiceHolder[] = [];
  const client = withRequestLimit(session.client);
  for (const portal of session.portals) {
    if (portal.id === session.target.portal.id) continue;
    const otherSession = { ...session, client, target: { ...session.target, portal } };
    const keep = ({ id, type, fields, unreadable }: LiveProduct): CompactProduct => {
      const { name, linked_gateway_services: links } = fields;
      for (const service of links.map(serviceKey))
        if (services.has(service)) found.push({ service, product: name, portal: portal.name });
      return { id, type, unreadable, fields: { ...fields, raw_openapi: '' } };
    };
    await readPortal(otherSession, { mayUseRows: true, keep }).catch(unlessInterrupted);
  }
  return found;
}

function withRequestLimit(client: Client): Client {
  let sent = 0;
  const sendFor: Client['sendFor'] = async (request, use) => {
    sent += 1;
    if (sent > MAX_READS) throw new AdminError('too many requests to other portals');
    return client.sendFor(request, use);
  };
  return {
    credential: client.credential,
    redact: client.redact,
    invalidResponse: (request, what) => client.invalidResponse(request, what),
    send: async (request) => sendFor(request, (response) => response),
    sendFor,
  };
}
