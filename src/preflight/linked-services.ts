import { linkLocation, type DesiredProduct } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { asError, diagnostic } from '../model/diagnostic-codes.ts';
import { authPluginsOf, type Directory, type Service } from '../model/directory.ts';
import { isPlannedId } from '../model/gateway-file.ts';
import { serviceName } from '../model/link-path.ts';
import { serviceKey, type Link } from '../model/product.ts';
import { covers, judgedByFile } from './file-services.ts';
import type { PreflightInput } from './preflight-input.ts';

/** Diagnostics about linked services: documents, hosts, authentication plugins (docs/design/admin-api.md §6). */
export function linkedServices(product: DesiredProduct, input: PreflightInput): readonly Diagnostic[] {
  return (product.fields.linked_gateway_services ?? []).flatMap((link) => {
    const service = serviceOf(link, input.directory);
    if (service === undefined) return [];
    if (isPlannedId(service.id) && service.file) {
      const place = () => linkLocation(product, link);
      const { linked_hosts } = link;
      return judgedByFile({
        name: serviceName(link, input.names),
        linked_hosts,
        service: service.file,
        place,
      });
    }
    return [
      ...openapi(product, link, input),
      ...authPlugins(product, link, service, input),
      ...hosts(product, link, service, input),
      ...heldElsewhere(product, link, input),
    ];
  });
}

/** The service of a link, if the directory has it. */
export function serviceOf(link: Link, directory: Directory): Service | undefined {
  return directory.services.get(link.gateway_group_id)?.find(({ id }) => id === link.service_id);
}

function openapi(
  product: DesiredProduct,
  link: Link,
  { names, hasOpenapi }: PreflightInput,
): readonly Diagnostic[] {
  const known = hasOpenapi.get(serviceKey(link));
  if (known === true) return [];
  const name = serviceName(link, names);
  return [
    diagnostic('service-without-openapi', {
      message:
        known === false
          ? `the service ${name} has no OpenAPI document`
          : `the server does not report whether the service ${name} has an OpenAPI document`,
      hint: 'Add a document to the service, so that developers can read it.',
      location: linkLocation(product, link),
    }),
  ];
}

function authPlugins(
  product: DesiredProduct,
  link: Link,
  service: Service,
  { names }: PreflightInput,
): readonly Diagnostic[] {
  const found = authPluginsOf(service);
  if (found.length === 0) return [];
  return [
    diagnostic('service-with-auth-plugin', {
      message: `the service ${serviceName(link, names)} has its own plugin ${found.join(', ')}`,
      hint: 'Remove the plugin: callers would need a second credential besides the one of the product.',
      location: linkLocation(product, link),
    }),
  ];
}

function hosts(
  product: DesiredProduct,
  link: Link,
  service: Service,
  { names, effects }: PreflightInput,
): readonly Diagnostic[] {
  const strange = link.linked_hosts.filter((host) => !service.hosts.some((known) => covers(known, host)));
  if (strange.length === 0) return [];
  const known = service.hosts.length === 0 ? 'it has none' : `it has ${service.hosts.join(', ')}`;
  const found = diagnostic('host-not-of-service', {
    message: `the service ${serviceName(link, names)} does not have the host ${strange.join(', ')}`,
    hint: `Correct the host, or add it to the service: ${known}.`,
    location: linkLocation(product, link),
  });
  const effect = effects.get(product);
  const isOfPlan = effect !== undefined && (effect.publishes || effect.changed.has(serviceKey(link)));
  return [isOfPlan ? asError(found) : found];
}

/** A service belongs to one product, also across portals (docs/design/admin-api.md §6). */
function heldElsewhere(
  product: DesiredProduct,
  link: Link,
  { names, holders, effects }: PreflightInput,
): readonly Diagnostic[] {
  const key = serviceKey(link);
  if (effects.get(product)?.added.has(key) !== true) return [];
  return holders
    .filter(({ service }) => service === key)
    .map((holder) =>
      diagnostic('service-held-elsewhere', {
        message: `the service ${serviceName(link, names)} belongs to the product "${holder.product}" of the portal "${holder.portal}"`,
        hint: 'A service belongs to one product, so the server may refuse the link. Remove it from that product first.',
        location: linkLocation(product, link),
      }),
    );
}
