import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Json } from '../../model/product.ts';
import type { WrittenProduct } from '../written-product.ts';
import { titleOf } from '../written-product.ts';

const isEmpty = (value: Json | undefined): boolean =>
  value === null || (Array.isArray(value) && value.length === 0);

const published = (products: readonly WrittenProduct[], type: string): readonly WrittenProduct[] =>
  products.filter((product) => product.text('type') === type && product.text('status') === 'published');

/**
 * Errors for published products with an empty list of services. An omitted field stays as it is on the portal, so it
 * is not an error (docs/design/admin-api.md §15.26).
 */
export function publishedWithoutServices(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return published(products, 'gateway')
    .filter(({ value }) => isEmpty(value['linked_gateway_services']))
    .map((product) =>
      diagnostic('publish-without-services', {
        message: `${titleOf(product)} would be published without a gateway service`,
        hint: 'Link a gateway service, or set status: draft.',
        location: product.at(['linked_gateway_services']),
      }),
    );
}

/**
 * Diagnostics for published external products without servers, in the document or in `server_urls`
 * (docs/design/admin-api.md §5).
 */
export function publishedWithoutServers(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return published(products, 'external')
    .filter(({ value }) => value['server_urls'] === undefined || isEmpty(value['server_urls']))
    .filter(({ openapi }) => openapi?.namesServers === false)
    .map((product) => {
      const leftOut = product.value['server_urls'] === undefined;
      return diagnostic(leftOut ? 'servers-unknown' : 'publish-without-servers', {
        message: `neither the OpenAPI document of ${titleOf(product)} nor "server_urls" names a server`,
        hint: 'Add server_urls with the URL of the API.',
        location: product.at([leftOut ? 'name' : 'server_urls']),
      });
    });
}

/** A republish needs `status: published` in the file (docs/design/contract.md §6). */
export function statusLeftOut(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products
    .filter(({ value }) => value['auth'] !== undefined && value['status'] === undefined)
    .filter((product) => product.text('type') === 'gateway')
    .map((product) =>
      diagnostic('status-left-out', {
        message: `${titleOf(product)} declares "auth" but no "status"`,
        hint: 'Add status: draft or status: published. A later change of auth on a published product needs it.',
        location: product.at(['auth'], 'key'),
      }),
    );
}
