import { hintOfNames } from '../fields/look-up.ts';
import { nearest } from '../lib/nearest.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import {
  type Directory,
  type Service,
  plannedId,
  type FileService,
  type Gateways,
} from '../model/directory.ts';

/**
 * A directory with the declarations of its services in files of API7's ADC, and with the services that only these
 * files declare (docs/design/contract.md §17). Pure.
 */
export function withGatewayFiles(directory: Directory, gateways: Gateways = new Map()): Directory {
  const services = new Map(directory.services);
  for (const { id, name } of directory.gatewayGroups) {
    const [files, live] = [gateways.get(name) ?? gateways.get(id), services.get(id)];
    if (files === undefined || live === undefined) continue;
    const byName = new Map(files.map((one) => [one.name, one]));
    const known = live.map((service) => withFile(service, byName.get(service.name)));
    const names = new Set(live.map((service) => service.name));
    const planned = files.filter((one) => !names.has(one.name)).map((one) => plannedService(one, id));
    services.set(id, [...known, ...planned]);
  }
  return { ...directory, services };
}

const withFile = (service: Service, file: FileService | undefined): Service =>
  file === undefined ? service : { ...service, file };

function plannedService(file: FileService, gateway_group_id: string): Service {
  const { name, hosts } = file;
  return { id: plannedId(name), name, gateway_group_id, hosts, plugins: [], file };
}

/** Errors for gateway groups of `--gateway` that the control plane lacks: their files would have no effect. */
export function unknownGroups(
  { gatewayGroups }: Directory,
  gateways: Gateways = new Map(),
): readonly Diagnostic[] {
  if (gatewayGroups.length === 0) return [];
  const known = new Set(gatewayGroups.flatMap(({ id, name }) => [id, name]));
  const strange = [...gateways.keys()].filter((group) => !known.has(group));
  return strange.map((group) => {
    const near = nearest(
      group,
      gatewayGroups.map(({ name }) => name),
    );
    const hint = hintOfNames('gateway group', gatewayGroups, near);
    return diagnostic('unknown-name', { message: `--gateway: gateway group not found: "${group}"`, hint });
  });
}
