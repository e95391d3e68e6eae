import type { JsonObject, ProductType } from '../model/product.ts';
import { checkAuthLock } from './auth-lock.ts';
import { productRef } from './effect.ts';
import { followUp } from './product-effects.ts';
import { fallbackFields, isFieldName, readFields } from './product-fields.ts';
import { checkProduct } from './product-rules.ts';
import { refuse } from './refusal.ts';
import type { Portal, Product, StoredFields } from './rows.ts';
import type { Switches } from './switches.ts';
import type { World } from './world.ts';

/** Keys that the server owns; what a write says of them is ignored or refused (switch readOnlyKeys). */
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
/** Server-owned as well, but undocumented: a client can't know them, so they are never refused. */
const UNDOCUMENTED_READ_ONLY: ReadonlySet<string> = new Set(['operator_id']);

type NewProduct = Pick<Product, 'fields' | 'extra' | 'type'>;

/**
 * A POST: `body` has auth spelled with underscores. `id` is for seeds.
 * @throws Refusal, before anything has changed.
 */
export function createProduct(world: World, portal: Portal, body: JsonObject, id?: string): Product {
  const type = readType(body);
  const given = readBody(world, body, type);
  if (type === 'external' && (given.fields.raw_openapi ?? '') === '') refuse('raw_openapi is required');
  const extra = world.switches.extraFields ? { x_tier: 'standard', ...given.extra } : {};
  const draft = complete(type, { ...fallbackFields(type), ...given.fields }, extra);
  checkProduct(world, { id: '', portal_id: portal.id, created_at: 0, updated_at: 0, ...draft });
  const row = { ...world.newRow('api_products', id), portal_id: portal.id, ...draft };
  const product = world.tables.api_products.put(row);
  world.record({ kind: 'created', product: productRef(product) });
  followUp(world, undefined, product);
  return product;
}

/**
 * A PUT. Whether fields left out are kept, and an auth that is sent may pass, is decided by `how` (admin-api §15.3, §15.6).
 * @throws Refusal, before anything has changed.
 */
export function updateProduct(world: World, before: Product, body: JsonObject, how: Switches): Product {
  if (body['type'] !== undefined && body['type'] !== before.type) refuse('type can not be changed');
  const given = readBody(world, body, before.type);
  checkAuthLock(before, given.fields, how);
  const after = { ...before, ...overlaid(before, given, how) };
  checkProduct(world, after);
  const product = world.tables.api_products.put({ ...after, updated_at: world.tick() });
  world.record({ kind: 'updated', product: productRef(product) });
  followUp(world, before, product);
  return product;
}

/** A DELETE: subscriptions and approvals go too, and the services lose their auth (admin-api §7.5). */
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

/** What external products may have is not sure (admin-api §5): labels may be dropped or refused, a logo refused. */
function withoutSwitchedOff(
  world: World,
  fields: Partial<StoredFields>,
  type: ProductType,
): Partial<StoredFields> {
  if (type === 'gateway') return fields;
  if ((fields.logo ?? '') !== '' && world.switches.externalLogo === 'refuse') {
    refuse('property "logo" is not allowed in API products of type external');
  }
  const { labels: dropped, ...others } = fields;
  if (dropped !== undefined && world.switches.externalLabels === 'refuse') {
    refuse('property "labels" is not allowed in API products of type external');
  }
  return world.switches.externalLabels === 'drop' || dropped === undefined ? others : fields;
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
