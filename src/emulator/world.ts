import { serviceKey, type JsonObject, type Labels } from '../model/product.ts';
import type { ProductStatus, ProductType, Visibility } from '../model/product.ts';
import type { Effect } from './journal.ts';
import type { Switches } from './switches.ts';

/** 2026-01-01T00:00:00Z. The emulator has its own clock, so every run has the same times. */
const FIRST_SECOND = 1_767_225_600;

/** The state that the rules read and change: rows, clock and ids. None of it is random. */
export class World {
  readonly tables: Tables = newTables();
  readonly switches: Switches;
  readonly record: (effect: Effect) => void;
  now = FIRST_SECOND;
  /** Last number of the ids of each table. */
  readonly lastIds = new Map<string, number>();

  constructor(switches: Switches, record: (effect: Effect) => void) {
    this.switches = switches;
    this.record = record;
  }

  /** The common columns of a new row. Advances the clock. Generated ids are never reused. */
  newRow(table: TableName, id?: string): Row {
    const now = this.tick();
    return { id: id ?? this.#newId(table), created_at: now, updated_at: now };
  }

  /** Advances the clock by one second and returns the new time. */
  tick(): number {
    this.now += 1;
    return this.now;
  }

  #newId(name: TableName): string {
    const last = (this.lastIds.get(name) ?? 0) + 1;
    this.lastIds.set(name, last);
    const table = this.tables[name];
    const id = `${table.idPrefix}-0000-4000-8000-${String(last).padStart(12, '0')}`;
    return table.find((row) => row.id === id) === undefined ? id : this.#newId(name);
  }
}

/** Rows by key, in the order of their insertion. */
export class Table<Item extends Row> {
  /** First part of the ids of new rows: it tells the table. */
  readonly idPrefix: string;
  readonly #rows = new Map<string, Item>();
  readonly #key: (row: Item) => string;

  constructor(idPrefix: string, key: (row: Item) => string = ({ id }) => id) {
    this.idPrefix = idPrefix;
    this.#key = key;
  }

  get(key: string): Item | undefined {
    return this.#rows.get(key);
  }

  all(): readonly Item[] {
    return [...this.#rows.values()];
  }

  find(wanted: (row: Item) => boolean): Item | undefined {
    for (const row of this.#rows.values()) if (wanted(row)) return row;
    return undefined;
  }

  filter(wanted: (row: Item) => boolean): readonly Item[] {
    return this.all().filter(wanted);
  }

  /** Inserts the row, or replaces the row with the same key. */
  put<Given extends Item>(row: Given): Given {
    this.#rows.set(this.#key(row), row);
    return row;
  }

  remove(row: Item): void {
    this.#rows.delete(this.#key(row));
  }
}

/** Products, with an index of the product that links each service: at most one (docs/design/admin-api.md §6). */
class ProductTable extends Table<Product> {
  readonly #holders = new Map<string, string>();

  /** @param service serviceKey() of a service. */
  holderOf(service: string): Product | undefined {
    return this.get(this.#holders.get(service) ?? '');
  }

  override put<Given extends Product>(row: Given): Given {
    this.#forgetLinks(row.id);
    for (const key of servicesOf(row)) this.#holders.set(key, row.id);
    return super.put(row);
  }

  override remove(row: Product): void {
    this.#forgetLinks(row.id);
    super.remove(row);
  }

  #forgetLinks(id: string): void {
    for (const key of servicesOf(this.get(id))) this.#holders.delete(key);
  }
}

function servicesOf(product: Product | undefined): readonly string[] {
  return (product?.fields.linked_gateway_services ?? []).map(serviceKey);
}

/** The row with that id, otherwise the first row with that name. */
export function namedIn<Item extends NamedRow>(table: Table<Item>, name: string): Item | undefined {
  return table.get(name) ?? table.find((row) => row.name === name);
}

function newTables() {
  return {
    portals: new Table<Portal>('90000000'),
    portal_tokens: new Table<PortalToken>('70000000'),
    gateway_groups: new Table<GatewayGroup>('66000000'),
    services: new Table<Service>('5e000000', (row) => serviceKey({ ...row, service_id: row.id })),
    dcr_providers: new Table<DcrProvider>('dc000000'),
    contact_points: new Table<ContactPoint>('c0000000'),
    api_products: new ProductTable('a0000000'),
    developers: new Table<Developer>('de000000'),
    applications: new Table<Application>('ab000000'),
    credentials: new Table<Credential>('cd000000'),
    subscriptions: new Table<Subscription>('5b000000'),
    ended: new Table<EndedSubscription>('5b000000'),
    approvals: new Table<Approval>('ac000000'),
    kept_objects: new Table<KeptObject>('0b000000'),
  };
}
export type Tables = ReturnType<typeof newTables>;
export type TableName = keyof Tables;
/** Rows of some of the tables. */
export type Rows = { readonly [Name in TableName]?: ReturnType<Tables[Name]['all']> };

/** Columns of every row. Times are seconds of the emulator's clock, which advances by one with each write. */
export interface Row {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
}
export interface NamedRow extends Row {
  readonly name: string;
  readonly labels: Labels;
}

export interface Portal extends NamedRow {
  /** Authenticates the portal's site at the Developer Portal backend. */
  readonly token: string;
  readonly public_url?: string;
  /** Whether guests can use the portal's site (default: true). */
  readonly public_access?: boolean;
}
/** An additional token of a portal, issued by the Admin API. */
export interface PortalToken extends Row {
  readonly portal_id: string;
  readonly token: string;
}
export type GatewayGroup = NamedRow;

/** A service published in a gateway group. Its id is unique only within the group. */
export interface Service extends NamedRow {
  readonly gateway_group_id: string;
  readonly hosts: readonly string[];
  readonly plugins: JsonObject;
  readonly template_id?: string;
  readonly openapi?: string;
}

export interface DcrProvider extends NamedRow {
  readonly issuer: string;
  readonly provider_type?: string;
}
export interface ContactPoint extends NamedRow {
  readonly type: ContactPointType;
}
export type ContactPointType = 'email' | 'webhook';

export type AuthType = 'key_auth' | 'basic_auth' | 'dcr';
/** Auth as the client sent it, without defaults. Types have underscores in both dialects. */
export interface StoredAuth {
  readonly key_auth?: JsonObject;
  readonly basic_auth?: JsonObject;
  readonly dcr?: JsonObject & { readonly dcr_provider_id: string };
}
export type StoredLink = {
  readonly gateway_group_id: string;
  readonly service_id: string;
  readonly linked_hosts?: readonly string[];
};
export type StoredNotification = {
  readonly event: string;
  readonly type: ContactPointType;
  readonly contact_point_ids: readonly string[];
};

/** The writable fields of a product (docs/design/admin-api.md §5). */
export interface StoredFields {
  readonly name: string;
  readonly desc: string;
  readonly labels: Labels;
  readonly logo: string;
  readonly status: ProductStatus;
  readonly visibility: Visibility;
  readonly subscription_auto_approval: boolean;
  readonly can_view_unsubscribed: boolean;
  readonly auth: StoredAuth;
  readonly linked_gateway_services: readonly StoredLink[];
  readonly notifications: readonly StoredNotification[];
  readonly raw_openapi: string;
  readonly server_urls: readonly string[];
}

export interface Product extends Row {
  readonly portal_id: string;
  readonly type: ProductType;
  /** All fields of the product's type. */
  readonly fields: Partial<StoredFields> & Pick<StoredFields, 'name' | 'status' | 'visibility'>;
  /** Undocumented writable fields, as newer servers may have them. */
  readonly extra: JsonObject;
}

export interface Developer extends NamedRow {
  readonly portal_id: string;
}
export interface Application extends NamedRow {
  readonly developer_id: string;
  readonly desc?: string;
}

export type CredentialType = 'key-auth' | 'basic-auth' | 'oauth';
/** A credential of an application, without its secret: only the response that issues a secret contains it. */
export interface Credential extends NamedRow {
  readonly application_id: string;
  readonly type: CredentialType;
  readonly desc?: string;
  readonly options: JsonObject;
}

export type SubscriptionStatus = 'wait_for_approval' | 'subscribed';
export interface Subscription extends Row {
  readonly application_id: string;
  readonly api_product_id: string;
  readonly status: SubscriptionStatus;
}
export interface EndedSubscription extends Subscription {
  readonly because: 'unpublished' | 'deleted' | 'rejected' | 'cancelled';
}

export interface Approval extends Row {
  readonly portal_id: string;
  readonly subscription_id: string;
  readonly api_product_id: string;
  readonly resource_name: string;
  readonly applicant_id: string;
  readonly applicant_name: string;
  readonly status: 'pending' | 'finished';
  readonly result?: 'accepted' | 'rejected' | 'cancelled';
  readonly operator?: Operator;
}

/** The user who decided an approval. */
export interface Operator {
  readonly operator_id: string;
  readonly operator_name: string;
  readonly metadata?: string;
}

/** A stored object without effect in the emulator: a route, a certificate, a login option. */
export interface KeptObject extends Row {
  /** Path of the list that contains it. */
  readonly path: string;
  readonly body: JsonObject;
}
