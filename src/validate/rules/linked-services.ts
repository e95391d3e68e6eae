import { type Diagnostic, type Location, diagnostic } from '../../model/diagnostic.ts';
import type { WrittenProduct } from '../written-product.ts';
import { itemsOf } from '../../json/value.ts';
import { titleOf } from '../written-product.ts';

interface WrittenLink {
  readonly product: WrittenProduct;
  readonly service: string;
  /** Equal for links that refer to the same service in the same way. */
  readonly identity: string;
  /** Called only for a reported link, because it is slow. */
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
