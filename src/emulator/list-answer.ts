import { compareStrings } from '../lib/lists.ts';
import type { Json, Labels } from '../model/product.ts';
import { chance, shuffled } from './chance.ts';
import { refuse } from './refusal.ts';
import type { Answer, Call } from './route.ts';
import type { Row } from './rows.ts';

/** What a query parameter selects rows by; of several values one must fit. */
interface Filter<Item> {
  readonly of: (row: Item) => string | undefined;
  /** The values that the parameter can have; any, if omitted. */
  readonly oneOf?: readonly string[];
  /** Whether a part of the fact is enough, in whatever case. */
  readonly part?: true;
}

export interface ListedAs<Item extends Row> {
  readonly show: (row: Item) => Json;
  /** What `search` looks in. */
  readonly name?: (row: Item) => string;
  readonly labels?: (row: Item) => Labels;
  /** By the names of their parameters. */
  readonly filters?: Readonly<Record<string, Filter<Item>>>;
  /** What `order_by` can say; the first is the default. */
  readonly orders?: Readonly<Record<string, (row: Item) => number | string>>;
  /**
   * The documentation names all parameters of this list: others are refused, and so are orders that are not in `orders`. Gives
   * the parameters that do not filter.
   */
  readonly documented?: readonly string[];
  /** Whether the switch for pages without end is about this list: others are read before it. */
  readonly mayBeEndless?: boolean;
}

/** The orders of all lists of the dashboard (docs/design/admin-api.md §1.5), and of those that document no others. */
export const BY_TIME = {
  updated_at: (row: Row): number => row.updated_at,
  created_at: (row: Row): number => row.created_at,
};

/**
 * A page of rows with the total, searched, filtered, ordered and cut as the query says (docs/design/admin-api.md §1.5).
 * @throws Refusal for parameters that make no sense.
 */
export function listAnswer<Item extends Row>(
  call: Call,
  rows: readonly Item[],
  listed: ListedAs<Item>,
): Answer {
  checkParameters(call, listed);
  const wanted = [searched(call, listed), labelled(call, listed), ...filtered(call, listed)];
  const ordered = inOrder(
    call,
    rows.filter((row) => wanted.every((fits) => fits(row))),
    listed,
  );
  const items = onPage(call, ordered);
  const isEndless = call.switches.paging === 'endless' && listed.mayBeEndless === true && ordered.length > 0;
  const list = isEndless ? endless(call, ordered, listed) : items.map(listed.show);
  return { status: 200, body: { list, total: ordered.length } };
}

/** A full page, whatever its number: after the last row all come again, under new ids. */
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

const OF_ALL_LISTS = ['page', 'page_size', 'direction', 'order_by'];

function checkParameters<Item extends Row>({ query }: Call, listed: ListedAs<Item>): void {
  const { documented, filters = {}, name, labels } = listed;
  if (documented === undefined) return;
  const known = new Set([
    ...OF_ALL_LISTS,
    ...documented,
    ...Object.keys(filters),
    ...(name ? ['search'] : []),
  ]);
  const unknown = [...query.keys()].find((key) => !known.has(key) && !(labels && LABEL.test(key)));
  if (unknown !== undefined) refuse(`unknown parameter "${unknown}"`);
}

function filtered<Item extends Row>(
  { query }: Call,
  { filters = {} }: ListedAs<Item>,
): readonly ((row: Item) => boolean)[] {
  return Object.entries(filters).flatMap(([key, { of, oneOf, part }]) => {
    const values = query.getAll(key);
    if (oneOf && !values.every((value) => oneOf.includes(value)))
      refuse(`${key} must be one of ${oneOf.join(', ')}`);
    if (values.length === 0) return [];
    const fits = part ? isPart : (fact: string, value: string) => fact === value;
    return [(row: Item) => values.some((value) => fits(of(row) ?? '', value))];
  });
}

function isPart(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Any part of the name, ignoring case: it alone cannot find an exact name (docs/design/admin-api.md §1.5). */
function searched<Item extends Row>({ query }: Call, { name }: ListedAs<Item>): (row: Item) => boolean {
  const search = query.get('search') ?? '';
  return (row) => name === undefined || isPart(name(row), search);
}

const LABEL = /^labels\[(.+)\]$/;

function labelled<Item extends Row>({ query }: Call, { labels }: ListedAs<Item>): (row: Item) => boolean {
  const wanted = [...query].flatMap(([key, value]) => {
    const label = LABEL.exec(key)?.[1];
    return label === undefined ? [] : [{ label, value }];
  });
  if (wanted.length === 0) return () => true;
  return (row) => {
    const own = labels?.(row) ?? {};
    return wanted.every(({ label, value }) => Object.hasOwn(own, label) && own[label] === value);
  };
}

function inOrder<Item extends Row>(
  call: Call,
  rows: readonly Item[],
  { orders = BY_TIME, documented }: ListedAs<Item>,
): readonly Item[] {
  const by = call.query.get('order_by');
  if (by === null && call.switches.rowOrder === 'hostile') return shuffled(rows, chance(call.n));
  const known: NonNullable<ListedAs<Item>['orders']> = documented ? orders : { ...orders, ...BY_TIME };
  const names = Object.keys(known);
  const column = names.includes(by ?? '') || by === null ? known[by ?? names[0] ?? ''] : undefined;
  if (column === undefined) return refuse(`order_by must be one of ${names.join(', ')}`);
  const sign = direction(call) === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => sign * (compare(column(a), column(b)) || compareStrings(a.id, b.id)));
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareStrings(String(a), String(b));
}

function direction(call: Call): 'asc' | 'desc' {
  const given = call.query.get('direction') ?? 'desc';
  return given === 'asc' || given === 'desc' ? given : refuse('direction must be one of asc, desc');
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

function count(call: Call, name: 'page' | 'page_size'): number | undefined {
  const given = call.query.get(name);
  if (given === null) return undefined;
  return /^[1-9]\d{0,8}$/.test(given) ? Number(given) : refuse(`${name} must be a whole number from 1 on`);
}
