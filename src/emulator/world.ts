import { serviceKey } from '../model/product.ts';
import type { Effect } from './journal.ts';
import type {
  Application,
  Approval,
  ContactPoint,
  Credential,
  DcrProvider,
  Developer,
  EndedSubscription,
  GatewayGroup,
  KeptObject,
  Portal,
  PortalToken,
  Product,
  Row,
  Service,
  Subscription,
} from './rows.ts';
import type { Switches } from './switches.ts';

const byId = (row: Row): string => row.id;

function newTables() {
  return {
    portals: new Table<Portal>(byId),
    portal_tokens: new Table<PortalToken>(byId),
    gateway_groups: new Table<GatewayGroup>(byId),
    services: new Table<Service>((row) => serviceKey({ ...row, service_id: row.id })),
    dcr_providers: new Table<DcrProvider>(byId),
    contact_points: new Table<ContactPoint>(byId),
    api_products: new ProductTable(),
    developers: new Table<Developer>(byId),
    applications: new Table<Application>(byId),
    credentials: new Table<Credential>(byId),
    subscriptions: new Table<Subscription>(byId),
    ended: new Table<EndedSubscription>(byId),
    approvals: new Table<Approval>(byId),
    kept_objects: new Table<KeptObject>(byId),
  };
}
export type Tables = ReturnType<typeof newTables>;
export type TableName = keyof Tables;
/** Rows of some tables. */
export type Rows = { readonly [Name in TableName]?: ReturnType<Tables[Name]['all']> };

/** The beginning of the ids of a table, so that an id shows its table. */
const ID_PREFIXES: Readonly<Record<TableName, string>> = {
  portals: '90000000',
  portal_tokens: '70000000',
  gateway_groups: '66000000',
  services: '5e000000',
  dcr_providers: 'dc000000',
  contact_points: 'c0000000',
  api_products: 'a0000000',
  developers: 'de000000',
  applications: 'ab000000',
  credentials: 'cd000000',
  subscriptions: '5b000000',
  ended: '5b000000',
  approvals: 'ac000000',
  kept_objects: '0b000000',
};

/** 2026-01-01T00:00:00Z: the emulator has a clock of its own, so that every run looks the same. */
const FIRST_SECOND = 1_767_225_600;

/** What the rules stand on: the rows, ids and times that never depend on chance, and where effects go. */
export class World {
  readonly tables: Tables = newTables();
  readonly switches: Switches;
  readonly record: (effect: Effect) => void;
  now = FIRST_SECOND;
  readonly lastIds = new Map<string, number>();

  constructor(switches: Switches, record: (effect: Effect) => void) {
    this.switches = switches;
    this.record = record;
  }

  /** What a new row of that table begins with; the clock moves on. An id is never given twice. */
  newRow(table: TableName, id?: string): Row {
    const now = this.tick();
    return { id: id ?? this.#newId(table), created_at: now, updated_at: now };
  }

  tick(): number {
    this.now += 1;
    return this.now;
  }

  #newId(table: TableName): string {
    const last = (this.lastIds.get(table) ?? 0) + 1;
    this.lastIds.set(table, last);
    const id = `${ID_PREFIXES[table]}-0000-4000-8000-${String(last).padStart(12, '0')}`;
    return this.tables[table].find((row) => row.id === id) === undefined ? id : this.#newId(table);
  }
}

/** Rows by key, in the order in which they were added. */
export class Table<Row> {
  readonly #rows = new Map<string, Row>();
  readonly #key: (row: Row) => string;

  constructor(key: (row: Row) => string) {
    this.#key = key;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  all(): readonly Row[] {
    return [...this.#rows.values()];
  }

  find(wanted: (row: Row) => boolean): Row | undefined {
    for (const row of this.#rows.values()) if (wanted(row)) return row;
    return undefined;
  }

  filter(wanted: (row: Row) => boolean): readonly Row[] {
    return this.all().filter(wanted);
  }

  /** Adds the row, or puts it in the place of the one with its key. */
  put<Given extends Row>(row: Given): Given {
    this.#rows.set(this.#key(row), row);
    return row;
  }

  remove(row: Row): void {
    this.#rows.delete(this.#key(row));
  }
}

/** The row that has the id, or else the first that has the name. */
export function namedIn<Row extends { readonly name: string }>(
  table: Table<Row>,
  name: string,
): Row | undefined {
  return table.get(name) ?? table.find((row) => row.name === name);
}

/** The products, and which of them holds a service: one at most (docs/design/admin-api.md §6). */
class ProductTable extends Table<Product> {
  readonly #holders = new Map<string, string>();

  constructor() {
    super(({ id }) => id);
  }

  /** @param service is the key of a service. */
  holderOf(service: string): Product | undefined {
    return this.get(this.#holders.get(service) ?? '');
  }

  override put<Given extends Product>(row: Given): Given {
    this.#letGo(row.id);
    for (const key of servicesOf(row)) this.#holders.set(key, row.id);
    return super.put(row);
  }

  override remove(row: Product): void {
    this.#letGo(row.id);
    super.remove(row);
  }

  #letGo(id: string): void {
    for (const key of servicesOf(this.get(id))) this.#holders.delete(key);
  }
}

function servicesOf(product: Product | undefined): readonly string[] {
  return (product?.fields.linked_gateway_services ?? []).map(serviceKey);
}
