import type { Locate } from './declared.ts';
import type { ProductFields, ProductType } from './product.ts';

/** The fields that a file declares, in the compared form; what is left out stays as it is on the portal. */
export type DeclaredFields = Partial<ProductFields>;

/** A declared product with every name resolved to an id: what the differ compares with the live side. */
export interface DesiredProduct {
  /** The live product that this is pinned to, from `id:`. */
  readonly id?: string;
  readonly previous_name?: string;
  readonly name: string;
  readonly type: ProductType;
  readonly fields: DeclaredFields;
  readonly at: Locate;
}

/** What people call the things that products refer to by id, for paths and reports; an id without a name is its own. */
export interface Names {
  readonly gatewayGroups: ReadonlyMap<string, string>;
  /** By serviceKey(). */
  readonly services: ReadonlyMap<string, string>;
  readonly dcrProviders: ReadonlyMap<string, string>;
  readonly contactPoints: ReadonlyMap<string, string>;
}
