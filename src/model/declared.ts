import type { Allowance as AllowEntry, GatewayProduct, ExternalProduct } from '../generated/product-file.ts';
import type { Location } from './diagnostic.ts';
import type { Gateways } from './gateway-file.ts';
import type { LongText } from './long-text.ts';
import type { Owner } from './ownership.ts';

/** The path of a key or item below a product, e.g. `['linked_gateway_services', 0, 'service']`. */
export type Path = readonly (string | number)[];

/**
 * Where a part of a product stands in its file. With `'key'` the key itself is marked instead of its value. A path that
 * the file does not have gives the nearest part above it; `[]` is the product itself.
 */
export type Locate = (path: Path, part?: 'key' | 'value') => Location;

/** An entry of `allow:` that holds today, with its place (docs/design/contract.md §11). */
export type Allowance = Readonly<AllowEntry> & { readonly at: Locate };

/** A long document may be packed. */
export type DeclaredExternal = Omit<ExternalProduct, 'raw_openapi'> & { readonly raw_openapi?: LongText };

/**
 * A product as people wrote it, checked and complete: variables filled in, included files read (`openapi_file` and
 * `logo_file` are gone, `raw_openapi` and `logo` stand in their place), `key-auth` spelled `key_auth`.
 */
export interface DeclaredProduct {
  readonly body: GatewayProduct | DeclaredExternal;
  readonly owner: Owner;
  readonly at: Locate;
}

export interface Declared {
  /** The portal that the files name, if any does, and where. */
  readonly portal?: { readonly name: string; readonly at: () => Location };
  readonly products: readonly DeclaredProduct[];
  /** The owners for which the files declare products; without any list of products, those that the files name. */
  readonly owners: readonly Owner[];
  /** Unexpired consent (docs/design/contract.md §11). */
  readonly allowances: readonly Allowance[];
  /**
   * False if no file has a list of products at all: then nothing is managed, and nothing may be deleted
   * (docs/design/contract.md §6).
   */
  readonly managesProducts: boolean;
  /** What files of API7's ADC declare, if the run names any (docs/design/contract.md §17). */
  readonly gateways?: Gateways;
}
