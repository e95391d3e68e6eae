import { type Node, isSeq } from 'yaml';
import { escapeVariables } from '../fields/edits.ts';
import { compareStrings, groupBy } from '../lib/lists.ts';
import { printable } from '../lib/printable.ts';
import { sha256 } from '../lib/sha256.ts';
import { wildcard } from '../lib/wildcard.ts';
import type { Directory } from '../model/directory.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import { isOwnerName, ownershipOf } from '../model/ownership.ts';
import { violatedRule } from '../model/product.ts';
import {
  type ChosenProduct,
  type DumpFile,
  type LeftOutField,
  type LeftOutFields,
  type ProductEntry,
  type Variables,
  productEntry,
} from './product-entry.ts';
import { yamlDocument, yamlText } from './yaml-text.ts';

export interface DumpOptions {
  /** Owner in the files of products without one (default: those files declare none). */
  readonly owner?: string | undefined;
  /** Whether every product is pinned by its `id:`; otherwise, only those with a duplicate or invalid name. */
  readonly withId: boolean;
  /** Whether the files include fields with the server's default. */
  readonly withDefaults: boolean;
  /** Whether the files name no portal, so that they fit any. */
  readonly portable?: boolean | undefined;
  /** Values that become `${NAME}` in the files, where a text equals them. */
  readonly variables?: Variables | undefined;
  /**
   * One file with everything in it; or one file for each product, with OpenAPI documents and logos in files of their
   * own.
   */
  readonly layout: 'one-file' | 'folder';
  /** Whether no document can be written beside the product file. */
  readonly isAlone?: boolean | undefined;
  /** The text after `$schema=` in the first line; if empty, the line is omitted. */
  readonly schema: string;
  readonly include: (product: LiveProduct) => boolean;
  /** Patterns of names (lib/wildcard.ts); a product is dumped if one of them matches. Empty: all names. */
  readonly names: readonly string[];
  /** Names that other files declare. */
  readonly taken?: ReadonlySet<string> | undefined;
  /** Products whose OpenAPI document the caller has already stored, by id, with the extension of the file. */
  readonly storedDocuments?: ReadonlyMap<string, string>;
  /** The fields that lint would refuse. */
  readonly leftOut?: LeftOutFields;
}

export interface Dump {
  readonly files: readonly DumpFile[];
  /** The paths of the stored documents, with the ids of their products. */
  readonly storedDocuments: readonly { readonly path: string; readonly id: string }[];
  /** Owners of products in one file, which has no `owner:` if there are several. */
  readonly owners: readonly string[];
  /** How many products the files declare. */
  readonly products: number;
  /** Fields that are not in the files, since lint would refuse them, with the names of their products. */
  readonly leftOut: readonly (LeftOutField & { readonly product: string })[];
  /** Names of products that only their `id:` distinguishes, so that their files fit this portal only. */
  readonly pinned: readonly string[];
  /** Names of products that `include` leaves out. */
  readonly notIncluded: readonly string[];
  /** Names of products whose OpenAPI document the server did not return. */
  readonly unreadable: readonly string[];
  /** The requested `names` that match no live product. */
  readonly unmatched: readonly string[];
  /** Names of all products of the portal, dumped or not. */
  readonly liveNames: readonly string[];
}

/**
 * The live products as product files (docs/design/contract.md §8): names instead of unambiguous ids, no fields of the
 * server, and the same bytes for any order of rows. Pure.
 */
export function dump(
  portal: { readonly name: string },
  live: LivePortal,
  directory: Directory,
  options: DumpOptions,
): Dump {
  const { isAlone = false, portable = false, owner, leftOut, names } = options;
  const chosen = chosenProducts(live.products, { ...options, include: isChosen(options) });
  const head = {
    schema: options.schema,
    portal: portable ? undefined : portal.name,
    empty: live.products.length === 0,
  };
  const slugById = slugs(live.products);
  const inFolder = options.layout === 'folder' && chosen.length > 0;
  const written = chosen.map((one) => {
    const slug = slugById.get(one.product.id) ?? one.product.id;
    const entry = productEntry(one, isAlone ? undefined : slug, { ...options, directory });
    return { ...one, slug, entry };
  });
  const owners = ownersOf(chosen);
  const oneFile = (): DumpFile => {
    const file = { ...head, owner: owners.length > 1 ? undefined : (owners[0] ?? owner) };
    const entries = written.map(({ entry }) => entry);
    return { path: 'api-products.yaml', content: productFile(file, entries) };
  };
  const ownFile = (one: (typeof written)[number]): DumpFile => {
    const file = { ...head, owner: ownersOf([one])[0] ?? owner };
    return { path: `${one.slug}.yaml`, content: productFile(file, [one.entry]) };
  };
  return {
    // The directory also has the included files, and documents that lint would refuse.
    files: [
      ...(inFolder ? [] : [oneFile()]),
      ...written.flatMap((one) => [...(inFolder ? [ownFile(one)] : []), ...one.entry.files]),
    ],
    storedDocuments: written.flatMap(({ entry: { storedPath: path }, product: { id } }) =>
      path === undefined ? [] : [{ path, id }],
    ),
    owners: inFolder ? [] : owners,
    products: chosen.length,
    leftOut: chosen.flatMap(({ product }) =>
      (leftOut?.get(product.id) ?? []).map((one) => ({ product: product.fields.name, ...one })),
    ),
    pinned: namesOf(chosen.flatMap(({ whyPinned, product }) => (whyPinned === undefined ? [] : [product]))),
    notIncluded: namesOf(live.products.filter((product) => !options.include(product))),
    unreadable: namesOf(
      chosen.flatMap(({ product }) => (product.unreadable.includes('raw_openapi') ? [product] : [])),
    ),
    unmatched: names.filter((pattern) => !namesOf(live.products).some(wildcard(pattern))),
    liveNames: namesOf(live.products),
  };
}

/** Whether a product is selected by labels and name. */
export function isChosen({ include, names }: Pick<DumpOptions, 'include' | 'names'>): DumpOptions['include'] {
  const fits = names.map(wildcard);
  return (product) =>
    include(product) && (fits.length === 0 || fits.some((matches) => matches(product.fields.name)));
}

/** The products that are dumped, by name and id. */
export function chosenProducts(
  live: readonly LiveProduct[],
  { include, taken }: Pick<DumpOptions, 'include' | 'taken'>,
): readonly ChosenProduct[] {
  const byName = groupBy(live, ({ fields }) => fields.name);
  return live
    .filter(include)
    .toSorted((a, b) => compareStrings(a.fields.name, b.fields.name) || compareStrings(a.id, b.id))
    .map((product) => {
      const { name } = product.fields;
      const isShared = byName.get(name)?.length !== 1 || taken?.has(name) === true;
      const whyInvalid = violatedRule(name) === undefined ? undefined : 'invalid-name';
      return { product, whyPinned: isShared ? 'shared-name' : whyInvalid };
    });
}

/** The owners of products that a file may declare; `managed-by: adc` has none. */
function ownersOf(chosen: readonly ChosenProduct[]): readonly string[] {
  const owners = chosen.flatMap(({ product }) => {
    const ownership = ownershipOf(product.fields.labels);
    const owner = ownership.managed ? ownership.owner : undefined;
    return owner !== undefined && isOwnerName(owner) ? [owner] : [];
  });
  return [...new Set(owners)].toSorted(compareStrings);
}

function namesOf(products: readonly LiveProduct[]): readonly string[] {
  return products.map(({ fields }) => fields.name).toSorted(compareStrings);
}

export interface FileHead {
  /** Path or address of the JSON Schema; empty: none. */
  readonly schema: string;
  /** Undefined: none. */
  readonly portal: string | undefined;
  /** Owner of the products, if any. */
  readonly owner?: string | undefined;
  /** Whether the portal has no products: only then, a file without products declares that there are none. */
  readonly empty: boolean;
}

/** The text of a product file. Without entries, it manages no products, unless there are none (docs/design/contract.md §2). */
export function productFile(
  { schema, portal, owner, empty }: FileHead,
  entries: readonly Pick<ProductEntry, 'fields' | 'comment'>[],
): string {
  const document = yamlDocument({
    ...(portal !== undefined && { portal: escapeVariables(portal) }),
    ...(owner !== undefined && { owner }),
    ...((empty || entries.length > 0) && { api_products: entries.map(({ fields }) => fields) }),
  });
  const list = document.get('api_products');
  for (const [index, item] of isSeq<Node>(list) ? list.items.entries() : []) {
    const comment = entries[index]?.comment ?? [];
    if (comment.length > 0) item.commentBefore = comment.map((line) => ` ${line}`).join('\n');
    item.spaceBefore = index > 0;
  }
  const first = schema === '' ? '' : `# yaml-language-server: $schema=${printable(schema)}\n`;
  return first + yamlText(document);
}

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
