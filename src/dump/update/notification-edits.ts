import { canonicalJson } from '../../json/canonical.ts';
import type { Json, Notification } from '../../model/product.ts';
import { soleName } from '../sole-name.ts';
import { writtenField } from '../written-field.ts';
import type { Declaration, Surroundings } from './declaration.ts';
import { isObject } from '../../json/value.ts';
import type { Edit } from './edit.ts';
import { appendTo, removeAt, setTo, textSetEdits } from './set-edits.ts';

/** Notifications as they are live; those of an event and a type that the file has keep their place. */
export function notificationEdits(one: Declaration, around: Surroundings): readonly Edit[] {
  const path = [...one.path, 'notifications'];
  const written = one.written['notifications'];
  const wanted = one.live.fields.notifications;
  const write = (list: readonly Notification[]): Json =>
    writtenField('notifications', list, { ...around, withDefaults: false });
  if (!Array.isArray(written)) return [setTo(path, write(wanted))];
  const items: readonly Json[] = written;
  const declared = items.map((_, index) => one.notification(index));
  const pairs = paired(declared, wanted);
  const kept = items.flatMap((item, index) => {
    const [before, after] = [declared[index], pairs.get(index)];
    if (after === undefined) return [removeAt([...path, index])];
    if (before !== undefined && sameNotification(before, after)) return [];
    return (
      pointEdits([...path, index], item, after, around) ?? [setTo([...path, index], first(write([after])))]
    );
  });
  const matched = new Set(pairs.values());
  const fresh = write(wanted.filter((notification) => !matched.has(notification)));
  return [...kept, ...(Array.isArray(fresh) ? fresh : []).map((item: Json) => appendTo(path, item))];
}

/** Which live notification each of the file is, by its index: the same one, or else one of the same event and type. */
function paired(
  declared: readonly (Notification | undefined)[],
  wanted: readonly Notification[],
): ReadonlyMap<number, Notification> {
  const pairs = new Map<number, Notification>();
  const left = new Set(wanted);
  for (const alike of [sameNotification, sameOccasion]) {
    for (const [index, one] of declared.entries()) {
      const found = one && !pairs.has(index) ? [...left].find((live) => alike(one, live)) : undefined;
      if (found === undefined) continue;
      pairs.set(index, found);
      left.delete(found);
    }
  }
  return pairs;
}

function sameOccasion(a: Notification, b: Notification): boolean {
  return a.event === b.event && a.type === b.type;
}

function sameNotification(a: Notification, b: Notification): boolean {
  const ids = (one: Notification): string => canonicalJson([...new Set(one.contact_point_ids)].toSorted());
  return sameOccasion(a, b) && ids(a) === ids(b);
}

/** Undefined if the file names contact points in a way in which the live ones can not be named. */
function pointEdits(
  path: Edit['path'],
  item: Json,
  { contact_point_ids: ids }: Notification,
  { directory }: Surroundings,
): readonly Edit[] | undefined {
  if (!isObject(item)) return undefined;
  if (Object.hasOwn(item, 'contact_point_ids')) {
    return textSetEdits([...path, 'contact_point_ids'], item['contact_point_ids'], ids);
  }
  const names = ids.map((id) => soleName(directory.contactPoints, id)).filter((name) => name !== undefined);
  if (names.length < ids.length) return undefined;
  return textSetEdits([...path, 'contact_points'], item['contact_points'], names);
}

function first(list: Json): Json {
  return Array.isArray(list) ? ((list as readonly Json[])[0] ?? null) : null;
}
