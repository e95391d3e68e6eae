import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isObject } from '../json/value.ts';
import { serviceKey, type JsonObject } from '../model/product.ts';
import { underscoredBody } from './product-fields.ts';
import { createProduct, deleteProduct, updateProduct } from './product-writes.ts';
import { found } from './refusal.ts';
import {
  cancelSubscription,
  decideApproval,
  putApplication,
  subscribe,
  subscriptionsOf,
} from './subscription-rules.ts';
import type { Switches } from './switches.ts';
import { namedIn, type Application, type Approval, type EndedSubscription, type Operator } from './world.ts';
import type { Portal, Product, Row, Rows, Service, Subscription, Table, TableName, Tables } from './world.ts';
import type { World } from './world.ts';

/**
 * The data of the emulator, for the routes, and for tests, which read and change it without requests. Every change follows
 * the rules, is journalled and is written to the state file. Parameters name portals, products, applications and services by
 * id or name. Methods throw Refusal for changes that the rules do not allow, and for unknown names.
 */
export class Store {
  readonly #world: World;
  readonly #changed: () => void;

  /** @param changed called after each change. */
  constructor(world: World, changed: () => void) {
    this.#world = world;
    this.#changed = changed;
  }

  get tables(): Tables {
    return this.#world.tables;
  }
  /** The rows of all tables. */
  get rows(): Rows {
    return rowsOf(this.tables);
  }
  get products(): readonly Product[] {
    return this.tables.api_products.all();
  }
  get subscriptions(): readonly Subscription[] {
    return this.tables.subscriptions.all();
  }
  get endedSubscriptions(): readonly EndedSubscription[] {
    return this.tables.ended.all();
  }
  get approvals(): readonly Approval[] {
    return this.tables.approvals.all();
  }

  portal(name: string): Portal {
    return found(namedIn(this.tables.portals, name), 'portal', name);
  }

  /**
   * @param portal limits the search by name to one portal. The oldest product with that name is returned.
   */
  product(name: string, portal?: string): Product {
    const { api_products: products } = this.tables;
    const id = portal === undefined ? undefined : this.portal(portal).id;
    const named = products.find(
      (row) => row.fields.name === name && (id === undefined || row.portal_id === id),
    );
    return found(products.get(name) ?? named, 'API product', name);
  }

  application(name: string): Application {
    return found(namedIn(this.tables.applications, name), 'application', name);
  }

  service(name: string, gatewayGroup = 'default'): Service {
    const { gateway_groups: groups, services } = this.tables;
    const group = found(namedIn(groups, gatewayGroup), 'gateway group', gatewayGroup).id;
    const named = services.find((row) => row.gateway_group_id === group && row.name === name);
    const byId = services.get(serviceKey({ gateway_group_id: group, service_id: name }));
    return found(byId ?? named, 'service', name);
  }

  /** A link to a service, in the form of `linked_gateway_services`. */
  linkTo(service: string, gatewayGroup?: string): { gateway_group_id: string; service_id: string } {
    const { gateway_group_id, id } = this.service(service, gatewayGroup);
    return { gateway_group_id, service_id: id };
  }

  addProduct(portal: string, body: JsonObject, id?: string): Product {
    return this.change((world) => createProduct(world, this.portal(portal), underscoredBody(body), id));
  }

  /** Changes the given fields and keeps the others, whatever the switch `putSemantics` is. The lock on auth applies. */
  alterProduct(product: string, fields: JsonObject): Product {
    const how = { ...this.#world.switches, putSemantics: 'merge' } as const;
    return this.#updateProduct(product, fields, how);
  }

  /** A PUT, according to the switch `putSemantics`. */
  putProduct(product: string, body: JsonObject): Product {
    return this.#updateProduct(product, body, this.#world.switches);
  }

  #updateProduct(product: string, body: JsonObject, how: Switches): Product {
    const spelled = underscoredBody(body);
    return this.change((world) => updateProduct(world, this.product(product), spelled, how));
  }

  removeProduct(product: string): void {
    this.change((world) => deleteProduct(world, this.product(product)));
  }

  /** Subscribes as a developer does: the subscription waits for approval, unless the product approves automatically. */
  subscribe(application: string, product: string): Subscription {
    return this.change((world) => subscribe(world, this.application(application), this.product(product)));
  }

  /** Subscribes, and approves the subscription. */
  subscribeActively(application: string, product: string): Subscription {
    return this.change((world) => {
      const { id } = subscribe(world, this.application(application), this.product(product));
      const approval = this.tables.approvals.find((row) => row.subscription_id === id);
      if (approval !== undefined) decideApproval(world, approval, 'accepted');
      return found(this.tables.subscriptions.get(id), 'subscription', id);
    });
  }

  subscriptionsOf(product: string): { readonly active: number; readonly pending: number } {
    const all = subscriptionsOf(this.#world, this.product(product));
    const active = all.filter((row) => row.status === 'subscribed').length;
    return { active, pending: all.length - active };
  }

  cancelSubscription(id: string): Subscription {
    const subscription = found(this.tables.subscriptions.get(id), 'subscription', id);
    this.change((world) => cancelSubscription(world, subscription));
    return subscription;
  }

  decideApproval(id: string, result: 'accepted' | 'rejected', operator?: Operator): Approval {
    const approval = found(this.tables.approvals.get(id), 'approval', id);
    return this.change((world) => decideApproval(world, approval, result, operator));
  }

  addApplication(name: string, developer: string): Application {
    const owner = found(this.tables.developers.get(developer), 'developer', developer);
    return this.change((world) => putApplication(world, { name }, owner));
  }

  alterService(
    service: Service,
    fields: Partial<Pick<Service, 'name' | 'hosts' | 'plugins' | 'openapi'>>,
  ): Service {
    return this.change((world) =>
      world.tables.services.put({ ...service, ...fields, updated_at: world.tick() }),
    );
  }

  storeOpenapi(service: Service, openapi: string): Service {
    const { gateway_group_id, id: service_id } = service;
    this.#world.record({ kind: 'openapi-stored', service: { gateway_group_id, service_id } });
    return this.alterService(service, { openapi });
  }

  /** Replaces all rows. No rule is checked: the rows are those of a real portal. */
  replaceRows(rows: Rows): void {
    this.change(({ tables }) => {
      for (const name of tableNames(tables)) {
        const table = anyTable(tables, name);
        for (const row of table.all()) table.remove(row);
        for (const row of rows[name] ?? []) table.put(row);
      }
    });
  }

  /** Changes the world by the given function, and writes the state file. */
  change<Result>(work: (world: World) => Result): Result {
    const result = work(this.#world);
    this.#changed();
    return result;
  }
}

const FORMAT = 'adc/emulator-state';
const FORMAT_VERSION = 1;

/**
 * Reads the state file of an earlier run into an empty world.
 * @returns false if the file does not exist.
 * @throws Error if writeState() did not write the file.
 */
export function readState(world: World, file: string): boolean {
  if (!existsSync(file)) return false;
  const { now, last_ids, tables } = parseState(file);
  for (const name of tableNames(world.tables)) {
    for (const row of tables[name] ?? []) {
      if (!isObject(row) || typeof row['id'] !== 'string') throw notState(file, `a row of ${name} has no id`);
      // Only the outline of the file is checked; rows have the columns that writeState() wrote.
      anyTable(world.tables, name).put(row as unknown as Row);
    }
  }
  world.now = now;
  for (const [table, last] of Object.entries(last_ids)) world.lastIds.set(table, last);
  return true;
}

/** Writes all rows: to a temporary file first, so that an interruption leaves the old state complete. */
export function writeState({ tables, lastIds, now }: World, file: string): void {
  const last_ids = Object.fromEntries(lastIds);
  const state = { format: FORMAT, format_version: FORMAT_VERSION, now, last_ids, tables: rowsOf(tables) };
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, JSON.stringify(state));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

interface State {
  readonly now: number;
  readonly last_ids: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, readonly unknown[]>>;
}

function parseState(file: string): State {
  const text = readFileSync(file, 'utf8');
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (error) {
    throw notState(file, 'it is not valid JSON', error);
  }
  if (!isState(state)) throw notState(file, `it is not of format ${FORMAT} ${FORMAT_VERSION}`);
  return state;
}

function isState(value: unknown): value is State {
  if (!isObject(value) || value['format'] !== FORMAT || value['format_version'] !== FORMAT_VERSION)
    return false;
  const { now, last_ids: ids, tables } = value;
  return (
    typeof now === 'number' &&
    isObject(ids) &&
    Object.values(ids).every((id) => typeof id === 'number') &&
    isObject(tables) &&
    Object.values(tables).every(Array.isArray)
  );
}

function tableNames(tables: Tables): readonly TableName[] {
  return Object.keys(tables) as TableName[];
}

/** A table, for rows that are known to fit it; TypeScript cannot follow the two types through a loop. */
function anyTable(tables: Tables, name: TableName): Table<Row> {
  return tables[name] as unknown as Table<Row>;
}

function rowsOf(tables: Tables): Rows {
  return Object.fromEntries(tableNames(tables).map((name) => [name, tables[name].all()])) as Rows;
}

function notState(file: string, reason: string, cause?: unknown): Error {
  return new Error(`${file} does not hold the state of an embedded Admin API: ${reason}`, { cause });
}
