import type { Notification as WrittenNotification } from '../generated/product-file.ts';
import { canonicalJson } from '../json/canonical.ts';
import { isObject } from '../json/value.ts';
import { compareStrings, sortedBy, sortedSet } from '../lib/lists.ts';
import type { Path } from '../model/declared.ts';
import { unambiguousNames, type Names } from '../model/desired.ts';
import type { Json, JsonObject, Notification } from '../model/product.ts';
import { setTo, textSetEdits, type Edit } from './edits.ts';
import type { Editing, Items, Reference, Writing } from './field.ts';
import { GATEWAY, list, needed, object, structured, text, texts } from './field.ts';
import { inWrittenOrder, itemsByPath, listEdits, objectsOf, withSorted } from './list-field.ts';
import { lookUp, uniqueName, type Resolving } from './look-up.ts';

export const notifications = structured<readonly Notification[], readonly WrittenNotification[]>({
  on: GATEWAY,
  fallback: [],
  itemKeys: ['event', 'type', 'contact_point_ids'],
  normal,
  read: (value, name) => list(value, name)?.map((one) => readNotification(one, name)),
  write: (value, was) => value.map((one) => ({ ...serverNotification(was, one), ...one })),
  refers: (value) => value.flatMap(contactPointsOf),
  resolve: (written, resolving) =>
    written.map((one, index) => resolveNotification(one, ['notifications', index], resolving)),
  items,
  dump: (value, writing) => inWrittenOrder(value, (one) => dumpNotification(one, writing)),
  edits,
});

function normal(value: readonly Notification[]): readonly Notification[] {
  return sortedBy(
    value.map((one) => withSorted(one, 'contact_point_ids')),
    ({ contact_point_ids, event, type }) => JSON.stringify([contact_point_ids, event, type]),
  );
}

function readNotification(value: Json, name: string): Notification {
  const notification = needed(object(value, name), name);
  return {
    event: needed(text(notification['event'], 'event'), 'event'),
    type: needed(text(notification['type'], 'type'), 'type'),
    contact_point_ids: texts(notification['contact_point_ids'], 'contact_point_ids') ?? [],
  };
}

/** The notification as the server returned it. */
function serverNotification(was: Json | undefined, { event, type }: Notification): JsonObject {
  return objectsOf(was).find((one) => one['event'] === event && one['type'] === type) ?? {};
}

interface ContactPoints {
  readonly contact_points?: readonly string[];
  readonly contact_point_ids?: readonly string[];
}

function contactPointsOf({
  contact_points = [],
  contact_point_ids = [],
}: ContactPoints): readonly Reference[] {
  return [
    ...contact_points.map((name) => ({ to: 'contactPoints', name }) as const),
    ...contact_point_ids.map((id) => ({ to: 'contactPoints', id }) as const),
  ];
}

function resolveNotification(one: WrittenNotification, path: Path, resolving: Resolving): Notification {
  const byName = (one.contact_points ?? []).map((name, position) =>
    contactId({ name }, [...path, 'contact_points', position], resolving),
  );
  const byId = (one.contact_point_ids ?? []).map((id, position) =>
    contactId({ id }, [...path, 'contact_point_ids', position], resolving),
  );
  return { event: one.event, type: one.type, contact_point_ids: [...byName, ...byId] };
}

/** Ids are not checked if the server has no list of contact points (docs/design/admin-api.md §10). */
function contactId(
  one: { readonly name?: string; readonly id?: string },
  path: Path,
  { directory, at, collect }: Resolving,
): string {
  const wanted = { kind: 'contact point', ...one, idField: 'contact_point_ids', at: () => at(path) };
  return lookUp(wanted, directory.contactPoints, collect)?.id ?? one.id ?? '';
}

function items(value: readonly Notification[], path: string, names: Names): Items {
  const { contactPoints } = unambiguousNames(names);
  return itemsByPath(
    value.map((one) => {
      const contact_points = one.contact_point_ids.map((id) => contactPoints.get(id) ?? id);
      return [`${path}[${one.event}/${one.type}]`, { contact_points }] as const;
    }),
  );
}

/** Uses either names or ids of contact points, since a file must not have both. */
function dumpNotification(
  { event, type, contact_point_ids }: Notification,
  { directory }: Pick<Writing, 'directory'>,
): JsonObject {
  const names = contact_point_ids.map((id) => uniqueName(directory.contactPoints, id));
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length) return { event, type, contact_point_ids };
  return { event, type, contact_points: known.toSorted(compareStrings) };
}

function edits(editing: Editing<readonly Notification[]>): readonly Edit[] {
  const { directory } = editing;
  return listEdits(editing, {
    dump: (one) => dumpNotification(one, { directory }),
    keys: [contentKey, eventKey],
    change: (path, item, declared, live) =>
      contentKey(declared) === contentKey(live)
        ? []
        : (contactPointEdits(path, item, live, editing) ?? [
            setTo(path, dumpNotification(live, { directory })),
          ]),
  });
}

function eventKey({ event, type }: Notification): string {
  return canonicalJson([event, type]);
}

function contentKey({ event, type, contact_point_ids }: Notification): string {
  return canonicalJson([event, type, sortedSet(contact_point_ids)]);
}

/** Undefined if the live contact points cannot be written in the form of the file, by name or by id. */
function contactPointEdits(
  path: Path,
  item: Json,
  { contact_point_ids: ids }: Notification,
  { directory }: Pick<Writing, 'directory'>,
): readonly Edit[] | undefined {
  if (!isObject(item)) return undefined;
  if (Object.hasOwn(item, 'contact_point_ids')) {
    return textSetEdits([...path, 'contact_point_ids'], item['contact_point_ids'], ids);
  }
  const names = ids.map((id) => uniqueName(directory.contactPoints, id)).filter((name) => name !== undefined);
  if (names.length < ids.length) return undefined;
  return textSetEdits([...path, 'contact_points'], item['contact_points'], names);
}
