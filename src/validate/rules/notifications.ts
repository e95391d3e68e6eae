import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic-codes.ts';
import type { WrittenProduct } from '../written-product.ts';
import { itemsOf, valueAt } from '../../json/value.ts';

/** A notification without contact points tells nobody. */
export function silentNotifications(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) =>
    itemsOf(product.value['notifications']).flatMap((one, index) =>
      ['contact_points', 'contact_point_ids']
        .filter((key) => isEmptyList(valueAt(one, [key])))
        .map((key) =>
          diagnostic('no-contact-points', {
            message: `"notifications[${index}].${key}" is empty, so it notifies no one`,
            hint: 'Add a contact point, or remove the notification.',
            location: product.at(['notifications', index, key]),
          }),
        ),
    ),
  );
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
