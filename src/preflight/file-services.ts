import type { Link } from '../generated/product-file.ts';
import { nearest } from '../lib/nearest.ts';
import type { Declared, Path } from '../model/declared.ts';
import { diagnostic, type Diagnostic, type Location } from '../model/diagnostic.ts';
import type { FileService } from '../model/directory.ts';

/**
 * Checks linked services against files of API7's ADC, without a server (docs/design/contract.md §17). An unknown
 * service is only a warning, since the gateway can have services that are in no file.
 */
export function fileServices({ products, gateways = new Map() }: Declared): readonly Diagnostic[] {
  return products.flatMap(({ body, at }) => {
    const links = ('linked_gateway_services' in body && body.linked_gateway_services) || [];
    return links.flatMap((link, index) => {
      const place: LinkInFile['place'] = (path) => at(['linked_gateway_services', index, ...path]);
      const group = link.gateway_group ?? link.gateway_group_id ?? '';
      const services = gateways.get(group);
      return services === undefined ? [] : judgedLink(link, group, services, place);
    });
  });
}

function judgedLink(
  { service: name, service_id, linked_hosts }: Link,
  group: string,
  services: readonly FileService[],
  place: LinkInFile['place'],
): readonly Diagnostic[] {
  const service = services.find((one) =>
    service_id === undefined ? one.name === name : one.id === service_id,
  );
  if (service !== undefined)
    return judgedByFile({
      name: `${group}/${name ?? service_id ?? ''}`,
      linked_hosts: linked_hosts ?? [],
      service,
      place,
    });
  return name === undefined ? [] : [unknownName(name, group, services, place(['service']))];
}

function unknownName(
  name: string,
  group: string,
  services: readonly FileService[],
  location: Location,
): Diagnostic {
  const names = services.map((one) => one.name);
  const near = nearest(name, names);
  const similar = services.find((one) => one.name === near);
  const found = diagnostic('unknown-name', {
    message: `no file of API7's ADC for gateway group "${group}" declares the service "${name}"`,
    hint:
      near === undefined
        ? 'Correct the name, or add the service to such a file. adc validate asks the gateway.'
        : `Did you mean "${near}"?`,
    location,
    ...(similar && { related: [similar.at(['name'])] }),
  });
  return { ...found, severity: 'warning' };
}

/** A link to a service that a file of API7's ADC declares. */
interface LinkInFile {
  /** `group/service`. */
  readonly name: string;
  readonly linked_hosts: readonly string[];
  readonly service: FileService;
  /** The place of a part of the link. */
  readonly place: (path: Path) => Location;
}

/** Checks the hosts of a link and the authentication plugins of its service, as the file declares them. */
export function judgedByFile({ name, linked_hosts, service, place }: LinkInFile): readonly Diagnostic[] {
  const known = [...service.hosts, ...service.routeHosts];
  const unknown = linked_hosts.filter((host) => !known.some((one) => covers(one, host)));
  const plugins = new Set(service.plugins.map((path) => String(path.at(-1))));
  return [
    ...(known.length > 0 && unknown.length > 0
      ? [
          diagnostic('host-not-of-service', {
            message: `the service ${name} does not have the host ${unknown.join(', ')}`,
            hint: 'Correct the host, or add it to the service.',
            location: place(['linked_hosts', linked_hosts.indexOf(unknown[0] ?? '')]),
            related: [service.at(service.hosts.length > 0 ? ['hosts'] : ['routes'])],
          }),
        ]
      : []),
    ...(plugins.size > 0
      ? [
          diagnostic('service-with-auth-plugin', {
            message: `the service ${name} has its own plugin ${[...plugins].join(', ')}`,
            hint: SECOND_CREDENTIAL,
            location: place(['service']),
            related: service.plugins.map((path) => service.at(path)),
          }),
        ]
      : []),
  ];
}

export const SECOND_CREDENTIAL =
  'Remove the plugin: callers would need a second credential besides the one of the product.';

/** Whether a host equals a known host or matches its leading `*`. */
export function covers(known: string, host: string): boolean {
  return known === host || (known.startsWith('*') && host.endsWith(known.slice(1)));
}
