import type { Names } from '../model/desired.ts';
import type { Directory, Named, Service } from '../model/directory.ts';
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

/** The services of a directory by serviceKey(). */
export function servicesByKey(directory: Directory): ReadonlyMap<string, Service> {
  return new Map(
    [...directory.services.values()].flat().map((service) => {
      const { gateway_group_id, id } = service;
      return [serviceKey({ gateway_group_id, service_id: id }), service] as const;
    }),
  );
}
