import type { Names } from '../model/desired.ts';
import type { Directory, Named } from '../model/directory.ts';
import { serviceKey } from '../model/product.ts';

/** What people call the things of a directory, by id. */
export function namesOf(directory: Directory): Names {
  const services = [...directory.services.values()].flat();
  return {
    gatewayGroups: namesById(directory.gatewayGroups),
    services: new Map(
      services.map(({ gateway_group_id, id, name }) => [
        serviceKey({ gateway_group_id, service_id: id }),
        name,
      ]),
    ),
    dcrProviders: namesById(directory.dcrProviders),
    contactPoints: namesById(directory.contactPoints ?? []),
  };
}

function namesById(items: readonly Named[]): ReadonlyMap<string, string> {
  return new Map(items.map(({ id, name }) => [id, name]));
}
