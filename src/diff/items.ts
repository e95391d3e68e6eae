import type { Names } from '../model/desired.ts';
import { linkPath } from '../model/link-path.ts';
import { tellingNames } from '../model/telling-names.ts';
import type { Auth, FieldName, Json, Labels, Link, Notification, HeldFields } from '../model/product.ts';

/** The comparable items of a field by path; the value of an item is a JSON value, or an object of such, never deeper. */
export type Items = ReadonlyMap<string, Json>;

/**
 * Takes a field apart into what people change one by one, each under the path by which they know it: a label, an auth
 * type, a link, a notification. Names stand for ids wherever they are known.
 */
export function itemsOf<Name extends FieldName>(name: Name, value: HeldFields[Name], names: Names): Items {
  const split = SPLIT[name];
  return split ? split(value, names) : new Map([[name, value as Json]]);
}

const SPLIT: { readonly [Name in FieldName]?: (value: HeldFields[Name], names: Names) => Items } = {
  labels: labelItems,
  auth: authItems,
  linked_gateway_services: linkItems,
  notifications: notificationItems,
};

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

function labelItems(labels: Labels): Items {
  return new Map(
    Object.entries(labels).map(([key, value]) => [
      PLAIN_KEY.test(key) ? `labels.${key}` : `labels[${JSON.stringify(key)}]`,
      value,
    ]),
  );
}

function authItems({ key_auth: key, basic_auth: basic, dcr }: Auth, names: Names): Items {
  const items = new Map<string, Json>();
  if (key) items.set('auth.key_auth', { ...key });
  if (basic) items.set('auth.basic_auth', { ...basic });
  if (dcr) {
    const { dcr_provider_id: id } = dcr;
    items.set('auth.dcr', { dcr_provider: tellingNames(names).dcrProviders.get(id) ?? id });
  }
  return items;
}

function linkItems(links: readonly Link[], names: Names): Items {
  const items = new Map<string, Json>();
  for (const link of links)
    items.set(freePath(linkPath(link, names), items), { linked_hosts: link.linked_hosts });
  return items;
}

function notificationItems(notifications: readonly Notification[], names: Names): Items {
  const { contactPoints } = tellingNames(names);
  const items = new Map<string, Json>();
  for (const one of notifications) {
    const path = `notifications[${one.event}/${one.type}]`;
    const contact_points = one.contact_point_ids.map((id) => contactPoints.get(id) ?? id);
    items.set(freePath(path, items), { contact_points });
  }
  return items;
}

/** What has one name is told apart by its place. */
function freePath(path: string, items: Items): string {
  let free = path;
  for (let place = 2; items.has(free); place += 1) free = `${path}#${place}`;
  return free;
}
