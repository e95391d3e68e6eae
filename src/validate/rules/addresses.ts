import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic-codes.ts';
import type { WrittenProduct } from '../written-product.ts';
import { itemsOf } from '../../json/value.ts';
import { titleOf } from '../written-product.ts';

/** Server addresses that are neither `https://…` nor a path nor begin with a server variable. */
export function unclearServers(products: readonly WrittenProduct[]): readonly Diagnostic[] {
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
