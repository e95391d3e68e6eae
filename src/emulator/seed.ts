import type { ErrorObject } from 'ajv';
import { validate } from '../generated/validate-seed.mjs';
import { pointerPath } from '../json/value.ts';
import { nearest } from '../lib/nearest.ts';
import { messageOf } from '../model/errors.ts';
import { serviceKey, type JsonObject, type Labels } from '../model/product.ts';
import { underscoredBody } from './product-fields.ts';
import { createProduct } from './product-writes.ts';
import { decideApproval, subscribe } from './subscription-rules.ts';
import {
  namedIn,
  type ContactPointType,
  type NamedRow,
  type SubscriptionStatus,
  type Table,
  type TableName,
  type World,
} from './world.ts';

interface SeedItem {
  /** Default: a generated id, the same at each start. */
  readonly id?: string;
  readonly name: string;
  readonly labels?: Labels;
}

interface SeedService extends SeedItem {
  /** Name or id, like all references of a seed. */
  readonly gateway_group: string;
  readonly hosts?: readonly string[];
  readonly plugins?: JsonObject;
  /** The same for all services that were published from one template. */
  readonly template_id?: string;
  /** Text of the OpenAPI document. */
  readonly openapi?: string;
}

interface SeedSubscription {
  readonly application: string;
  readonly api_product: string;
  readonly status?: SubscriptionStatus;
}

/** The body of a POST, with either spelling of auth types, and the portal of the product. */
export type SeedProduct = JsonObject & { readonly portal: string; readonly id?: string };

/** The initial data of the embedded Admin API, as plain JSON (schemas/seed.schema.json). */
export interface Seed {
  readonly portals?: readonly (SeedItem & { readonly token?: string })[];
  readonly gateway_groups?: readonly SeedItem[];
  readonly services?: readonly SeedService[];
  readonly dcr_providers?: readonly (SeedItem & { readonly issuer?: string })[];
  readonly contact_points?: readonly (SeedItem & { readonly type: ContactPointType })[];
  readonly api_products?: readonly SeedProduct[];
  readonly developers?: readonly (SeedItem & { readonly portal: string })[];
  readonly applications?: readonly (SeedItem & { readonly developer: string })[];
  readonly subscriptions?: readonly SeedSubscription[];
}

/** Two portals, two gateway groups that have services of the same name, and no products. */
export function defaultSeed(): Seed {
  return {
    portals: [
      { id: '90000000-0000-4000-8000-000000000001', name: 'default', token: 'a7prt-dev' },
      { id: '90000000-0000-4000-8000-000000000002', name: 'default-partners', token: 'a7prt-partners' },
    ],
    gateway_groups: [
      { id: 'default', name: 'default' },
      { id: '66000000-0000-4000-8000-000000000002', name: 'default-2' },
    ],
    services: [...services('default', 1), ...services('default-2', 101)],
    dcr_providers: [
      {
        id: 'dc000000-0000-4000-8000-000000000001',
        name: 'keycloak',
        issuer: 'https://keycloak.example.com/realms/portal',
      },
    ],
    contact_points: [
      { id: 'c0000000-0000-4000-8000-000000000001', name: 'api-team', type: 'email' },
      { id: 'c0000000-0000-4000-8000-000000000002', name: 'ops-webhook', type: 'webhook' },
    ],
    developers: [{ id: 'de000000-0000-4000-8000-000000000001', name: 'dora', portal: 'default' }],
    applications: [
      { id: 'ab000000-0000-4000-8000-000000000001', name: 'shop', developer: 'dora' },
      { id: 'ab000000-0000-4000-8000-000000000002', name: 'mobile', developer: 'dora' },
    ],
  };
}

/** The number of errors of a file that its message lists. */
const MAX_ERRORS = 10;

/**
 * Reads the text of a seed file.
 * @throws Error that lists the first violations of schemas/seed.schema.json. References are checked by plantSeed().
 */
export function parseSeed(text: string): Seed {
  const seed: unknown = parseJson(text);
  if (validate(seed)) return seed as Seed;
  const errors = (validate.errors ?? []).map((error) => `${placeOf(error)}${reasonOf(error)}`);
  const more = errors.length > MAX_ERRORS ? `; and ${errors.length - MAX_ERRORS} more errors` : '';
  throw new Error(`seed: ${errors.slice(0, MAX_ERRORS).join('; ')}${more}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`seed: not valid JSON: ${messageOf(error)}`, { cause: error });
  }
}

function placeOf({ instancePath }: ErrorObject): string {
  const steps = pointerPath(instancePath).map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`));
  return steps.length === 0 ? '' : `${steps.join('').slice(1)}: `;
}

function reasonOf({ keyword, params, message = '', parentSchema }: ErrorObject): string {
  if (keyword === 'enum')
    return `must be one of ${(params['allowedValues'] as readonly string[]).join(', ')}`;
  if (keyword !== 'additionalProperties') return message;
  const key = String(params['additionalProperty']);
  const near = nearest(key, Object.keys((parentSchema?.['properties'] as object | undefined) ?? {}));
  return `unknown key "${key}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** The services of the gateway group `default`; `default-2` has some of them with other ids. */
const SERVICES: readonly Omit<SeedService, 'gateway_group'>[] = [
  { name: 'payments', hosts: ['payments.example.com', 'pay.example.com'] },
  { name: 'orders', hosts: ['orders.example.com'] },
  { name: 'refunds', hosts: ['refunds.example.com'] },
  { name: 'users', hosts: ['users.example.com', 'accounts.example.com'] },
  { name: 'catalog', hosts: ['catalog.example.com'] },
  { name: 'ledger', hosts: ['ledger.example.com'] },
  { name: 'payments-internal', hosts: ['payments.internal.example.com'] },
  { name: 'protected', hosts: ['protected.example.com'], plugins: { 'key-auth': {} } },
  { name: 'undocumented', hosts: ['undocumented.example.com'] },
];
const SECOND_GROUP: ReadonlySet<string> = new Set(['payments', 'orders', 'users']);

/** `users` was published from one template in both groups. */
const SHARED_TEMPLATE = '7e000000-0000-4000-8000-000000000001';

function services(group: string, first: number): readonly SeedService[] {
  const here = group === 'default' ? SERVICES : SERVICES.filter(({ name }) => SECOND_GROUP.has(name));
  return here.map((service, index) => ({
    ...service,
    id: `5e000000-0000-4000-8000-${String(first + index).padStart(12, '0')}`,
    gateway_group: group,
    ...(service.name === 'users' && { template_id: SHARED_TEMPLATE }),
    ...(service.name !== 'undocumented' && { openapi: openapi(service.name, service.hosts ?? []) }),
  }));
}

function openapi(name: string, hosts: readonly string[]): string {
  return `openapi: 3.0.3
info: { title: ${name}, version: 1.0.0 }
servers:
${hosts.map((host) => `  - url: https://${host}`).join('\n')}
paths:
  /${name}:
    get:
      responses: { '200': { description: All ${name} } }
`;
}

/**
 * Inserts a seed into an empty world. Products and subscriptions follow the rules of the API.
 * @throws Error that names the invalid item of the seed.
 */
export function plantSeed(world: World, seed: Seed): void {
  const { tables } = world;
  each(seed, 'portals', (item) => {
    tables.portals.put({ ...newNamed(world, 'portals', item), token: item.token ?? `a7prt-${item.name}` });
  });
  each(seed, 'gateway_groups', (item) => {
    tables.gateway_groups.put(newNamed(world, 'gateway_groups', item));
  });
  each(seed, 'services', (item) => plantService(world, item));
  each(seed, 'dcr_providers', (item) => {
    tables.dcr_providers.put({ ...newNamed(world, 'dcr_providers', item), issuer: item.issuer ?? '' });
  });
  each(seed, 'contact_points', (item) => {
    tables.contact_points.put({ ...newNamed(world, 'contact_points', item), type: item.type });
  });
  each(seed, 'developers', (item) => {
    const portal_id = named(tables.portals, item.portal, 'portal').id;
    tables.developers.put({ ...newNamed(world, 'developers', item), portal_id });
  });
  each(seed, 'applications', (item) => {
    const developer_id = named(tables.developers, item.developer, 'developer').id;
    tables.applications.put({ ...newNamed(world, 'applications', item), developer_id });
  });
  each(seed, 'api_products', ({ portal, id, ...body }) => {
    if (id !== undefined) checkNew(tables.api_products, id);
    const owner = named(tables.portals, portal, 'portal');
    createProduct(world, owner, underscoredBody(plantable(world, body)), id);
  });
  each(seed, 'subscriptions', (item) => plantSubscription(world, item));
}

/** Omits labels of external products if the server refuses them: the seed may be for servers that accept them. */
function plantable({ switches }: World, body: JsonObject): JsonObject {
  if (body['type'] !== 'external' || switches.externalLabels !== 'refuse') return body;
  const { labels: _, ...others } = body;
  return others;
}

function plantService(world: World, service: SeedService): void {
  const { hosts = [], plugins = {}, template_id, openapi } = service;
  const gateway_group_id = named(world.tables.gateway_groups, service.gateway_group, 'gateway group').id;
  const row = newNamed(world, 'services', service);
  checkNew(world.tables.services, serviceKey({ gateway_group_id, service_id: row.id }));
  world.tables.services.put({
    ...row,
    gateway_group_id,
    hosts,
    plugins,
    ...(template_id !== undefined && { template_id }),
    ...(openapi !== undefined && { openapi }),
  });
}

function plantSubscription(world: World, seed: SeedSubscription): void {
  const { applications, api_products: products, approvals } = world.tables;
  const product =
    products.get(seed.api_product) ?? products.find((row) => row.fields.name === seed.api_product);
  if (product === undefined) {
    const names = products.all().map(({ fields }) => fields.name);
    throw new Error(notFound('API product', seed.api_product, names));
  }
  const subscription = subscribe(world, named(applications, seed.application, 'application'), product);
  if (seed.status === 'wait_for_approval' && subscription.status === 'subscribed')
    throw new Error('it cannot wait for approval: the API product approves subscriptions itself');
  const approval = approvals.find((row) => row.subscription_id === subscription.id);
  if (seed.status === 'subscribed' && approval !== undefined) decideApproval(world, approval, 'accepted');
}

function newNamed(world: World, table: TableName, { id, name, labels = {} }: SeedItem): NamedRow {
  if (typeof name !== 'string') throw new Error('it has no name');
  if (id !== undefined) checkNew(world.tables[table], id);
  return { ...world.newRow(table, id), name, labels };
}

/** A second row with the same key would replace the first one. */
function checkNew(table: { get(key: string): unknown }, key: string): void {
  if (table.get(key) !== undefined) throw new Error(`another one has the id ${key} already`);
}

function named<Item extends NamedRow>(table: Table<Item>, name: string, what: string): Item {
  const row = namedIn(table, name);
  if (row !== undefined) return row;
  const names = table.all().map((one) => one.name);
  throw new Error(notFound(what, name, names));
}

function notFound(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `no ${what} is called "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function each<List extends keyof Seed>(
  seed: Seed,
  list: List,
  plant: (item: NonNullable<Seed[List]>[number]) => void,
): void {
  for (const [index, item] of (seed[list] ?? []).entries()) {
    try {
      plant(item);
    } catch (error) {
      throw new Error(`seed: ${list}[${index}]: ${messageOf(error)}`, { cause: error });
    }
  }
}
