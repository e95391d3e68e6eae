import type { Link as DeclaredLink } from '../generated/product-file.ts';
import type { Locate } from '../model/declared.ts';
import type { Directory, Named } from '../model/directory.ts';
import type { Link } from '../model/product.ts';
import { lookUp, type Collect } from './look-up.ts';

/** Links by id: the gateway group first, then the service among those of that group (admin-api §8). */
export function resolveLinks(
  links: readonly DeclaredLink[],
  directory: Directory,
  at: Locate,
  collect: Collect,
): readonly Link[] {
  return links.map((link, index) =>
    resolveLink(link, ['linked_gateway_services', index], directory, at, collect),
  );
}

function resolveLink(
  link: DeclaredLink,
  path: readonly (string | number)[],
  directory: Directory,
  at: Locate,
  collect: Collect,
): Link {
  const group = findGroup(link, path, directory, at, collect);
  const serviceField = link.service_id === undefined ? 'service' : 'service_id';
  const service =
    group &&
    lookUp(
      {
        kind: `published service in gateway group "${group.name}"`,
        name: link.service,
        id: link.service_id,
        idField: 'service_id',
        at: () => at([...path, serviceField]),
      },
      directory.services.get(group.id) ?? [],
      collect,
    );
  return {
    gateway_group_id: group?.id ?? '',
    service_id: service?.id ?? '',
    linked_hosts: link.linked_hosts ?? [],
  };
}

function findGroup(
  link: DeclaredLink,
  path: readonly (string | number)[],
  directory: Directory,
  at: Locate,
  collect: Collect,
): Named | undefined {
  const field = link.gateway_group_id === undefined ? 'gateway_group' : 'gateway_group_id';
  const wanted = {
    kind: 'gateway group',
    name: link.gateway_group,
    id: link.gateway_group_id,
    idField: 'gateway_group_id',
    at: () => at([...path, field]),
  };
  return lookUp(wanted, directory.gatewayGroups, collect);
}
