import type { ErrorObject } from 'ajv';
import { validate } from '../generated/validate-seed.mjs';
import { pointerPath } from '../json/value.ts';
import { nearest } from '../lib/nearest.ts';
import { serviceKey, type JsonObject, type Labels } from '../model/product.ts';
import { underscoredBody } from './auth.ts';
import { createProduct } from './product-writes.ts';
import type { ContactPointType, SubscriptionStatus } from './rows.ts';
import { decideApproval, subscribe } from './subscription-rules.ts';
import { namedIn, type Table, type TableName, type World } from './world.ts';

interface SeedItem {
  /** Left out: one is given, the same at every start. */
  readonly id?: string;
  readonly name: string;
  readonly labels?: Labels;
}

interface SeedService extends SeedItem {
  /** Name or id, as in all other references of a seed. */
  readonly gateway_group: string;
  readonly hosts?: readonly string[];
  readonly plugins?: JsonObject;
  /** Services published from one template have the same id here. */
  readonly template_id?: string;
  /** The OpenAPI document, as text. */
  readonly openapi?: string;
}

interface SeedSubscription {
  readonly application: string;
  readonly api_product: string;
  readonly status?: SubscriptionStatus;
}

/** A body as a POST takes it, with auth spelled either way, and where it goes. */
export type SeedProduct = JsonObject & { readonly portal: string; readonly id?: string };

/** What the embedded Admin API holds at its start: plain JSON, so that it can stand in a file. */
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

/** A small company: two portals, two gateway groups with services of equal names, no products yet. */
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

/**
 * Reads a seed that stands in a file.
 * @throws Error that lists each place that schemas/seed.schema.json does not allow. What the items refer to is checked at the start.
 */
export function parseSeed(text: string): Seed {
  const seed: unknown = parseJson(text);
  if (validate(seed)) return seed as Seed;
  throw new Error(
    (validate.errors ?? []).map((error) => `seed: ${placeOf(error)}${reasonOf(error)}`).join('\n'),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`seed: not valid JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** `subscriptions[0].status: `; empty for the seed itself. */
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

/** What `default` serves; `default-2` serves two of the names, with other ids. */
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

/** `users` was published from one template in both groups; every other service has a template of its own. */
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
 * Puts a seed into an empty world. Products and subscriptions go by the rules, like everybody's.
 * @throws Error that says which item of the seed is wrong.
 */
export function plantSeed(world: World, seed: Seed): void {
  plantDirectory(world, seed);
  plantPeople(world, seed);
  each(seed.api_products, 'api_products', (product) => {
    const { portal, id, ...body } = product;
    if (id !== undefined) checkNew(world.tables.api_products, id);
    const owner = named(world.tables.portals, portal, 'portal');
    createProduct(world, owner, underscoredBody(plantable(world, body)), id);
  });
  each(seed.subscriptions, 'subscriptions', (one) => plantSubscription(world, one));
}

/** A server that refuses labels of external products holds none; a seed may be written for servers that keep them. */
function plantable({ switches }: World, body: JsonObject): JsonObject {
  if (body['type'] !== 'external' || switches.externalLabels !== 'refuse') return body;
  const { labels: _, ...others } = body;
  return others;
}

function plantDirectory(world: World, seed: Seed): void {
  const { tables } = world;
  each(seed.portals, 'portals', (one) => {
    const row = namedRow(world, 'portals', one);
    tables.portals.put({ ...row, token: one.token ?? `a7prt-${one.name}` });
  });
  each(seed.gateway_groups, 'gateway_groups', (one) => {
    tables.gateway_groups.put(namedRow(world, 'gateway_groups', one));
  });
  each(seed.services, 'services', (one) => plantService(world, one));
  each(seed.dcr_providers, 'dcr_providers', (one) => {
    tables.dcr_providers.put({ ...namedRow(world, 'dcr_providers', one), issuer: one.issuer ?? '' });
  });
  each(seed.contact_points, 'contact_points', (one) => {
    tables.contact_points.put({ ...namedRow(world, 'contact_points', one), type: one.type });
  });
}

function plantPeople(world: World, seed: Seed): void {
  const { tables } = world;
  each(seed.developers, 'developers', (one) => {
    const portal_id = named(tables.portals, one.portal, 'portal').id;
    tables.developers.put({ ...namedRow(world, 'developers', one), portal_id });
  });
  each(seed.applications, 'applications', (one) => {
    const developer_id = named(tables.developers, one.developer, 'developer').id;
    tables.applications.put({ ...namedRow(world, 'applications', one), developer_id });
  });
}

function plantService(world: World, service: SeedService): void {
  const { hosts = [], plugins = {}, template_id, openapi } = service;
  const gateway_group_id = named(world.tables.gateway_groups, service.gateway_group, 'gateway group').id;
  const row = namedRow(world, 'services', service);
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

function namedRow(
  world: World,
  table: TableName,
  item: { id?: string; name: string; labels?: Readonly<Record<string, string>> },
) {
  if (typeof item.name !== 'string') throw new Error('it has no name');
  if (item.id !== undefined) checkNew(world.tables[table], item.id);
  return { ...world.newRow(table, item.id), name: item.name, labels: item.labels ?? {} };
}

/** A second item of an id would silently take the place of the first. */
function checkNew(table: Pick<Table<unknown>, 'get'>, key: string): void {
  if (table.get(key) !== undefined) throw new Error(`another one has the id ${key} already`);
}

function named<Row extends { readonly name: string }>(table: Table<Row>, name: string, what: string): Row {
  const row = namedIn(table, name);
  if (row === undefined)
    throw new Error(
      notFound(
        what,
        name,
        table.all().map((one) => one.name),
      ),
    );
  return row;
}

function notFound(what: string, name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return `no ${what} is called "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function each<Item>(items: readonly Item[] | undefined, list: string, plant: (item: Item) => void): void {
  for (const [index, item] of (items ?? []).entries()) {
    try {
      plant(item);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`seed: ${list}[${index}]: ${reason}`, { cause: error });
    }
  }
}
