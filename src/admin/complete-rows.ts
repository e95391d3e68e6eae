import { isDeepStrictEqual } from 'node:util';
import { fieldOf, fieldsOf } from '../fields/field-table.ts';
import { groupBy } from '../lib/lists.ts';
import type { Redact } from '../lib/redaction.ts';
import { AdminError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import { fingerprint } from '../model/plan.ts';
import { type Json, READ_ONLY_KEYS } from '../model/product.ts';
import type { Row } from './paging.ts';
import { readProductFields, type ReadProduct } from './product-format.ts';

/** The product of a list row that seems complete; undefined if a field is missing that every product has. */
export function productOfRow(row: Row, redact: Redact): LiveProduct | undefined {
  const read = readable(row, redact);
  if (read === undefined || read.product.unreadable.length > 0 || !read.given.includes('status'))
    return undefined;
  const { product, given } = read;
  const needed = fieldsOf(product.type).filter((name) => fieldOf(name).neededToCreate);
  const isComplete = needed.every((name) => !isEmpty(product.fields[name]));
  return isComplete ? { ...product, fromRow: given } : undefined;
}

function isEmpty(value: object | string | boolean): boolean {
  return typeof value === 'object' ? Object.keys(value).length === 0 : value === '';
}

/** An invalid row is not an error: adc then reads the product on its own. */
function readable(row: Row, redact: Redact): ReadProduct | undefined {
  try {
    return readProductFields(row, redact);
  } catch (error) {
    if (error instanceof AdminError) return undefined;
    throw error;
  }
}

/**
 * Finds the list rows that can replace reading their products. It is unknown what lists omit
 * (docs/design/admin-api.md §15.16), so each run proves it for each type and status: adc reads a sample of the whole
 * list, and for every key of a row the products with the longest value, with the shortest value and without it. All of
 * them must equal their rows, which detects a list that shortens or omits values. Then adc trusts a row if it has every
 * key that any of those products has.
 *
 * A list could still omit a field that none of the read products has, or parts of products that then look like all
 * others. So adc plans no step from a row: it reads a changed product on its own first, and no row counts as equal in a
 * field that it lacks (Difference.uncertain). Writes read their product again anyway (docs/design/admin-api.md §15.3).
 * @param read reads a product on its own.
 * @returns the products that were read, and the trusted ones; the caller must read the others.
 */
export async function completeRows(
  products: readonly LiveProduct[],
  read: (product: LiveProduct) => Promise<LiveProduct>,
): Promise<readonly LiveProduct[]> {
  const types = [...groupBy(products, ({ type }) => type).values()];
  return (await Promise.all(types.map(async (group) => completeRowsOfType(group, read)))).flat();
}

async function completeRowsOfType(
  products: readonly LiveProduct[],
  readOne: (product: LiveProduct) => Promise<LiveProduct>,
): Promise<readonly LiveProduct[]> {
  const byStatus = groupBy(products, ({ fields }) => fields.status).values();
  const samples = new Set([...byStatus].flatMap((group) => [...sampleOf(group)]));
  const pairs = await Promise.all([...samples].map(async (row) => ({ row, product: await readOne(row) })));
  const read = pairs.map(({ product }) => product);
  if (!pairs.every(({ row, product }) => isSame(row, product))) return read;
  const keys = [...new Set(read.flatMap(keysOf))];
  const isTrusted = (row: LiveProduct): boolean =>
    !samples.has(row) && keys.every((key) => hasValue(row, key));
  return [...read, ...products.filter(isTrusted)];
}

const SAMPLE_SIZE = 5;

/** Products from all parts of the list, and those whose values the list is most likely to shorten or omit. */
function sampleOf(products: readonly LiveProduct[]): ReadonlySet<LiveProduct> {
  const distance = Math.ceil(products.length / SAMPLE_SIZE);
  const chosen = new Set(products.filter((_, at) => at % distance === 0));
  for (const key of new Set(products.flatMap(keysOf))) {
    const sizes = products.map(({ raw }) => sizeOf(raw[key]));
    chooseEach(chosen, products, sizes, extremeSizes(sizes));
  }
  return chosen;
}

/** Adds a product for each of the wanted values, unless a chosen product already has it. */
function chooseEach<Value>(
  chosen: Set<LiveProduct>,
  products: readonly LiveProduct[],
  values: readonly Value[],
  wanted: ReadonlySet<Value>,
): void {
  const missing = new Set(wanted);
  for (const [index, product] of products.entries()) {
    if (chosen.has(product)) missing.delete(values[index] as Value);
  }
  for (const value of missing) {
    const product = products[values.indexOf(value)];
    if (product) chosen.add(product);
  }
}

/** The longest and shortest sizes, and -1 if a value is missing. */
function extremeSizes(sizes: readonly number[]): ReadonlySet<number> {
  const given = sizes.filter((size) => size >= 0);
  const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b), Infinity);
  const most = given.reduce((a, b) => Math.max(a, b), 0);
  return new Set([least(sizes), least(given), most]);
}

/** Length of a value as JSON; -1 without a value. */
function sizeOf(value: Json | undefined): number {
  if (value === undefined || value === null) return -1;
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' ? JSON.stringify(value).length : 0;
}

/** Keys except those of the server, which may be only in lists, or only elsewhere. */
function keysOf({ raw }: LiveProduct): readonly string[] {
  return Object.keys(raw).filter((key) => !READ_ONLY_KEYS.has(key));
}

function hasValue({ raw }: LiveProduct, key: string): boolean {
  return raw[key] !== undefined && raw[key] !== null;
}

/** Whether both have the same fields and keys, and the same time of the last update. */
function isSame(row: LiveProduct, product: LiveProduct): boolean {
  return (
    fingerprint(row) === fingerprint(product) &&
    isDeepStrictEqual(row.unreadable, product.unreadable) &&
    isDeepStrictEqual(new Set(keysOf(row)), new Set(keysOf(product))) &&
    isDeepStrictEqual(row.raw.updated_at, product.raw.updated_at)
  );
}
