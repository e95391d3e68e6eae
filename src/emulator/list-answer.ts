import { compareStrings } from '../lib/sorted-by.ts';
import type { Json, Labels } from '../model/product.ts';
import { chance, shuffled } from './chance.ts';
import { refuse } from './refusal.ts';
import type { Answer, Call } from './route.ts';
import type { Row } from './rows.ts';

interface ListedAs<Item extends Row> {
  readonly show: (row: Item) => Json;
  /** What `search` looks in. */
  readonly name?: (row: Item) => string;
  readonly labels?: (row: Item) => Labels;
  /** Whether the switch for pages without end is about this list: others are read before it. */
  readonly mayBeEndless?: boolean;
}

/** What order_by may say; the names of other lists stand for the same two times (docs/design/admin-api.md §1.5). */
const ORDERS: Readonly<Record<string, 'created_at' | 'updated_at'>> = {
  created_at: 'created_at',
  updated_at: 'updated_at',
  applied_at: 'created_at',
  subscribed_at: 'created_at',
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
  const [isSearched, hasLabels] = [searched(call, listed), labelled(call, listed)];
  const ordered = inOrder(
    call,
    rows.filter((row) => isSearched(row) && hasLabels(row)),
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

/** Any part of the name, in whatever case: nobody finds an exact name by it alone (docs/design/admin-api.md §1.5). */
function searched<Item extends Row>({ query }: Call, { name }: ListedAs<Item>): (row: Item) => boolean {
  const search = (query.get('search') ?? '').toLowerCase();
  if (search === '' || name === undefined) return () => true;
  return (row) => name(row).toLowerCase().includes(search);
}

function labelled<Item extends Row>({ query }: Call, { labels }: ListedAs<Item>): (row: Item) => boolean {
  const wanted = [...query].flatMap(([key, value]) => {
    const label = /^labels\[(.+)\]$/.exec(key)?.[1];
    return label === undefined ? [] : [{ label, value }];
  });
  if (wanted.length === 0) return () => true;
  return (row) => {
    const own = labels?.(row) ?? {};
    return wanted.every(({ label, value }) => Object.hasOwn(own, label) && own[label] === value);
  };
}

function inOrder<Item extends Row>(call: Call, rows: readonly Item[]): readonly Item[] {
  const by = call.query.get('order_by');
  if (by === null && call.switches.rowOrder === 'hostile') return shuffled(rows, chance(call.n));
  const column = Object.hasOwn(ORDERS, by ?? 'updated_at') ? ORDERS[by ?? 'updated_at'] : undefined;
  if (column === undefined) return refuse(`order_by must be one of ${Object.keys(ORDERS).join(', ')}`);
  const sign = direction(call) === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => sign * (a[column] - b[column] || compareStrings(a.id, b.id)));
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
