import { serviceKey } from '../model/product.ts';
import { found, refuse, Refusal } from './refusal.ts';
import type { Product, Service, StoredFields, StoredLink } from './rows.ts';
import type { World } from './world.ts';

/**
 * The rules that hold between a product and everything else (admin-api §5, §6); they are checked before anything moves.
 * @throws Refusal
 */
export function checkProduct(world: World, product: Product): void {
  const { auth, linked_gateway_services: links = [], notifications = [] } = product.fields;
  if (product.type === 'gateway' && auth === undefined) refuse('auth is required for gateway API products');
  checkDcrProvider(world, auth);
  checkLinks(world, product, links);
  for (const id of notifications.flatMap((one) => one.contact_point_ids)) {
    if (world.tables.contact_points.get(id) === undefined) refuse(`contact point ${id} not found`);
  }
  if (product.type === 'gateway' && product.fields.status === 'published') checkPublishable(world, links);
}

function checkDcrProvider(world: World, auth: StoredFields['auth'] | undefined): void {
  const id = auth?.dcr?.dcr_provider_id;
  if (id === undefined) return;
  if (world.tables.dcr_providers.get(id) === undefined) refuse(`DCR provider ${id} not found`);
}

function checkLinks(world: World, product: Product, links: readonly StoredLink[]): void {
  if (new Set(links.map(serviceKey)).size < links.length) refuse('a gateway service is linked twice');
  const services = links.map((link) => checkLink(world, link));
  checkTemplates(services);
  for (const service of services) checkUnclaimed(world, product, service);
}

function checkLink(world: World, link: StoredLink): Service {
  if (world.tables.gateway_groups.get(link.gateway_group_id) === undefined) {
    refuse(`gateway group ${link.gateway_group_id} not found`);
  }
  const service = world.tables.services.get(serviceKey(link));
  if (service === undefined) {
    return refuse(`service ${link.service_id} not found in gateway group ${link.gateway_group_id}`);
  }
  const stranger = (link.linked_hosts ?? []).find((host) => !service.hosts.includes(host));
  if (stranger !== undefined) refuse(`${stranger} is not a host of the service ${service.name}`);
  return service;
}

/** One product can't offer one template through several gateway groups (admin-api §6). */
function checkTemplates(services: readonly Service[]): void {
  const groups = new Map<string, string>();
  for (const { template_id: template, gateway_group_id: group, name } of services) {
    if (template === undefined) continue;
    if ((groups.get(template) ?? group) !== group) {
      refuse(
        `the service ${name} is linked from several gateway groups, but was published from one template`,
      );
    }
    groups.set(template, group);
  }
}

/** A service belongs to one product at most, draft or published, in whatever portal (admin-api §6). */
function checkUnclaimed(world: World, product: Product, service: Service): void {
  const holder = world.tables.api_products.holderOf(serviceKey({ ...service, service_id: service.id }));
  if (holder === undefined || holder.id === product.id) return;
  throw new Refusal(
    world.switches.linkConflictStatus,
    `the service ${service.name} is already linked to the API product ${holder.fields.name}`,
  );
}

function checkPublishable(world: World, links: readonly StoredLink[]): void {
  if (links.length === 0 && world.switches.requireLinkOnPublish) {
    refuse('an API product without linked gateway services can not be published');
  }
  if (!world.switches.requireOpenapi) return;
  const services = links.map((link) =>
    found(world.tables.services.get(serviceKey(link)), 'service', link.service_id),
  );
  const bare = services.find((service) => service.openapi === undefined);
  if (bare !== undefined) refuse(`the service ${bare.name} has no OpenAPI document`);
}
