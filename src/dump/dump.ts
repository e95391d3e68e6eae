import { compareStrings } from '../lib/sorted-by.ts';
import { wildcard } from '../lib/wildcard.ts';
import type { Directory } from '../model/directory.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import { isOwnerName, ownershipOf } from '../model/ownership.ts';
import { chosenProducts, type ChosenProduct } from './chosen-products.ts';
import { productEntry, type LeftOutField, type LeftOutFields, type ProductEntry } from './product-entry.ts';
import { productFile, type FileHead } from './product-file.ts';
import { slugs } from './slugs.ts';

/**
 * The live products as product files (docs/design/contract.md §8): names instead of ids wherever a name is unambiguous, nothing
 * that the server owns, and the same bytes whatever the order of rows. Pure.
 */
export function dump(
  portal: { readonly name: string },
  live: LivePortal,
  directory: Directory,
  options: DumpOptions,
): Dump {
  const chosen = chosenProducts(live.products, isChosen(options));
  const head = {
    schema: options.schema,
    portal: portal.name,
    owner: options.owner,
    empty: live.products.length === 0,
  };
  const write: WriteEntry = (one, slug) => productEntry(one, slug, { ...options, directory });
  const inFolder = options.layout === 'folder' && chosen.length > 0;
  const slugById = slugs(live.products);
  const written = inFolder ? folder(head, chosen, slugById, write) : oneFile(head, chosen, slugById, write);
  return {
    ...written,
    owners: inFolder ? [] : ownersOf(chosen),
    products: chosen.length,
    leftOut: chosen.flatMap(({ product }) =>
      (options.leftOut?.get(product.id) ?? []).map((one) => ({ product: product.fields.name, ...one })),
    ),
    notIncluded: live.products
      .filter((product) => !options.include(product))
      .map(({ fields }) => fields.name)
      .toSorted(compareStrings),
    unreadable: namesOf(chosen.filter(({ product }) => product.unreadable.includes('raw_openapi'))),
    unmatched: options.names.filter((pattern) => !someName(live.products, wildcard(pattern))),
    liveNames: live.products.map(({ fields }) => fields.name).toSorted(compareStrings),
  };
}

/** Whether a product is dumped, as far as its labels and its name say. */
export function isChosen({ include, names }: DumpOptions): DumpOptions['include'] {
  const fits = names.map(wildcard);
  return (product) =>
    include(product) && (fits.length === 0 || fits.some((matches) => matches(product.fields.name)));
}

function someName(products: readonly LiveProduct[], matches: (name: string) => boolean): boolean {
  return products.some(({ fields }) => matches(fields.name));
}

export interface DumpOptions {
  /** Owner in the files of products that have none; left out, those files declare none. */
  readonly owner?: string | undefined;
  /** Whether every product is pinned by its `id:`; without, only those that share their name. */
  readonly withId: boolean;
  /** Whether fields stand in the file that have the server's default. */
  readonly withDefaults: boolean;
  /** One file with everything in it; or a file a product, with OpenAPI documents and logos beside them. */
  readonly layout: 'one-file' | 'folder';
  /** What stands after `$schema=` in the first line; empty leaves the line out. */
  readonly schema: string;
  readonly include: (product: LiveProduct) => boolean;
  /** Patterns of names (lib/wildcard.ts); a product is dumped if one of them fits. Empty: whatever its name. */
  readonly names: readonly string[];
  /** Products whose OpenAPI document the caller has put away already, by id, with the extension that it gets as a file. */
  readonly putAway?: ReadonlyMap<string, string>;
  /** What lint would refuse. */
  readonly leftOut?: LeftOutFields;
}

export interface DumpFile {
  /** Relative to the dump, separated by `/`; for one file, the name that it has if nobody chooses another. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface Dump {
  readonly files: readonly DumpFile[];
  /** Where the documents belong that were put away, with the ids of their products. */
  readonly putAway: readonly { readonly path: string; readonly id: string }[];
  /** Owners of products in one file, which has no `owner:` if there are several. */
  readonly owners: readonly string[];
  /** How many products the files declare. */
  readonly products: number;
  /** Fields that are not in the files, since lint would refuse them, with the names of their products. */
  readonly leftOut: readonly (LeftOutField & { readonly product: string })[];
  /** Names of products that `include` leaves out. */
  readonly notIncluded: readonly string[];
  /** Names of products whose OpenAPI document the server did not give back. */
  readonly unreadable: readonly string[];
  /** Those of the `names` asked for that no live product has. */
  readonly unmatched: readonly string[];
  /** Names of all products of the portal, whether they are dumped or not. */
  readonly liveNames: readonly string[];
}

const ONE_FILE = 'api-products.yaml';

type WriteEntry = (one: ChosenProduct, slug?: string) => ProductEntry;

type Written = Pick<Dump, 'files' | 'putAway'>;

/** Everything is inline except OpenAPI documents that lint would refuse. */
function oneFile(
  head: FileHead,
  chosen: readonly ChosenProduct[],
  slugById: ReadonlyMap<string, string>,
  write: WriteEntry,
): Written {
  const entries = chosen.map((one) => write(one, slugById.get(one.product.id)));
  const documents = entries.flatMap(({ files }) => files.map(({ path, content }) => ({ path, content })));
  const [owner, ...others] = ownersOf(chosen);
  const content = productFile(
    { ...head, owner: others.length === 0 ? (owner ?? head.owner) : undefined },
    entries,
  );
  return { files: [{ path: ONE_FILE, content }, ...documents], putAway: [] };
}

function folder(
  head: FileHead,
  chosen: readonly ChosenProduct[],
  slugById: ReadonlyMap<string, string>,
  write: WriteEntry,
): Written {
  const written = chosen.map((one) => {
    const { id } = one.product;
    const slug = slugById.get(id) ?? id;
    const entry = write(one, slug);
    const included = entry.files.map(({ path, content }) => ({ path, content }));
    return {
      files: [
        {
          path: `${slug}.yaml`,
          content: productFile({ ...head, owner: ownersOf([one])[0] ?? head.owner }, [entry]),
        },
        ...included,
      ],
      putAway: entry.putAway === undefined ? [] : [{ path: entry.putAway, id }],
    };
  });
  return { files: written.flatMap(({ files }) => files), putAway: written.flatMap(({ putAway }) => putAway) };
}

/** The owners of products, as far as a file may declare them; `managed-by: adc` alone names none. */
function ownersOf(chosen: readonly ChosenProduct[]): readonly string[] {
  const owners = chosen.flatMap(({ product }) => {
    const ownership = ownershipOf(product.fields.labels);
    const owner = ownership.managed ? ownership.owner : undefined;
    return owner !== undefined && isOwnerName(owner) ? [owner] : [];
  });
  return [...new Set(owners)].toSorted(compareStrings);
}

function namesOf(chosen: readonly ChosenProduct[]): readonly string[] {
  return chosen.map(({ product }) => product.fields.name);
}
