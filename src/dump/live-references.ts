import type { References } from '../model/directory.ts';
import type { LivePortal } from '../model/live.ts';

/** What the live products refer to by id, so that only that is read to find their names (contract §8). */
export function liveReferences(live: LivePortal): References {
  const fields = live.products.map((product) => product.fields);
  const links = fields.flatMap((one) => one.linked_gateway_services);
  const notifications = fields.flatMap((one) => one.notifications);
  return {
    gatewayGroups: byId(links.map((link) => link.gateway_group_id)),
    dcrProviders: byId(fields.flatMap(({ auth }) => auth.dcr?.dcr_provider_id ?? [])),
    contactPoints: byId(notifications.flatMap((one) => one.contact_point_ids)),
  };
}

function byId(ids: readonly string[]): References[keyof References] {
  return { names: new Set(), ids: new Set(ids) };
}
