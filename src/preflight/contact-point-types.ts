import type { DesiredProduct } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import type { PreflightInput } from './preflight-input.ts';

/**
 * Warnings for contact points of another type than their notification, such as a webhook for an email
 * (docs/design/admin-api.md §15.30).
 */
export function contactPointTypes(
  product: DesiredProduct,
  { directory }: PreflightInput,
): readonly Diagnostic[] {
  const points = new Map((directory.contactPoints ?? []).map((point) => [point.id, point]));
  return (product.fields.notifications ?? []).flatMap(({ event, type, contact_point_ids: ids }) => {
    const strange = ids
      .flatMap((id) => points.get(id) ?? [])
      .filter((point) => (point.type ?? type) !== type);
    if (strange.length === 0) return [];
    return [
      diagnostic('contact-point-type', {
        message: `${event} is sent by ${type}, but ${strange.map(({ name }) => `"${name}"`).join(', ')} is of another type`,
        hint: `Use contact points of the type ${type}, or change the type of the notification.`,
        location: product.at(['notifications'], 'key'),
      }),
    ];
  });
}
