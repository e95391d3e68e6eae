import type { Hold } from '../generated/product-file.ts';
import type { Locate } from './declared.ts';
import type { Location } from './diagnostic.ts';
import { textOf } from './long-text.ts';
import type { Owner } from './ownership.ts';
import { serviceKey, type HeldFields, type Link, type ProductFields, type ProductType } from './product.ts';

/** The fields that a file declares, in the compared form; what is left out stays as it is on the portal. */
export type PartialFields = Partial<ProductFields>;

/** The same as they are held until there is a plan. */
export type DesiredFields = Partial<HeldFields>;

/** Fields with their long texts unpacked: the form of changes, and of all that is made from them. */
export function unpackedFields(fields: DesiredFields): PartialFields {
  const { raw_openapi: text, ...others } = fields;
  return text === undefined ? others : { ...fields, raw_openapi: textOf(text) };
}

/** A declared product with every name resolved to an id: what the differ compares with the live side. */
export interface DesiredProduct {
  /** The live product that this is pinned to, from `id:`. */
  readonly id?: string;
  readonly previous_name?: string;
  readonly name: string;
  readonly type: ProductType;
  readonly owner?: Owner;
  /** Leaves the product as it is live (docs/design/contract.md §11). */
  readonly hold?: Hold;
  readonly fields: DesiredFields;
  /** The links as they stand in the file: those of the fields are a set by now, and sorted. */
  readonly writtenLinks?: readonly Link[];
  readonly at: Locate;
}

/** The place of a link in its file; that of the whole list where it is not known. */
export function linkLocation(
  product: DesiredProduct,
  link: Pick<Link, 'gateway_group_id' | 'service_id'>,
): Location {
  const links = product.writtenLinks ?? [];
  const place = links.findIndex((one) => serviceKey(one) === serviceKey(link));
  return place < 0
    ? product.at(['linked_gateway_services'], 'key')
    : product.at(['linked_gateway_services', place]);
}

/** What people call the things that products refer to by id, for paths and reports; an id without a name is its own. */
export interface Names {
  readonly gatewayGroups: ReadonlyMap<string, string>;
  /** By serviceKey(). */
  readonly services: ReadonlyMap<string, string>;
  readonly dcrProviders: ReadonlyMap<string, string>;
  readonly contactPoints: ReadonlyMap<string, string>;
}

export const NO_NAMES: Names = {
  gatewayGroups: new Map(),
  services: new Map(),
  dcrProviders: new Map(),
  contactPoints: new Map(),
};

const known = new WeakMap<Names, Names>();

/**
 * The names that tell things apart: what shares its name with another id, or has one that could be read as
 * `group/service`, goes by its id. Worked out once for each set of names.
 */
export function unambiguousNames(names: Names): Names {
  const found = known.get(names) ?? {
    gatewayGroups: telling(names.gatewayGroups),
    services: telling(names.services, (key) => String((JSON.parse(key) as unknown[])[0])),
    dcrProviders: telling(names.dcrProviders),
    contactPoints: telling(names.contactPoints),
  };
  known.set(names, found);
  return found;
}

/** @param scope gives within what a name must be the only one; all of them are one scope if left out. */
function telling(
  names: ReadonlyMap<string, string>,
  scope: (key: string) => string = () => '',
): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const place = (key: string, name: string): string => JSON.stringify([scope(key), name]);
  for (const [key, name] of names) counts.set(place(key, name), (counts.get(place(key, name)) ?? 0) + 1);
  return new Map(
    [...names].filter(([key, name]) => counts.get(place(key, name)) === 1 && !name.includes('/')),
  );
}
