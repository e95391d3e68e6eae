import { itemsOf, valueAt } from '../../json/value.ts';
import type { Path } from '../../model/declared.ts';
import { type Diagnostic, type Location, diagnostic } from '../../model/diagnostic.ts';
import type { Json } from '../../model/product.ts';
import { type WrittenProduct, titleOf } from '../written-document.ts';

const isEmpty = (value: Json | undefined): boolean =>
  value === null || (Array.isArray(value) && value.length === 0);

const publishedProducts = (products: readonly WrittenProduct[], type: string): readonly WrittenProduct[] =>
  products.filter((product) => product.text('type') === type && product.text('status') === 'published');

/**
 * Errors for published products with an empty list of services. An omitted list is not an error, since adc then keeps
 * the services on the portal (docs/design/admin-api.md §15.26).
 */
export function publishedWithoutServices(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return publishedProducts(products, 'gateway')
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
 * Diagnostics for published external products without servers: neither their OpenAPI document nor `server_urls` has one
 * (docs/design/admin-api.md §5).
 */
export function publishedWithoutServers(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return publishedProducts(products, 'external')
    .filter(({ value }) => value['server_urls'] === undefined || isEmpty(value['server_urls']))
    .filter(({ openapi }) => openapi?.namesServers === false)
    .map((product) => {
      const isOmitted = product.value['server_urls'] === undefined;
      return diagnostic(isOmitted ? 'servers-unknown' : 'publish-without-servers', {
        message: `neither the OpenAPI document of ${titleOf(product)} nor "server_urls" names a server`,
        hint: 'Add server_urls with the URL of the API.',
        location: product.at([isOmitted ? 'name' : 'server_urls']),
      });
    });
}

/** Diagnostics for products with `auth` but no `status`: to publish again needs it (docs/design/contract.md §6). */
export function missingStatus(products: readonly WrittenProduct[]): readonly Diagnostic[] {
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

interface WrittenLink {
  readonly product: WrittenProduct;
  readonly service: string;
  /** Equal for links that refer to the same service in the same way. */
  readonly identity: string;
  /** Called only for a reported link, since it is slow. */
  readonly locate: () => Location;
}

/**
 * Errors for services that are linked twice: a service belongs to one product at a time (docs/design/admin-api.md
 * §6). A name and an id never count as the same service: files alone do not show which id a name has.
 */
export function linkedTwice(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  const firsts = new Map<string, WrittenLink>();
  return products.flatMap(linksOf).flatMap((link) => {
    const first = firsts.get(link.identity);
    if (first === undefined) firsts.set(link.identity, link);
    return first === undefined ? [] : [linkedAgain(link, first)];
  });
}

function linksOf(product: WrittenProduct): readonly WrittenLink[] {
  return itemsOf(product.value['linked_gateway_services']).flatMap((_, index) => {
    const text = (key: string) => product.text('linked_gateway_services', index, key);
    const [group, groupId, name, id] = ['gateway_group', 'gateway_group_id', 'service', 'service_id'].map(
      text,
    );
    const service = name ?? id;
    if ((group ?? groupId) === undefined || service === undefined) return [];
    const key = name === undefined ? 'service_id' : 'service';
    const locate = () => product.at(['linked_gateway_services', index, key]);
    return [{ product, service, identity: JSON.stringify([group, groupId, name, id]), locate }];
  });
}

function linkedAgain(link: WrittenLink, first: WrittenLink): Diagnostic {
  const related = [{ message: 'first linked here', location: first.locate() }];
  if (link.product === first.product) {
    return diagnostic('service-linked-twice', {
      message: `the service "${link.service}" is linked twice`,
      hint: 'Keep one link, with all hosts.',
      location: link.locate(),
      related,
    });
  }
  return diagnostic('service-claimed-twice', {
    message: `the service "${link.service}" is linked by ${titleOf(first.product)} and by ${titleOf(link.product)}`,
    hint: 'A service belongs to one product at a time: remove one of the links.',
    location: link.locate(),
    related,
  });
}

/** Warnings for server URLs that have no scheme, are not a path, and do not begin with a server variable, or have blanks. */
export function invalidServerUrls(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products.flatMap((product) =>
    itemsOf(product.value['server_urls']).flatMap((_, index) => {
      const url = product.text('server_urls', index);
      if (url === undefined || url === '') return [];
      const hasBlank = /\s/.test(url);
      if (ADDRESS.test(url) && !hasBlank) return [];
      return diagnostic('not-a-url', {
        message: `"server_urls[${index}]" is not a URL`,
        hint: hasBlank ? 'Remove its blanks and line ends.' : 'Begin it with https:// or http://.',
        location: product.at(['server_urls', index]),
      });
    }),
  );
}

const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/|\/|\{)/i;

/** Length of 1 MiB in base64. No limit of the server is known (docs/design/admin-api.md §15.38). */
const MAX_LOGO_LENGTH = Math.ceil((1024 * 1024) / 3) * 4;

/** Warnings for large logos, included or inline. */
export function largeLogos(products: readonly WrittenProduct[]): readonly Diagnostic[] {
  return products
    .filter((product) => (product.logo ?? product.text('logo') ?? '').length > MAX_LOGO_LENGTH)
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

/** Errors for products that set a field by two keys. */
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
