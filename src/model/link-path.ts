import { type Names, unambiguousNames } from './desired.ts';
import { serviceKey, type Link } from './product.ts';

type ServiceIds = Pick<Link, 'gateway_group_id' | 'service_id'>;

/** `group/service`, by name if the names are unambiguous. */
export function serviceName(link: ServiceIds, names: Names): string {
  const { gatewayGroups, services } = unambiguousNames(names);
  const group = gatewayGroups.get(link.gateway_group_id) ?? withoutSlash(link.gateway_group_id);
  return `${group}/${services.get(serviceKey(link)) ?? withoutSlash(link.service_id)}`;
}

/** The path of a link in changes, the same in every step. */
export function linkPath(link: ServiceIds, names: Names): string {
  return `linked_gateway_services[${serviceName(link, names)}]`;
}

/** Ids have no slash (docs/design/admin-api.md §1.6); if one has it anyway, it must not look like the separator. */
function withoutSlash(id: string): string {
  return id.replaceAll('/', '%2F');
}
