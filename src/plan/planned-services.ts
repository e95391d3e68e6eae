import { shellWord } from '../lib/printable.ts';
import { sortedBy } from '../lib/lists.ts';
import type { ProductChange } from '../model/change.ts';
import { linkLocation, type DesiredProduct, serviceName } from '../model/desired.ts';
import type { Location } from '../model/diagnostic.ts';
import { type Service, isPlannedId, plannedId, type Place, type PlannedService } from '../model/directory.ts';
import type { Plan } from '../model/plan.ts';
import { serviceKey, type Link } from '../model/product.ts';
import type { ChainContext } from './chains-of.ts';

/** The services that changes link and the gateway lacks, with both places (docs/design/contract.md §17). */
export function plannedServices(
  changes: readonly ProductChange[],
  { services, names }: Pick<ChainContext, 'services' | 'names'>,
): readonly PlannedService[] {
  const planned = (desired: DesiredProduct, link: Link): readonly PlannedService[] => {
    const { file, name } = services.get(serviceKey(link)) ?? {};
    if (file === undefined || name === undefined || !isPlannedId(link.service_id)) return [];
    const { gateway_group_id } = link;
    const group = names.gatewayGroups.get(gateway_group_id) ?? gateway_group_id;
    const files = file.patterns.map((one) => `-f ${shellWord(one)}`);
    return [
      {
        service: serviceName(link, names),
        gateway_group_id,
        name,
        declared: place(file.at().location),
        linked: place(linkLocation(desired, link)),
        command: ['adc sync', ...files, '--gateway-group', shellWord(group)].join(' '),
      },
    ];
  };
  const found = changes.flatMap((change) =>
    'desired' in change
      ? (change.fields.linked_gateway_services ?? []).flatMap((link) => planned(change.desired, link))
      : [],
  );
  return sortedBy(found, ({ service }) => service);
}

const place = ({ file, line, column }: Location): Place => ({ file, line, column });

/**
 * A plan with the ids of planned services that the gateway now has. A service matches if its name is unique in its
 * gateway group. @param live services by gateway group id.
 */
export function withServiceIds(plan: Plan, live: ReadonlyMap<string, readonly Service[]>): Plan {
  const ids = new Map<string, string>();
  const planned = plan.planned.filter(({ gateway_group_id, name }) => {
    const [service, ...others] = (live.get(gateway_group_id) ?? []).filter((one) => one.name === name);
    if (service === undefined || others.length > 0) return true;
    ids.set(serviceKey({ gateway_group_id, service_id: plannedId(name) }), service.id);
    return false;
  });
  const known = (link: Link): Link => ({ ...link, service_id: ids.get(serviceKey(link)) ?? link.service_id });
  const steps = plan.steps.map((step) => {
    const { linked_gateway_services: links } = step.fields;
    if (links === undefined) return step;
    const linked_gateway_services = sortedBy(links.map(known), serviceKey);
    return { ...step, fields: { ...step.fields, linked_gateway_services } };
  });
  return { ...plan, steps, planned };
}
