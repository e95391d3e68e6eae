import type { Allowance as AllowEntry, GatewayProduct, ExternalProduct } from '../generated/product-file.ts';
import type { Location } from './diagnostic.ts';
import type { Gateways } from './directory.ts';
import type { LongText } from './long-text.ts';
import type { Owner } from './ownership.ts';

/** The path of a key or item below a product, e.g. `['linked_gateway_services', 0, 'service']`. */
export type Path = readonly (string | number)[];

/**
 * Returns the place of a part of a product in its file: of its value, or with `'key'` of its key. A missing part has
 * the place of its nearest existing parent; `[]` is the product itself.
 */
export type Locate = (path: Path, part?: 'key' | 'value') => Location;

/** An entry of `allow:` that is not expired, with its place (docs/design/contract.md §11). */
export type Allowance = Readonly<AllowEntry> & { readonly at: Locate };

/** An external product. A long document may be compressed. */
export type DeclaredExternal = Omit<ExternalProduct, 'raw_openapi'> & { readonly raw_openapi?: LongText };

/**
 * A valid declared product. Variables are filled in, the contents of included files replace their paths (`raw_openapi`
 * and `logo`), and `key-auth` is spelled `key_auth`.
 */
export interface DeclaredProduct {
  readonly body: GatewayProduct | DeclaredExternal;
  readonly owner: Owner;
  readonly at: Locate;
}

export interface Declared {
  /** The portal that the files name, if any, and its place. */
  readonly portal?: { readonly name: string; readonly at: () => Location };
  readonly products: readonly DeclaredProduct[];
  /** The owners of the files with a list of products; without any list, the owners of all files. */
  readonly owners: readonly Owner[];
  /** Unexpired entries (docs/design/contract.md §11). */
  readonly allowances: readonly Allowance[];
  /** Whether any file has a list of products. Otherwise, adc deletes no products (docs/design/contract.md §6). */
  readonly managesProducts: boolean;
  /** The services of files of API7's ADC, if the run names any (docs/design/contract.md §17). */
  readonly gateways?: Gateways;
}
