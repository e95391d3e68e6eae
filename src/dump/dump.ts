import type { Directory } from '../model/directory.ts';
import type { LivePortal, LiveProduct } from '../model/live.ts';
import { chosenProducts, type ChosenProduct } from './chosen-products.ts';
import { productEntry, type ProductEntry } from './product-entry.ts';
import { productFile, type FileHead } from './product-file.ts';
import { slugs } from './slugs.ts';

/**
 * The live products as product files (contract §8): names instead of ids wherever a name is unambiguous, nothing that
 * the server owns, and the same bytes whatever the order of rows. Where two products bear one name, which files may not
 * have, see chosen-products.ts. Pure.
 */
export function dump(
  portal: { readonly name: string },
  live: LivePortal,
  directory: Directory,
  options: DumpOptions,
): Dump {
  const chosen = chosenProducts(live.products, options.include);
  const head = { schema: options.schema, portal: portal.name, empty: live.products.length === 0 };
  const write: WriteEntry = (one, slug) => productEntry(one, slug, { ...options, directory });
  const inFolder = options.layout === 'folder' && chosen.length > 0;
  return {
    files: inFolder ? folder(head, chosen, slugs(live.products), write) : oneFile(head, chosen, write),
    products: chosen.filter(({ namesake }) => namesake !== 'spare').length,
    commentedOut: namesOf(chosen.filter(({ namesake }) => namesake === 'spare')),
    unreadable: namesOf(chosen.filter(({ product }) => product.unreadable.includes('raw_openapi'))),
  };
}

export interface DumpOptions {
  /** Whether every product is pinned by its `id:`; without, only those that share their name. */
  readonly withId: boolean;
  /** Whether fields stand in the file that have the server's default. */
  readonly withDefaults: boolean;
  /** One file with everything in it; or a file a product, with OpenAPI documents and logos beside them. */
  readonly layout: 'one-file' | 'folder';
  /** What stands after `$schema=` in the first line; empty leaves the line out. */
  readonly schema: string;
  readonly include: (product: LiveProduct) => boolean;
}

export interface DumpFile {
  /** Relative to the dump, separated by `/`; for one file, the name that it has if nobody chooses another. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface Dump {
  readonly files: readonly DumpFile[];
  /** How many products the files declare. */
  readonly products: number;
  /** Names of products that the files have as comments only, since a declared product bears the same name. */
  readonly commentedOut: readonly string[];
  /** Names of products whose OpenAPI document the server did not give back. */
  readonly unreadable: readonly string[];
}

const ONE_FILE = 'api-products.yaml';

type WriteEntry = (one: ChosenProduct, slug?: string) => ProductEntry;

function oneFile(head: FileHead, chosen: readonly ChosenProduct[], write: WriteEntry): readonly DumpFile[] {
  const entries = chosen.map((one) => write(one));
  return [{ path: ONE_FILE, content: productFile(head, entries) }];
}

function folder(
  head: FileHead,
  chosen: readonly ChosenProduct[],
  slugById: ReadonlyMap<string, string>,
  write: WriteEntry,
): readonly DumpFile[] {
  return chosen.flatMap((one) => {
    const slug = slugById.get(one.product.id) ?? one.product.id;
    const entry = write(one, slug);
    const included = entry.files.map(({ path, content }) => ({ path, content }));
    return [{ path: `${slug}.yaml`, content: productFile(head, [entry]) }, ...included];
  });
}

function namesOf(chosen: readonly ChosenProduct[]): readonly string[] {
  return chosen.map(({ product }) => product.fields.name);
}
