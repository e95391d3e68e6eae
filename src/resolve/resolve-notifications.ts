import type { Notification as DeclaredNotification } from '../generated/product-file.ts';
import type { Locate, Path } from '../model/declared.ts';
import type { Directory } from '../model/directory.ts';
import type { Notification } from '../model/product.ts';
import { lookUp, type Collect } from './look-up.ts';

/** Notifications with contact points by id. Ids are taken as they are where the server has no list (admin-api §10). */
export function resolveNotifications(
  notifications: readonly DeclaredNotification[],
  directory: Directory,
  at: Locate,
  collect: Collect,
): readonly Notification[] {
  return notifications.map((one, index) => {
    const path = ['notifications', index];
    const named = (one.contact_points ?? []).map((name, place) =>
      contactId({ name }, [...path, 'contact_points', place], directory, at, collect),
    );
    const given = (one.contact_point_ids ?? []).map((id, place) =>
      contactId({ id }, [...path, 'contact_point_ids', place], directory, at, collect),
    );
    return { event: one.event, type: one.type, contact_point_ids: [...named, ...given] };
  });
}

function contactId(
  one: { readonly name?: string; readonly id?: string },
  path: Path,
  directory: Directory,
  at: Locate,
  collect: Collect,
): string {
  const wanted = { kind: 'contact point', ...one, idField: 'contact_point_ids', at: () => at(path) };
  return lookUp(wanted, directory.contactPoints, collect)?.id ?? one.id ?? '';
}
