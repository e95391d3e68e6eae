import type { Hold } from '../generated/product-file.ts';
import type { Locate } from './declared.ts';
import type { Location } from './diagnostic.ts';
import { textOf } from './long-text.ts';
import type { Owner } from './ownership.ts';
import {
  serviceKey,
  type Link,
  type ServiceIds,
  type CompactFields,
  type ProductFields,
  type ProductType,
} from './product.ts';

/** Declared fields in the compared form. Omitted fields keep their live values. */
export type PartialFields = Partial<ProductFields>;

/** Declared fields before the plan, when a long text may be compressed. */
export type DesiredFields = Partial<CompactFields>;

/** The fields with uncompressed texts, as in changes and plans. */
export function unpackedFields(fields: DesiredFields): PartialFields {
  const { raw_openapi: text, ...others } = fields;
  return text === undefined ? others : { ...fields, raw_openapi: textOf(text) };
}

/** A declared product whose names are resolved to ids, so that diff() can compare it with live products. */
export interface DesiredProduct {
  /** The id of the pinned live product, from `id:`. */
  readonly id?: string;
  readonly previous_name?: string;
  readonly name: string;
  readonly type: ProductType;
  readonly owner?: Owner;
  /** Keeps the live product unchanged (docs/design/contract.md §11). */
  readonly hold?: Hold;
  readonly fields: DesiredFields;
  /** The links in the order of the file. The links in `fields` are sorted, without duplicates. */
  readonly writtenLinks?: readonly Link[];
  readonly at: Locate;
}

/** The place of a link in its file, or of the list if the link is unknown. */
export function linkLocation(product: DesiredProduct, link: ServiceIds): Location {
  const links = product.writtenLinks ?? [];
  const place = links.findIndex((one) => serviceKey(one) === serviceKey(link));
  return place < 0
    ? product.at(['linked_gateway_services'], 'key')
    : product.at(['linked_gateway_services', place]);
}

/** The names of referenced resources by id, for paths and reports. An id without a name is shown itself. */
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
 * The names that identify one resource: without duplicate names, and without names that contain the separator of
 * `group/service`. Computed once for each object.
 */
export function unambiguousNames(names: Names): Names {
  const found = known.get(names) ?? {
    gatewayGroups: unambiguous(names.gatewayGroups),
    services: unambiguous(names.services, (key) => String((JSON.parse(key) as unknown[])[0])),
    dcrProviders: unambiguous(names.dcrProviders),
    contactPoints: unambiguous(names.contactPoints),
  };
  known.set(names, found);
  return found;
}

/** @param scope returns the scope of a key, in which its name must be unique (default: one scope). */
function unambiguous(
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

/** `group/service`, with names if they are unambiguous, otherwise with ids. */
export function serviceName(link: ServiceIds, names: Names): string {
  const { gatewayGroups, services } = unambiguousNames(names);
  const group = gatewayGroups.get(link.gateway_group_id) ?? withoutSlash(link.gateway_group_id);
  return `${group}/${services.get(serviceKey(link)) ?? withoutSlash(link.service_id)}`;
}

/** The path of a link in changes, such as `linked_gateway_services[default/payments]`. */
export function linkPath(link: ServiceIds, names: Names): string {
  return `linked_gateway_services[${serviceName(link, names)}]`;
}

/** Escapes slashes. Ids should have none (docs/design/admin-api.md §1.6), and a slash would look like the separator. */
function withoutSlash(id: string): string {
  return id.replaceAll('/', '%2F');
}
