import { serviceKey, type JsonObject } from '../model/product.ts';
import { underscoredBody } from './auth.ts';
import { putApplication } from './people-rules.ts';
import { createProduct, deleteProduct, updateProduct } from './product-writes.ts';
import { found } from './refusal.ts';
import type {
  Application,
  Approval,
  EndedSubscription,
  Operator,
  Portal,
  Product,
  Service,
  Subscription,
} from './rows.ts';
import { cancelSubscription, decideApproval, subscribe, subscriptionsOf } from './subscription-rules.ts';
import { namedIn, type Rows, type Table, type TableName, type Tables, type World } from './world.ts';

/**
 * What the emulator holds. The routes go through it; tests look at it and change it behind the client's back. The rules
 * hold for both, and every change is journalled and kept in the state file. Portals, products, applications and
 * services are named by id or by name. Methods throw Refusal where the rules refuse, and where nothing has that name.
 */
export class Store {
  readonly #world: World;
  readonly #changed: () => void;

  /** @param changed is called after each change. */
  constructor(world: World, changed: () => void) {
    this.#world = world;
    this.#changed = changed;
  }

  get tables(): Tables {
    return this.#world.tables;
  }
  /** Everything that is held. */
  get rows(): Rows {
    return Object.fromEntries(
      Object.entries(this.tables).map(([name, table]) => [name, table.all()]),
    ) as Rows;
  }
  get products(): readonly Product[] {
    return this.tables.api_products.all();
  }
  get subscriptions(): readonly Subscription[] {
    return this.tables.subscriptions.all();
  }
  /** Subscriptions that are no more, each with what ended it. */
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
   * @param portal decides where products of several portals have the name; of several in one, the oldest is returned.
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
    const group = found(namedIn(this.tables.gateway_groups, gatewayGroup), 'gateway group', gatewayGroup);
    const key = serviceKey({ gateway_group_id: group.id, service_id: name });
    const named = this.tables.services.find((row) => row.gateway_group_id === group.id && row.name === name);
    return found(this.tables.services.get(key) ?? named, 'service', name);
  }

  /** A link to a service, as bodies of products hold it. */
  linkTo(service: string, gatewayGroup?: string): { gateway_group_id: string; service_id: string } {
    const { gateway_group_id, id } = this.service(service, gatewayGroup);
    return { gateway_group_id, service_id: id };
  }

  addProduct(portal: string, body: JsonObject, id?: string): Product {
    return this.change((world) => createProduct(world, this.portal(portal), underscoredBody(body), id));
  }

  /** Lays the fields over the product, whatever PUT means; the lock on auth holds. */
  alterProduct(product: string, fields: JsonObject): Product {
    const body = underscoredBody(fields);
    const how = { ...this.#world.switches, putSemantics: 'merge' } as const;
    return this.change((world) => updateProduct(world, this.product(product), body, how));
  }

  /** A PUT as the switch putSemantics has it. */
  putProduct(product: string, body: JsonObject): Product {
    const { switches } = this.#world;
    const spelled = underscoredBody(body);
    return this.change((world) => updateProduct(world, this.product(product), spelled, switches));
  }

  removeProduct(product: string): void {
    this.change((world) => deleteProduct(world, this.product(product)));
  }

  /** Subscribes as a developer does: waits for approval, unless the product approves by itself. */
  subscribe(application: string, product: string): Subscription {
    return this.change((world) => subscribe(world, this.application(application), this.product(product)));
  }

  /** Subscribes and approves. */
  subscribeActively(application: string, product: string): Subscription {
    return this.change(() => {
      const subscription = subscribe(this.#world, this.application(application), this.product(product));
      const approval = this.tables.approvals.find((row) => row.subscription_id === subscription.id);
      if (approval !== undefined) decideApproval(this.#world, approval, 'accepted');
      return found(this.tables.subscriptions.get(subscription.id), 'subscription', subscription.id);
    });
  }

  subscriptionsOf(product: string): { readonly active: number; readonly pending: number } {
    const all = subscriptionsOf(this.#world, this.product(product));
    const active = all.filter((row) => row.status === 'subscribed').length;
    return { active, pending: all.length - active };
  }

  cancelSubscription(id: string): Subscription {
    const subscription = found(this.tables.subscriptions.get(id), 'subscription', id);
    return this.change(() => {
      cancelSubscription(this.#world, subscription);
      return subscription;
    });
  }

  decideApproval(id: string, result: 'accepted' | 'rejected', operator?: Operator): Approval {
    const approval = found(this.tables.approvals.get(id), 'approval', id);
    return this.change((world) => decideApproval(world, approval, result, operator));
  }

  addApplication(name: string, developer: string): Application {
    const owner = found(this.tables.developers.get(developer), 'developer', developer);
    return this.change((world) => putApplication(world, { name }, owner));
  }

  /** Changes a service behind everybody's back, e.g. its hosts or plugins. */
  alterService(service: Service, fields: Partial<Pick<Service, 'name' | 'hosts' | 'plugins'>>): Service {
    return this.change(() =>
      this.tables.services.put({ ...service, ...fields, updated_at: this.#world.tick() }),
    );
  }

  storeOpenapi(service: Service, openapi: string): Service {
    return this.change(() => {
      const { gateway_group_id, id: service_id } = service;
      this.#world.record({ kind: 'openapi-stored', service: { gateway_group_id, service_id } });
      return this.tables.services.put({ ...service, openapi, updated_at: this.#world.tick() });
    });
  }

  /** Replaces everything that is held. No rule is applied: this is for rows that a server has. */
  replaceRows(rows: Rows): void {
    this.change(({ tables }) => {
      for (const name of Object.keys(tables) as TableName[]) {
        // A table and its rows have one type, which the loop loses.
        const table = tables[name] as Table<unknown>;
        for (const row of table.all()) table.remove(row);
        for (const row of rows[name] ?? []) table.put(row);
      }
    });
  }

  /** Makes a change by the rules, and keeps it in the state file. */
  change<Result>(work: (world: World) => Result): Result {
    const result = work(this.#world);
    this.#changed();
    return result;
  }
}
