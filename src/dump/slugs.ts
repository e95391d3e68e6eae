import { compareStrings } from '../lib/lists.ts';
import { sha256 } from '../lib/sha256.ts';
import type { LiveProduct } from '../model/live.ts';

const LONGEST = 60;
/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * A file name without extension for each product, by its id: from the name, with lowercase ASCII letters, digits and
 * dashes, and unique. It does not depend on the order of the products. If slugs would be equal, all of them get a
 * digest of the name.
 */
export function slugs(products: readonly LiveProduct[]): ReadonlyMap<string, string> {
  const inOrder = products.toSorted((a, b) => compareStrings(keyOf(a), keyOf(b)));
  const counts = countsOf(inOrder.map(({ fields }) => slugOf(fields.name)));
  const [plain, others] = partition(inOrder, ({ fields }) => isPlain(slugOf(fields.name), counts));
  const found = new Map(plain.map(({ id, fields }) => [id, slugOf(fields.name)]));
  const taken = new Set(found.values());
  for (const { id, fields } of others) {
    const slug = digestedSlug(fields.name, taken);
    taken.add(slug);
    found.set(id, slug);
  }
  return found;
}

const keyOf = ({ id, fields }: LiveProduct): string => JSON.stringify([fields.name, id]);

function slugOf(name: string): string {
  const letters = name.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const words = letters.split(/[^a-z0-9]+/).filter((word) => word !== '');
  return words.join('-').slice(0, LONGEST).replace(/-$/, '');
}

function isPlain(slug: string, counts: ReadonlyMap<string, number>): boolean {
  return slug !== '' && !DEVICE.test(slug) && counts.get(slug) === 1;
}

function countsOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Products with the same name have the same digest, so they get a number. */
function digestedSlug(name: string, taken: ReadonlySet<string>): string {
  for (let count = 0; ; count += 1) {
    const digest = sha256(JSON.stringify([name, count])).slice(0, 12);
    const slug = [slugOf(name), digest].filter((part) => part !== '').join('-');
    if (!taken.has(slug)) return slug;
  }
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
