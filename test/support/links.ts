import { fieldOf } from '../../src/fields/field-table.ts';
import type { Link } from '../../src/model/product.ts';

export const GROUP = 'default';

/** A link to a service of the default gateway group, whose id is its name. */
export function link(service: string, parts: Partial<Link> = {}): Link {
  return { gateway_group_id: GROUP, service_id: service, linked_hosts: [], ...parts };
}

/** Links to services of the default gateway group, in the compared form. */
export function links(...services: readonly string[]): readonly Link[] {
  return fieldOf('linked_gateway_services').normal(services.map((service) => link(service)));
}
