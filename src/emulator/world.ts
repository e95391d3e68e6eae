import { serviceKey } from '../model/product.ts';
import type { Effect } from './effect.ts';
import type {
  Application,
  Approval,
  ContactPoint,
  DcrProvider,
  Developer,
  EndedSubscription,
  GatewayGroup,
  Portal,
  Row,
  Service,
  Subscription,
} from './rows.ts';
import type { Switches } from './switches.ts';
import { ProductTable } from './product-table.ts';
import { Table } from './table.ts';

const byId = (row: Row): string => row.id;

function newTables() {
  return {
    portals: new Table<Portal>(byId),
    gateway_groups: new Table<GatewayGroup>(byId),
    services: new Table<Service>((row) => serviceKey({ ...row, service_id: row.id })),
    dcr_providers: new Table<DcrProvider>(byId),
    contact_points: new Table<ContactPoint>(byId),
    api_products: new ProductTable(),
    developers: new Table<Developer>(byId),
    applications: new Table<Application>(byId),
    subscriptions: new Table<Subscription>(byId),
    ended: new Table<EndedSubscription>(byId),
    approvals: new Table<Approval>(byId),
  };
}
export type Tables = ReturnType<typeof newTables>;
export type TableName = keyof Tables;

/** The beginning of the ids of a table, so that an id can be told by its looks. */
const ID_PREFIXES: Readonly<Record<TableName, string>> = {
  portals: '90000000',
  gateway_groups: '66000000',
  services: '5e000000',
  dcr_providers: 'dc000000',
  contact_points: 'c0000000',
  api_products: 'a0000000',
  developers: 'de000000',
  applications: 'ab000000',
  subscriptions: '5b000000',
  ended: '5b000000',
  approvals: 'ac000000',
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
