import type { Locate, Path } from './declared.ts';
import type { Location } from './diagnostic.ts';
import { serviceKey, type HeldFields, type Link, type ProductFields, type ProductType } from './product.ts';

/** The fields that a file declares, in the compared form; what is left out stays as it is on the portal. */
export type DeclaredFields = Partial<ProductFields>;

/** The same as they are held until there is a plan. */
export type DesiredFields = Partial<HeldFields>;

/** A declared product with every name resolved to an id: what the differ compares with the live side. */
export interface DesiredProduct {
  /** The live product that this is pinned to, from `id:`. */
  readonly id?: string;
  readonly previous_name?: string;
  readonly name: string;
  readonly type: ProductType;
  readonly fields: DesiredFields;
  /** Where each link stands below the product, by serviceKey(): links are a set by now, and sorted. */
  readonly linkPaths?: ReadonlyMap<string, Path>;
  readonly at: Locate;
}

/** The place of a link in its file; that of the whole list where it is not known. */
export function linkLocation(
  product: DesiredProduct,
  link: Pick<Link, 'gateway_group_id' | 'service_id'>,
): Location {
  const path = product.linkPaths?.get(serviceKey(link));
  return path ? product.at(path) : product.at(['linked_gateway_services'], 'key');
}

/** What people call the things that products refer to by id, for paths and reports; an id without a name is its own. */
export interface Names {
  readonly gatewayGroups: ReadonlyMap<string, string>;
  /** By serviceKey(). */
  readonly services: ReadonlyMap<string, string>;
  readonly dcrProviders: ReadonlyMap<string, string>;
  readonly contactPoints: ReadonlyMap<string, string>;
}
