import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { Product, StoredAuth } from '../../src/emulator/world.ts';
import type { Store } from '../../src/emulator/store.ts';

/** A product in a comparable form: names instead of ids, with defaults, sets sorted. */
export interface Held {
  readonly portal: string;
  readonly name: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * The products in the tables of an Admin API, sorted by portal and name, without ids and times, to compare two Admin APIs.
 * Uses no code of the program.
 */
export function portalContents(store: Store): readonly Held[] {
  return store.products.map((product) => held(product, store)).toSorted(byName);
}

function held(product: Product, store: Store): Held {
  const { fields, type, extra, id } = product;
  const { auth, linked_gateway_services: links, notifications, raw_openapi, server_urls, ...plain } = fields;
  return {
    portal: store.portal(product.portal_id).name,
    type,
    ...plain,
    labels: { ...plain.labels },
    ...(auth && { auth: completeAuth(auth) }),
    ...(links && {
      links: sorted(links.map((link) => [linkName(link, store), sorted(link.linked_hosts ?? [])])),
    }),
    ...(notifications && { notifications: sorted(notifications.map((one) => notificationOf(one, store))) }),
    ...(raw_openapi !== undefined && { openapi: parse(raw_openapi) as unknown }),
    ...(server_urls && { server_urls }),
    extra,
    subscriptions: store.subscriptionsOf(id),
  };
}

/** Adds the defaults of auth: `{}` means all defaults (docs/design/admin-api.md §5). */
export function completeAuth(auth: StoredAuth): object {
  const { key_auth, basic_auth, dcr } = auth;
  return {
    ...(key_auth && {
      key_auth: { header: 'apikey', query: 'apikey', hide_credentials: false, ...key_auth },
    }),
    ...(basic_auth && { basic_auth: { hide_credentials: false, ...basic_auth } }),
    ...(dcr && { dcr }),
  };
}

function linkName(link: { gateway_group_id: string; service_id: string }, { tables }: Store): string {
  const group = tables.gateway_groups.get(link.gateway_group_id);
  const service = tables.services.find(
    (row) => row.id === link.service_id && row.gateway_group_id === link.gateway_group_id,
  );
  return `${group?.name}/${service?.name}`;
}

function notificationOf(
  one: { event: string; type: string; contact_point_ids: readonly string[] },
  { tables }: Store,
): readonly unknown[] {
  const names = one.contact_point_ids.map((id) => tables.contact_points.get(id)?.name ?? id);
  return [one.event, one.type, sorted(names)];
}

/** The names of the fields that differ. */
export function changedFields(before: Held | undefined, after: Held | undefined): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => !isDeepStrictEqual(before?.[name], after?.[name])).toSorted();
}

export function sorted<Item>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const byName = (a: Held, b: Held): number => (`${a.portal}/${a.name}` < `${b.portal}/${b.name}` ? -1 : 1);
