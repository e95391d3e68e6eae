import { itemsOf, valueAt } from '../../json/value.ts';
import type { Path } from '../../model/declared.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import { type WrittenProduct, titleOf } from '../written-product.ts';

/** Warnings for server addresses that are not `https://…`, not a path, and do not begin with a server variable. */
export function invalidServerUrls(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) =>
    itemsOf(product.value['server_urls']).flatMap((_, index) => {
      const url = product.text('server_urls', index);
      if (url === undefined || url === '' || ADDRESS.test(url)) return [];
      const words = {
        message: `"server_urls[${index}]" is not a URL`,
        hint: 'Begin it with https:// or http://.',
      };
      return [diagnostic('not-a-url', { ...words, location: product.at(['server_urls', index]) })];
    }),
  );
}

const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/|\/|\{)/i;

/** Base64 has four characters for three bytes; no limit of the server is known (docs/design/admin-api.md §15.38). */
const LARGE = Math.ceil((1024 * 1024) / 3) * 4;

export function largeLogos(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products
    .filter((product) => (product.logo ?? product.text('logo') ?? '').length > LARGE)
    .map((product) =>
      diagnostic('large-logo', {
        message: `the logo of ${titleOf(product)} is larger than 1 MiB`,
        hint: 'Use a smaller image.',
        location: product.at([product.logo === undefined ? 'logo' : 'logo_file']),
      }),
    );
}

/** Errors for notifications without contact points, which notify no one. */
export function emptyNotifications(products: readonly WrittenProduct[]): readonly Diagnostic[] {
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

/** Pairs of keys for the same field. */
const PAIRS: readonly (readonly [Path, Path])[] = [
  [['openapi_file'], ['raw_openapi']],
  [['logo_file'], ['logo']],
  [
    ['auth', 'key_auth'],
    ['auth', 'key-auth'],
  ],
  [
    ['auth', 'basic_auth'],
    ['auth', 'basic-auth'],
  ],
];

export function conflictingKeys(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) =>
    PAIRS.filter((pair) => pair.every((path) => valueAt(product.value, path) !== undefined)).map(
      ([one, other]) =>
        diagnostic('conflicting-keys', {
          message: `"${one.join('.')}" and "${other.join('.')}" set the same field`,
          hint: 'Remove one of them.',
          location: product.at(other, 'key'),
          related: [{ message: 'the other one', location: product.at(one, 'key') }],
        }),
    ),
  );
}
