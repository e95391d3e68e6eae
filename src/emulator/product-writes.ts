import { serviceKey, type JsonObject, type ProductType } from '../model/product.ts';
import { productRef, type ProductRef } from './journal.ts';
import { checkAuthLock, fallbackFields, isFieldName, readFields } from './product-fields.ts';
import { found, Refusal, refuse } from './refusal.ts';
import { endSubscriptions } from './subscription-rules.ts';
import type { Switches } from './switches.ts';
import type { Portal, Product, Service, StoredFields, StoredLink, World } from './world.ts';

/** Server-owned keys. The switch `readOnlyKeys` decides whether a write with them is accepted. */
const READ_ONLY: ReadonlySet<string> = new Set([
  'id',
  'portal_id',
  'created_at',
  'updated_at',
  'api_count',
  'raw_openapis',
  'subscription_status',
  'tags',
  'api_desc',
]);
/** Undocumented server-owned keys. They are always ignored, because a client cannot know them. */
const UNDOCUMENTED_READ_ONLY: ReadonlySet<string> = new Set(['operator_id']);

type NewProduct = Pick<Product, 'fields' | 'extra' | 'type'>;

/**
 * Applies a POST. The auth types of the body have underscores.
 * @param id only for seeds.
 * @throws Refusal, before any change.
 */
export function createProduct(world: World, portal: Portal, body: JsonObject, id?: string): Product {
  const type = readType(body);
  const given = readBody(world, body, type);
  if (type === 'external' && (given.fields.raw_openapi ?? '') === '') refuse('raw_openapi is required');
  const extra = world.switches.extraFields ? { x_tier: 'standard', ...given.extra } : {};
  const draft = complete(type, { ...fallbackFields(type), ...given.fields }, extra);
  checkProduct(world, draft);
  const row = { ...world.newRow('api_products', id), portal_id: portal.id, ...draft };
  const product = world.tables.api_products.put(row);
  world.record({ kind: 'created', product: productRef(product) });
  followUp(world, undefined, product);
  return product;
}

/**
 * Applies a PUT. The switches `how` decide about omitted fields, and about auth of a published product
 * (docs/design/admin-api.md §15.3, §15.6).
 * @throws Refusal, before any change.
 */
export function updateProduct(world: World, before: Product, body: JsonObject, how: Switches): Product {
  if (body['type'] !== undefined && body['type'] !== before.type) refuse('type cannot be changed');
  const given = readBody(world, body, before.type);
  checkAuthLock(before, given.fields, how);
  const after = { ...before, ...overlaid(before, given, how) };
  checkProduct(world, after, before.id);
  const product = world.tables.api_products.put({ ...after, updated_at: world.tick() });
  world.record({ kind: 'updated', product: productRef(product) });
  followUp(world, before, product);
  return product;
}

/** Applies a DELETE, which also ends subscriptions, deletes approvals and removes auth from services (docs/design/admin-api.md §7.5). */
export function deleteProduct(world: World, product: Product): void {
  world.tables.api_products.remove(product);
  world.tick();
  world.record({ kind: 'deleted', product: productRef(product) });
  followUp(world, product, undefined);
}

function readType(body: JsonObject): ProductType {
  const type = body['type'];
  return type === 'gateway' || type === 'external' ? type : refuse('type must be one of gateway, external');
}

interface GivenBody {
  readonly fields: Partial<StoredFields>;
  readonly extra: JsonObject;
}

function readBody(world: World, body: JsonObject, type: ProductType): GivenBody {
  const unknown = Object.keys(body).filter((key) => key !== 'type' && !isFieldName(key));
  const forbidden = unknown.find((key) => READ_ONLY.has(key));
  if (forbidden !== undefined && world.switches.readOnlyKeys === 'refuse') {
    refuse(`additional property "${forbidden}" is not allowed`);
  }
  const writable = unknown.filter((key) => !READ_ONLY.has(key) && !UNDOCUMENTED_READ_ONLY.has(key));
  const extra = world.switches.extraFields ? writable : [];
  return {
    fields: withoutSwitchedOff(world, readFields(body, type), type),
    extra: Object.fromEntries(extra.map((key) => [key, body[key] ?? null])),
  };
}

/**
 * Applies the switches for external products, because it is unknown whether a real server accepts their labels and logos
 * (docs/design/admin-api.md §5).
 */
function withoutSwitchedOff(
  { switches }: World,
  fields: Partial<StoredFields>,
  type: ProductType,
): Partial<StoredFields> {
  if (type === 'gateway') return fields;
  const { labels, ...others } = fields;
  if ((fields.logo ?? '') !== '' && switches.externalLogo === 'refuse')
    refuse('property "logo" is not allowed in API products of type external');
  if (labels !== undefined && switches.externalLabels === 'refuse')
    refuse('property "labels" is not allowed in API products of type external');
  return switches.externalLabels === 'drop' ? others : fields;
}

function overlaid(before: Product, given: GivenBody, how: Switches): NewProduct {
  if (how.putSemantics === 'merge') {
    return complete(before.type, { ...before.fields, ...given.fields }, { ...before.extra, ...given.extra });
  }
  const lockedAuth = how.authEchoLocks && before.fields.status === 'published';
  const kept = lockedAuth && before.fields.auth !== undefined ? { auth: before.fields.auth } : {};
  return complete(before.type, { ...fallbackFields(before.type), ...kept, ...given.fields }, given.extra);
}

function complete(type: ProductType, fields: Partial<StoredFields>, extra: JsonObject): NewProduct {
  const { name = refuse('name is required'), status = 'draft', visibility = 'public' } = fields;
  return { type, fields: { ...fields, name, status, visibility }, extra };
}

/**
 * Checks the references of a product (docs/design/admin-api.md §5, §6).
 * @param id undefined for a new product.
 * @throws Refusal
 */
function checkProduct(world: World, { type, fields }: NewProduct, id?: string): void {
  const { auth, linked_gateway_services: links = [], notifications = [] } = fields;
  if (type === 'gateway' && auth === undefined) refuse('auth is required for gateway API products');
  checkDcrProvider(world, auth);
  checkLinks(world, links, id);
  for (const id of notifications.flatMap((one) => one.contact_point_ids)) {
    if (world.tables.contact_points.get(id) === undefined) refuse(`contact point ${id} not found`);
  }
  if (type === 'gateway' && fields.status === 'published') checkPublishable(world, links);
}

function checkDcrProvider(world: World, auth: StoredFields['auth'] | undefined): void {
  const id = auth?.dcr?.dcr_provider_id;
  if (id === undefined) return;
  if (world.tables.dcr_providers.get(id) === undefined) refuse(`DCR provider ${id} not found`);
}

function checkLinks(world: World, links: readonly StoredLink[], id: string | undefined): void {
  if (new Set(links.map(serviceKey)).size < links.length) refuse('a gateway service is linked twice');
  const services = links.map((link) => checkLink(world, link));
  checkTemplates(services);
  for (const service of services) checkUnclaimed(world, service, id);
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

/** A product cannot link services of one template in several gateway groups (docs/design/admin-api.md §6). */
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

/** Only one product of all portals can link a service, draft or not (docs/design/admin-api.md §6). */
function checkUnclaimed(world: World, service: Service, id: string | undefined): void {
  const holder = world.tables.api_products.holderOf(serviceKey({ ...service, service_id: service.id }));
  if (holder === undefined || holder.id === id) return;
  throw new Refusal(
    world.switches.linkConflictStatus,
    `the service ${service.name} is already linked to the API product ${holder.fields.name}`,
  );
}

function checkPublishable(world: World, links: readonly StoredLink[]): void {
  if (links.length === 0 && world.switches.requireLinkOnPublish) {
    refuse('an API product without linked gateway services cannot be published');
  }
  if (!world.switches.requireOpenapi) return;
  for (const link of links) {
    const { name, openapi } = found(world.tables.services.get(serviceKey(link)), 'service', link.service_id);
    if (openapi === undefined) refuse(`the service ${name} has no OpenAPI document`);
  }
}

/**
 * Applies and records the effects of a write: publishing, auth of services, ended subscriptions (docs/design/admin-api.md §7.5).
 * @param before undefined for a new product.
 * @param after undefined for a deleted product.
 */
function followUp(world: World, before: Product | undefined, after: Product | undefined): void {
  const product = after ?? before;
  if (product === undefined) return;
  const ref = productRef(product);
  const isUnpublished = isPublished(before) && after?.fields.status === 'draft';
  if (isPublished(after) && !isPublished(before)) world.record({ kind: 'published', product: ref });
  if (isUnpublished) world.record({ kind: 'unpublished', product: ref });
  moveAuth(world, ref, [servedLinks(before), servedLinks(after)], lossOf(after));
  if (after === undefined) endSubscriptions(world, product, 'deleted');
  else if (isUnpublished) endSubscriptions(world, product, 'unpublished');
}

type Loss = 'unpublished' | 'deleted' | 'unlinked';

function lossOf(after: Product | undefined): Loss {
  if (after === undefined) return 'deleted';
  return isPublished(after) ? 'unlinked' : 'unpublished';
}

function isPublished(product: Product | undefined): boolean {
  return product?.fields.status === 'published';
}

/** The services that have the auth of the product: only those of a published one. */
function servedLinks(product: Product | undefined): readonly StoredLink[] {
  return isPublished(product) ? (product?.fields.linked_gateway_services ?? []) : [];
}

function moveAuth(
  world: World,
  product: ProductRef,
  [old, now]: readonly [readonly StoredLink[], readonly StoredLink[]],
  because: Loss,
): void {
  for (const { gateway_group_id, service_id } of without(old, now)) {
    world.record({ kind: 'auth-removed', product, service: { gateway_group_id, service_id }, because });
  }
  for (const { gateway_group_id, service_id } of without(now, old)) {
    world.record({ kind: 'auth-pushed', product, service: { gateway_group_id, service_id } });
  }
}

function without(links: readonly StoredLink[], others: readonly StoredLink[]): readonly StoredLink[] {
  const keys = new Set(others.map(serviceKey));
  return links.filter((link) => !keys.has(serviceKey(link)));
}
