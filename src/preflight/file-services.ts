import { nearest } from '../lib/nearest.ts';
import { sortedSet } from '../lib/sorted-by.ts';
import type { Link } from '../generated/product-file.ts';
import type { Declared, Path } from '../model/declared.ts';
import { linkLocation, type DesiredProduct } from '../model/desired.ts';
import type { Diagnostic, Location } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic-codes.ts';
import { authPluginsOf, type Service } from '../model/directory.ts';
import { isPlannedId, type FileService } from '../model/gateway-file.ts';
import { serviceName } from '../model/link-path.ts';
import type { PreflightInput } from './preflight-input.ts';

/**
 * Diagnostics about linked services from files of API7's ADC, without a server (docs/design/contract.md §17). All are
 * warnings: a service can be on the gateway and in none of the files.
 */
export function fileServices({ products, gateways = new Map() }: Declared): readonly Diagnostic[] {
  return products.flatMap(({ body, at }) => {
    const links = ('linked_gateway_services' in body && body.linked_gateway_services) || [];
    return links.flatMap((link, index) => {
      const place: Judged['place'] = (path) => at(['linked_gateway_services', index, ...path]);
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
  place: Judged['place'],
): readonly Diagnostic[] {
  const service = services.find((one) =>
    service_id === undefined ? one.name === name : one.id === service_id,
  );
  if (service === undefined)
    return name === undefined ? [] : [unknownName(name, group, services, place(['service']))];
  const shown = `${group}/${name ?? service_id ?? ''}`;
  return judgedByFile({ name: shown, linked_hosts: linked_hosts ?? [], service, place });
}

function unknownName(
  name: string,
  group: string,
  services: readonly FileService[],
  place: Location,
): Diagnostic {
  const near = nearest(
    name,
    services.map((one) => one.name),
  );
  const meant = services.find((one) => one.name === near);
  return {
    ...diagnostic('unknown-name', {
      message: `no file of API7's ADC for gateway group "${group}" declares the service "${name}"`,
      hint:
        near === undefined
          ? 'Correct the name, or add the service to such a file. adc validate asks the gateway.'
          : `Did you mean "${near}"?`,
      location: place,
      ...(meant && { related: [meant.at(['name'])] }),
    }),
    severity: 'warning',
  };
}

interface Judged {
  /** `group/service`. */
  readonly name: string;
  readonly linked_hosts: readonly string[];
  readonly service: FileService;
  /** The place of a part of the link. */
  readonly place: (path: Path) => Location;
}

/** Checks hosts and authentication plugins of a service that a file declares. */
export function judgedByFile({ name, linked_hosts, service, place }: Judged): readonly Diagnostic[] {
  const known = [...service.hosts, ...service.routeHosts];
  const strange = linked_hosts.filter((host) => !known.some((one) => covers(one, host)));
  const [plugin] = service.plugins;
  return [
    ...(known.length > 0 && strange.length > 0
      ? [
          diagnostic('host-not-of-service', {
            message: `the service ${name} does not have the host ${strange.join(', ')}`,
            hint: 'Correct the host, or add it to the service.',
            location: place(['linked_hosts', linked_hosts.indexOf(strange[0] ?? '')]),
            related: [service.at(service.hosts.length > 0 ? ['hosts'] : ['routes'])],
          }),
        ]
      : []),
    ...(plugin === undefined
      ? []
      : [
          diagnostic('service-with-auth-plugin', {
            message: `the service ${name} has its own plugin ${pluginNames(service).join(', ')}`,
            hint: 'Remove the plugin: callers would need a second credential besides the one of the product.',
            location: place(['service']),
            related: service.plugins.map((path) => service.at(path)),
          }),
        ]),
  ];
}

const pluginNames = ({ plugins }: FileService): readonly string[] => [
  ...new Set(plugins.map((path) => String(path.at(-1)))),
];

/** Warnings for linked services that differ between the gateway and a file; adc uses the values of the gateway. */
export function notAsDeclared(
  product: DesiredProduct,
  { directory, names }: PreflightInput,
): readonly Diagnostic[] {
  return (product.fields.linked_gateway_services ?? []).flatMap((link) => {
    const live = directory.services.get(link.gateway_group_id)?.find(({ id }) => id === link.service_id);
    if (live?.file === undefined || isPlannedId(live.id)) return [];
    const { file } = live;
    const parts = differences(live, file);
    if (parts.length === 0) return [];
    return [
      diagnostic('service-not-as-declared', {
        message: `the service ${serviceName(link, names)} has other ${parts.join(' and ')} on the gateway than in the file of API7's ADC`,
        hint: "adc uses the values of the gateway. Run sync of API7's ADC, or correct the file.",
        location: linkLocation(product, link),
        related: parts.map((part) => file.at([part])),
      }),
    ];
  });
}

/** Ignores routes: the gateway's list of services does not have them. */
function differences(live: Service, { hosts, plugins }: FileService): readonly string[] {
  const own = plugins.filter(({ length }) => length === 2).map((path) => String(path.at(-1)));
  const pairs = { hosts: [live.hosts, hosts], plugins: [authPluginsOf(live), own] } as const;
  return Object.entries(pairs).flatMap(([part, [one, other]]) =>
    sortedSet(one).join() === sortedSet(other).join() ? [] : [part],
  );
}

/** `*.example.com` covers `api.example.com`. */
export function covers(known: string, host: string): boolean {
  return known === host || (known.startsWith('*') && host.endsWith(known.slice(1)));
}
