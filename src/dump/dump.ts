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
  /** Owner in the files of products without an owner (default: such files declare none). */
  readonly owner?: string | undefined;
  /** Whether every product is pinned by its `id:`; otherwise, only those with a duplicate or invalid name. */
  readonly withId: boolean;
  /** Whether the files include fields with the server's default. */
  readonly withDefaults: boolean;
  /** Whether the files name no portal, so that they are valid for any. */
  readonly portable?: boolean | undefined;
  /** Variables of an environment: `${NAME}` replaces texts that equal their values. */
  readonly variables?: Variables | undefined;
  /** One file with everything inline; or one file for each product, with OpenAPI documents and logos in other files. */
  readonly layout: 'one-file' | 'folder';
  /** Whether the caller writes no other file than the product file, for example to standard output. */
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
  /** Fields that the files omit, since lint would refuse them, with the names of their products. */
  readonly leftOut: readonly (LeftOutField & { readonly product: string })[];
  /** Names of products that only their `id:` identifies, so that their files are valid only for this portal. */
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
 * Converts live products to product files (docs/design/contract.md §8): with names instead of ids where names are
 * unambiguous, without fields of the server, and with the same bytes for any order of the live products. Pure.
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

/** Returns whether the options select a product, by its labels and name. */
export function isChosen({ include, names }: Pick<DumpOptions, 'include' | 'names'>): DumpOptions['include'] {
  const patterns = names.map(wildcard);
  return (product) =>
    include(product) && (patterns.length === 0 || patterns.some((matches) => matches(product.fields.name)));
}

/** The selected products, sorted by name and id. */
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

/** The names of products, sorted. */
export function namesOf(products: readonly LiveProduct[]): readonly string[] {
  return products.map(({ fields }) => fields.name).toSorted(compareStrings);
}

/** The keys of a product file before its products. */
export interface FileHead {
  /** Path or URL of the JSON Schema; empty for none. */
  readonly schema: string;
  readonly portal: string | undefined;
  readonly owner?: string | undefined;
  /** Whether the portal has no products. Only then, a file without products has an empty list of products. */
  readonly empty: boolean;
}

/** The text of a product file. Without entries, it has no list of products, so that sync deletes none (docs/design/contract.md §2). */
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

/** Maximum length of a slug without a digest. */
const MAX_SLUG = 60;
/** Names that Windows reserves for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The file name of each product without extension, by id: the name of the product in lowercase ASCII letters, digits and
 * dashes. Slugs are unique, and do not depend on the order of the products: if names have the same slug, a digest of the
 * name follows in each of them.
 */
export function slugs(products: readonly LiveProduct[]): ReadonlyMap<string, string> {
  const inOrder = products.toSorted((a, b) => compareStrings(keyOf(a), keyOf(b)));
  const bySlug = groupBy(inOrder, ({ fields }) => slugOf(fields.name));
  const plain = [...bySlug].filter(([slug, same]) => slug !== '' && !DEVICE.test(slug) && same.length === 1);
  const slugById = new Map(plain.flatMap(([slug, same]) => same.map(({ id }) => [id, slug] as const)));
  const used = new Set(slugById.values());
  for (const { id, fields } of inOrder) {
    if (slugById.has(id)) continue;
    const slug = digestedSlug(fields.name, used);
    used.add(slug);
    slugById.set(id, slug);
  }
  return slugById;
}

const keyOf = ({ id, fields }: LiveProduct): string => JSON.stringify([fields.name, id]);

function slugOf(name: string): string {
  const letters = name.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const words = letters.split(/[^a-z0-9]+/).filter((word) => word !== '');
  return words.join('-').slice(0, MAX_SLUG).replace(/-$/, '');
}

/** A slug with a digest of the name; for equal names, the digest includes a number. */
function digestedSlug(name: string, used: ReadonlySet<string>): string {
  for (let count = 0; ; count += 1) {
    const digest = sha256(JSON.stringify([name, count])).slice(0, 12);
    const slug = [slugOf(name), digest].filter((part) => part !== '').join('-');
    if (!used.has(slug)) return slug;
  }
}
