import type { Allowance as AllowEntry, GatewayProduct, ExternalProduct } from '../generated/product-file.ts';
import type { Location } from './diagnostic.ts';
import type { Gateways } from './directory.ts';
import type { LongText } from './long-text.ts';
import type { Owner } from './ownership.ts';

/** The path of a key or item below a product, e.g. `['linked_gateway_services', 0, 'service']`. */
export type Path = readonly (string | number)[];

/**
 * Returns the place of a part of a product in its file. With `'key'`, the place is the key instead of the value. For
 * a missing path, it is the nearest part above it; `[]` is the product itself.
 */
export type Locate = (path: Path, part?: 'key' | 'value') => Location;

/** An entry of `allow:` that is not expired, with its place (docs/design/contract.md §11). */
export type Allowance = Readonly<AllowEntry> & { readonly at: Locate };

/** A long document may be compressed. */
export type DeclaredExternal = Omit<ExternalProduct, 'raw_openapi'> & { readonly raw_openapi?: LongText };

/**
 * A declared product, checked and complete: variables are filled in, included files are read (`raw_openapi` and
 * `logo` replace `openapi_file` and `logo_file`), and `key-auth` is `key_auth`.
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
  /** The owners for which the files declare products; without a list of products, the owners that the files name. */
  readonly owners: readonly Owner[];
  /** Unexpired consent (docs/design/contract.md §11). */
  readonly allowances: readonly Allowance[];
  /** False without any list of products: then adc may delete none (docs/design/contract.md §6). */
  readonly managesProducts: boolean;
  /** The services of files of API7's ADC, if the run names any (docs/design/contract.md §17). */
  readonly gateways?: Gateways;
}
