import type { Link as WrittenLink } from '../generated/product-file.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/value.ts';
import { sortedBy, sortedSet } from '../lib/lists.ts';
import type { Path } from '../model/declared.ts';
import { type Names, linkPath } from '../model/desired.ts';
import { isPlannedId } from '../model/directory.ts';
import { serviceKey, type Json, type JsonObject, type Link } from '../model/product.ts';
import { textSetEdits, type Edit } from './edits.ts';
import type { Editing, Items, Reference, Writing } from './field.ts';
import { GATEWAY, list, needed, object, structured, text, texts } from './field.ts';
import { inWrittenOrder, itemsByPath, listEdits, objectsOf, withSorted } from './list-field.ts';
import { lookUpBy, nameOrId, type Resolving } from './look-up.ts';

export const links = structured<readonly Link[], readonly WrittenLink[]>({
  on: GATEWAY,
  fallback: [],
  itemKeys: ['gateway_group_id', 'service_id', 'linked_hosts'],
  normal,
  read: (value, name) => list(value, name)?.map((one) => readLink(one, name)),
  write: (value, was) => value.map((link) => ({ ...serverLink(was, link), ...writeLink(link) })),
  refers: (value) => value.map(groupOf),
  resolve: (written, resolving) =>
    written.map((link, index) => resolveLink(link, ['linked_gateway_services', index], resolving)),
  items,
  dump: (value, writing) => inWrittenOrder(value, (link) => dumpLink(link, writing)),
  edits,
});

function normal(value: readonly Link[]): readonly Link[] {
  return sortedBy(
    value.map((link) => withSorted(link, 'linked_hosts')),
    serviceKey,
  );
}

function readLink(value: Json, name: string): Link {
  const link = needed(object(value, name), name);
  const id = (key: string): string => needed(text(link[key], key), key);
  return {
    gateway_group_id: id('gateway_group_id'),
    service_id: id('service_id'),
    linked_hosts: texts(link['linked_hosts'], 'linked_hosts') ?? [],
  };
}

/** No hosts means all hosts, and is written by omitting the key (docs/design/admin-api.md §5). */
function writeLink({ gateway_group_id, service_id, linked_hosts }: Link): JsonObject {
  if (isPlannedId(service_id)) throw new Error('a service that is not on the gateway has no id to write');
  return { gateway_group_id, service_id, ...(linked_hosts.length === 0 ? {} : { linked_hosts }) };
}

/** The other keys of the link as the server returned it. */
function serverLink(was: Json | undefined, link: Link): JsonObject {
  const { linked_hosts: _, ...rest } =
    objectsOf(was).find((one) => serviceKey(one as unknown as Link) === serviceKey(link)) ?? {};
  return rest;
}

function groupOf({
  gateway_group: name,
  gateway_group_id: id,
}: Omit<WrittenLink, 'linked_hosts'>): Reference {
  return { to: 'gatewayGroups', name, id };
}

const GROUP = { kind: 'gateway group', nameKey: 'gateway_group', idKey: 'gateway_group_id' };
const SERVICE = { nameKey: 'service', idKey: 'service_id' };

/** Resolves the gateway group first, then the service in that group (docs/design/admin-api.md §8). */
function resolveLink(link: WrittenLink, path: Path, resolving: Resolving): Link {
  const { gatewayGroups, services } = resolving.directory;
  const group = lookUpBy(GROUP, { ...link }, path, gatewayGroups, resolving);
  const ofGroup = { ...SERVICE, kind: `published service in gateway group "${group?.name ?? ''}"` };
  const service = group && lookUpBy(ofGroup, { ...link }, path, services.get(group.id) ?? [], resolving);
  return {
    gateway_group_id: group?.id ?? '',
    service_id: service?.id ?? '',
    linked_hosts: link.linked_hosts ?? [],
  };
}

function items(value: readonly Link[], _: string, names: Names): Items {
  return itemsByPath(
    value.map((link) => [linkPath(link, names), { linked_hosts: link.linked_hosts }] as const),
  );
}

function dumpLink(link: Link, { directory, withDefaults }: Writing): JsonObject {
  const { gateway_group_id, service_id, linked_hosts } = link;
  return {
    ...nameOrId(GROUP, gateway_group_id, directory.gatewayGroups),
    ...nameOrId(SERVICE, service_id, directory.services.get(gateway_group_id)),
    ...((withDefaults || linked_hosts.length > 0) && { linked_hosts }),
  };
}

/** A link is identified by its service. */
function edits(editing: Editing<readonly Link[]>): readonly Edit[] {
  const { directory } = editing;
  return listEdits(editing, {
    dump: (link) => dumpLink(link, { directory, withDefaults: false }),
    keys: [serviceKey],
    change: (path, item, declared, live) => hostEdits([...path, 'linked_hosts'], item, declared, live),
  });
}

function hostEdits(path: Path, item: Json, declared: Link, live: Link): readonly Edit[] {
  const hosts = (link: Link): string => canonicalJson(sortedSet(link.linked_hosts));
  if (hosts(declared) === hosts(live)) return [];
  return textSetEdits(path, isObject(item) ? item['linked_hosts'] : undefined, live.linked_hosts);
}
