import { sortedSet } from '../lib/lists.ts';
import type { ServiceHolder } from '../model/admin.ts';
import { linkLocation, serviceName, type DesiredProduct, type Names } from '../model/desired.ts';
import { asError, diagnostic, type Diagnostic, type Location } from '../model/diagnostic.ts';
import {
  authPluginsOf,
  isPlannedId,
  type Directory,
  type FileService,
  type Service,
} from '../model/directory.ts';
import { serviceKey, type Link } from '../model/product.ts';
import { covers, judgedByFile, SECOND_CREDENTIAL } from './file-services.ts';

export interface PreflightInput {
  readonly desired: readonly DesiredProduct[];
  readonly directory: Directory;
  readonly names: Names;
  /** By serviceKey(); undefined if the server does not report it. */
  readonly hasOpenapi: ReadonlyMap<string, boolean | undefined>;
  /** Products of other portals that link a newly linked service. */
  readonly holders: readonly ServiceHolder[];
  /** The effect of the plan on the links of changed products. */
  readonly effects: ReadonlyMap<DesiredProduct, LinkEffect>;
}

/** Services by serviceKey(). */
export interface LinkEffect {
  readonly added: ReadonlySet<string>;
  /** Added services, and services whose hosts change. */
  readonly changed: ReadonlySet<string>;
  readonly publishes: boolean;
}

/**
 * Checks the declared products against the portal (docs/design/contract.md §3, `validate`). A problem that the server
 * may accept is a warning.
 */
export function preflight(input: PreflightInput): readonly Diagnostic[] {
  return input.desired.flatMap((product) => {
    const links = product.fields.linked_gateway_services ?? [];
    return [
      ...links.flatMap((link) => linkedService(product, link, input)),
      ...sharedTemplates(product, links, input),
      ...contactPointTypes(product, input),
    ];
  });
}

/** Checks a linked service: its document, hosts and authentication plugins (docs/design/admin-api.md §6). */
function linkedService(product: DesiredProduct, link: Link, input: PreflightInput): readonly Diagnostic[] {
  const service = serviceOf(link, input.directory);
  if (service === undefined) return [];
  const name = serviceName(link, input.names);
  const place = (): Location => linkLocation(product, link);
  if (isPlannedId(service.id) && service.file) {
    const { linked_hosts } = link;
    return judgedByFile({ name, linked_hosts, service: service.file, place });
  }
  const linked: Linked = { product, link, service, name, place };
  return [
    ...missingOpenapi(linked, input),
    ...authPlugins(linked),
    ...unknownHosts(linked, input),
    ...heldElsewhere(linked, input),
    ...notAsDeclared(linked),
  ];
}

interface Linked {
  readonly product: DesiredProduct;
  readonly link: Link;
  readonly service: Service;
  /** `group/service`. */
  readonly name: string;
  readonly place: () => Location;
}

/** The service of a link, if the directory has it. */
function serviceOf(link: Link, { services }: Directory): Service | undefined {
  return services.get(link.gateway_group_id)?.find(({ id }) => id === link.service_id);
}

function missingOpenapi(
  { link, name, place }: Linked,
  { hasOpenapi }: PreflightInput,
): readonly Diagnostic[] {
  const known = hasOpenapi.get(serviceKey(link));
  if (known === true) return [];
  return [
    diagnostic('service-without-openapi', {
      message:
        known === false
          ? `the service ${name} has no OpenAPI document`
          : `the server does not report whether the service ${name} has an OpenAPI document`,
      hint: 'Add a document to the service, so that developers can read it.',
      location: place(),
    }),
  ];
}

function authPlugins({ service, name, place }: Linked): readonly Diagnostic[] {
  const found = authPluginsOf(service);
  if (found.length === 0) return [];
  const message = `the service ${name} has its own plugin ${found.join(', ')}`;
  return [diagnostic('service-with-auth-plugin', { message, hint: SECOND_CREDENTIAL, location: place() })];
}

function unknownHosts(
  { product, link, service, name, place }: Linked,
  { effects }: PreflightInput,
): readonly Diagnostic[] {
  const unknown = link.linked_hosts.filter((host) => !service.hosts.some((known) => covers(known, host)));
  if (unknown.length === 0) return [];
  const known = service.hosts.length === 0 ? 'it has none' : `it has ${service.hosts.join(', ')}`;
  const found = diagnostic('host-not-of-service', {
    message: `the service ${name} does not have the host ${unknown.join(', ')}`,
    hint: `Correct the host, or add it to the service: ${known}.`,
    location: place(),
  });
  const effect = effects.get(product);
  const isOfPlan = effect !== undefined && (effect.publishes || effect.changed.has(serviceKey(link)));
  return [isOfPlan ? asError(found) : found];
}

/** A service belongs to one product of all portals (docs/design/admin-api.md §6). */
function heldElsewhere(
  { product, link, name, place }: Linked,
  { holders, effects }: PreflightInput,
): readonly Diagnostic[] {
  const key = serviceKey(link);
  if (effects.get(product)?.added.has(key) !== true) return [];
  return holders
    .filter(({ service }) => service === key)
    .map((holder) =>
      diagnostic('service-held-elsewhere', {
        message: `the service ${name} belongs to the product "${holder.product}" of the portal "${holder.portal}"`,
        hint: 'A service belongs to one product, so the server may refuse the link. Remove it from that product first.',
        location: place(),
      }),
    );
}

/** A warning if the gateway and a file describe the service differently; adc uses the values of the gateway. */
function notAsDeclared({ service, name, place }: Linked): readonly Diagnostic[] {
  const { file } = service;
  const parts = file === undefined ? [] : differences(service, file);
  if (file === undefined || parts.length === 0) return [];
  return [
    diagnostic('service-not-as-declared', {
      message: `the service ${name} has other ${parts.join(' and ')} on the gateway than in the file of API7's ADC`,
      hint: "adc uses the values of the gateway. Run sync of API7's ADC, or correct the file.",
      location: place(),
      related: parts.map((part) => file.at([part])),
    }),
  ];
}

/** The parts that differ. Ignores routes, which the gateway's list of services does not contain. */
function differences(live: Service, { hosts, plugins }: FileService): readonly string[] {
  const own = plugins.filter(({ length }) => length === 2).map((path) => String(path.at(-1)));
  const pairs = { hosts: [live.hosts, hosts], plugins: [authPluginsOf(live), own] } as const;
  return Object.entries(pairs).flatMap(([part, [one, other]]) =>
    sortedSet(one).join() === sortedSet(other).join() ? [] : [part],
  );
}

/** Services of one template from different gateway groups cannot be in one product (docs/design/admin-api.md §6). */
function sharedTemplates(
  product: DesiredProduct,
  links: readonly Link[],
  { directory, names }: PreflightInput,
): readonly Diagnostic[] {
  const first = new Map<string, Link>();
  return links.flatMap((link) => {
    const template = serviceOf(link, directory)?.template_id;
    if (template === undefined) return [];
    const other = first.get(template);
    if (other === undefined) first.set(template, link);
    if (other === undefined || other.gateway_group_id === link.gateway_group_id) return [];
    return [
      diagnostic('template-linked-twice', {
        message: `${serviceName(other, names)} and ${serviceName(link, names)} come from one service template`,
        hint: 'Put services of one template from different gateway groups in separate products.',
        location: linkLocation(product, link),
        related: [{ message: 'the other one', location: linkLocation(product, other) }],
      }),
    ];
  });
}

/**
 * Warnings for contact points of another type than their notification, such as a webhook for an email
 * (docs/design/admin-api.md §15.30).
 */
function contactPointTypes(product: DesiredProduct, { directory }: PreflightInput): readonly Diagnostic[] {
  const points = new Map((directory.contactPoints ?? []).map((point) => [point.id, point]));
  return (product.fields.notifications ?? []).flatMap(({ event, type, contact_point_ids: ids }) => {
    const others = ids.flatMap((id) => points.get(id) ?? []).filter((point) => (point.type ?? type) !== type);
    if (others.length === 0) return [];
    return [
      diagnostic('contact-point-type', {
        message: `${event} is sent by ${type}, but ${others.map(({ name }) => `"${name}"`).join(', ')} is of another type`,
        hint: `Use contact points of the type ${type}, or change the type of the notification.`,
        location: product.at(['notifications'], 'key'),
      }),
    ];
  });
}
