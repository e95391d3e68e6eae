import { serviceKey, type JsonObject } from '../model/product.ts';
import { underscoredBody } from './auth-spelling.ts';
import { createProduct } from './product-writes.ts';
import type { Seed, SeedService, SeedSubscription } from './seed.ts';
import { decideApproval, subscribe } from './subscription-rules.ts';
import type { Table } from './table.ts';
import type { TableName, World } from './world.ts';

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
  if (product === undefined) throw new Error(`no API product is called "${seed.api_product}"`);
  const subscription = subscribe(world, named(applications, seed.application, 'application'), product);
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
  const row = table.get(name) ?? table.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no ${what} is called "${name}"`);
  return row;
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
