import { compareStrings } from '../lib/lists.ts';
import type { Json, Labels } from '../model/product.ts';
import { oneOf, refuse } from './refusal.ts';
import type { Answer, Call } from './route.ts';
import { chance, showApproval, showSubscription, shuffled, type Shown } from './show.ts';
import type { Approval, Row, Subscription } from './world.ts';

/** A query parameter that selects rows. A row matches if one of the values matches. */
interface Filter<Item> {
  readonly of: (row: Item) => string | undefined;
  /** The allowed values (default: any). */
  readonly oneOf?: readonly string[];
  /** Whether the value may be a part of the text, in any case. */
  readonly part?: true;
}

export interface ListedAs<Item extends Row> {
  readonly show: (row: Item) => Json;
  /** The text that the parameter `search` searches. */
  readonly name?: (row: Item) => string;
  readonly labels?: (row: Item) => Labels;
  /** By name of the parameter. */
  readonly filters?: Readonly<Record<string, Filter<Item>>>;
  /** The columns for `order_by`; the first is the default. */
  readonly orders?: Readonly<Record<string, (row: Item) => number | string>>;
  /** Set if all parameters are documented: others are refused, also in `order_by`. Names the parameters that are not filters. */
  readonly documented?: readonly string[];
  /** Whether the switch `paging: endless` applies. Other lists must end, because clients read them first. */
  readonly mayBeEndless?: boolean;
}

/** The columns for `order_by` in all lists of the dashboard (docs/design/admin-api.md §1.5); the default in other lists. */
export const BY_TIME = {
  updated_at: (row: Row): number => row.updated_at,
  created_at: (row: Row): number => row.created_at,
};

/**
 * Returns a page of rows and their total number, according to the query (docs/design/admin-api.md §1.5).
 * @throws Refusal for invalid parameters.
 */
export function listAnswer<Item extends Row>(
  call: Call,
  rows: readonly Item[],
  listed: ListedAs<Item>,
): Answer {
  checkParameters(call, listed);
  const conditions = [searched(call, listed), labelled(call, listed), ...filtered(call, listed)];
  const selected = rows.filter((row) => conditions.every((holds) => holds(row)));
  const ordered = inOrder(call, selected, listed);
  const items = onPage(call, ordered);
  const isEndless = call.switches.paging === 'endless' && listed.mayBeEndless === true && ordered.length > 0;
  const list = isEndless ? endless(call, ordered, listed) : items.map(listed.show);
  return { status: 200, body: { list, total: ordered.length } };
}

/** A full page, whatever its number: after the last row all rows follow again, with new ids. */
function endless<Item extends Row>(
  call: Call,
  rows: readonly Item[],
  { show }: ListedAs<Item>,
): readonly Json[] {
  const size = pageSize(call) ?? rows.length;
  const start = ((count(call, 'page') ?? 1) - 1) * size;
  return Array.from({ length: size }, (_, index) => start + index).flatMap((at) => {
    const row = rows[at % rows.length];
    const round = Math.floor(at / rows.length);
    return row === undefined ? [] : show(round === 0 ? row : { ...row, id: `${row.id}-${round}` });
  });
}

function checkParameters<Item extends Row>({ query }: Call, listed: ListedAs<Item>): void {
  const { documented, filters = {}, name, labels } = listed;
  if (documented === undefined) return;
  const common = ['page', 'page_size', 'direction', 'order_by'];
  const known = new Set([...common, ...documented, ...Object.keys(filters), ...(name ? ['search'] : [])]);
  const unknown = [...query.keys()].find((key) => !known.has(key) && !(labels && LABEL.test(key)));
  if (unknown !== undefined) refuse(`unknown parameter "${unknown}"`);
}

type Condition<Item> = (row: Item) => boolean;

function filtered<Item extends Row>(
  { query }: Call,
  { filters = {} }: ListedAs<Item>,
): readonly Condition<Item>[] {
  return Object.entries(filters).flatMap(([key, { of, oneOf, part }]) => {
    const values = query.getAll(key);
    if (oneOf && !values.every((value) => oneOf.includes(value)))
      refuse(`${key} must be one of ${oneOf.join(', ')}`);
    if (values.length === 0) return [];
    const matches = part ? isPart : (text: string, value: string) => text === value;
    return [(row: Item) => values.some((value) => matches(of(row) ?? '', value))];
  });
}

function isPart(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Matches any part of the name, in any case, so it cannot find an exact name (docs/design/admin-api.md §1.5). */
function searched<Item extends Row>({ query }: Call, { name }: ListedAs<Item>): Condition<Item> {
  const search = query.get('search') ?? '';
  return (row) => name === undefined || isPart(name(row), search);
}

const LABEL = /^labels\[(.+)\]$/;

function labelled<Item extends Row>({ query }: Call, { labels }: ListedAs<Item>): Condition<Item> {
  const wanted = [...query].flatMap(([key, value]) => {
    const label = LABEL.exec(key)?.[1];
    return label === undefined ? [] : [{ label, value }];
  });
  return (row) => {
    const own = (wanted.length > 0 && labels?.(row)) || {};
    return wanted.every(({ label, value }) => Object.hasOwn(own, label) && own[label] === value);
  };
}

function inOrder<Item extends Row>(
  { n, query, switches }: Call,
  rows: readonly Item[],
  { orders = BY_TIME, documented }: ListedAs<Item>,
): readonly Item[] {
  const by = query.get('order_by');
  if (by === null && switches.rowOrder === 'hostile') return shuffled(rows, chance(n));
  const known: NonNullable<ListedAs<Item>['orders']> = documented ? orders : { ...orders, ...BY_TIME };
  const names = Object.keys(known);
  const column = by === null || names.includes(by) ? known[by ?? names[0] ?? ''] : undefined;
  if (column === undefined) return refuse(`order_by must be one of ${names.join(', ')}`);
  const sign = oneOf('asc', 'desc')(query.get('direction') ?? 'desc', 'direction') === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => sign * (compare(column(a), column(b)) || compareStrings(a.id, b.id)));
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareStrings(String(a), String(b));
}

function onPage<Item>(call: Call, rows: readonly Item[]): readonly Item[] {
  const number = count(call, 'page') ?? 1;
  const size = pageSize(call);
  if (call.switches.paging === 'ignored' || size === undefined) return rows;
  return rows.slice((number - 1) * size, number * size);
}

function pageSize(call: Call): number | undefined {
  const { defaultPageSize, maxPageSize } = call.switches;
  const fallback = defaultPageSize === 'none' ? undefined : defaultPageSize;
  const size = count(call, 'page_size') ?? (call.query.has('page') ? (fallback ?? 10) : fallback);
  return size === undefined ? undefined : Math.min(size, maxPageSize);
}

function count({ query }: Call, name: 'page' | 'page_size'): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : refuse(`${name} must be a whole number from 1 on`);
}

/** The list of subscriptions in the Admin API and the backend (docs/design/admin-api.md §7.2, §7.3). */
export function listedSubscriptions(shown: Shown) {
  const { applications, developers, api_products: products } = shown.store.tables;
  const application = (row: Subscription) => applications.get(row.application_id);
  const developerName = (row: Subscription): string =>
    developers.get(application(row)?.developer_id ?? '')?.name ?? '';
  const productName = (row: Subscription) => products.get(row.api_product_id)?.fields.name;
  return {
    show: (row) => showSubscription(row, shown),
    name: (row) => [developerName(row), application(row)?.name, productName(row)].join('\n'),
    filters: {
      api_product_id: { of: (row) => row.api_product_id },
      application_id: { of: (row) => row.application_id },
      status: { of: (row) => row.status, oneOf: ['unsubscribed', 'wait_for_approval', 'subscribed'] },
    },
    orders: {
      subscribed_at: (row) => (row.status === 'subscribed' ? row.updated_at : row.created_at),
      developer_name: developerName,
    },
  } satisfies ListedAs<Subscription>;
}

/** The list of approvals in the Admin API and the backend. */
export function listedApprovals(shown: Pick<Shown, 'switches'>) {
  return {
    show: (row) => showApproval(row, shown),
    name: (row) => [row.resource_name, row.applicant_name].join('\n'),
    filters: {
      status: { of: (row) => row.status, oneOf: ['pending', 'finished'] },
      result: { of: (row) => row.result, oneOf: ['accepted', 'rejected', 'cancelled'] },
      event: {
        of: () => 'api_product_subscription',
        oneOf: ['api_product_subscription', 'developer_registration'],
      },
      resource_type: { of: () => 'api_product', oneOf: ['api_product', 'developer'] },
      resource_name: { of: (row) => row.resource_name, part: true },
      applicant_name: { of: (row) => row.applicant_name, part: true },
      operator_name: { of: (row) => row.operator?.operator_name, part: true },
    },
    orders: {
      applied_at: (row) => row.created_at,
      resource_name: (row) => row.resource_name,
      operated_at: (row) => (row.status === 'finished' ? row.updated_at : 0),
    },
  } satisfies ListedAs<Approval>;
}
