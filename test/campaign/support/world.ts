import type { Seed, SeedProduct } from '../../../src/emulator/seed.ts';
import type { JsonObject, ProductStatus, ProductType } from '../../../src/model/product.ts';

/** A product on one side: on the portal before the run, or in the file. */
export interface Side {
  readonly type: ProductType;
  readonly status: ProductStatus;
  /** Header of the API key, which is a part of `auth`. */
  readonly header: string;
  /** Names of gateway services. */
  readonly services: readonly string[];
  readonly desc: string;
}

/** One product. Without `before`, it is new; without `after`, the file does not declare it. */
export interface ProductChange {
  /** The declared name; for an undeclared product, the live name. */
  readonly name: string;
  /** The live name, if it differs. */
  readonly oldName?: string;
  readonly before?: Side;
  readonly after?: Side;
  /** The number of active and of pending subscriptions. */
  readonly active?: number;
  readonly pending?: number;
}

/** A portal, and the file for a sync. */
export interface World {
  readonly changes: readonly ProductChange[];
}

export const PORTAL = 'default';
/** The owner that the file declares. */
const OWNER = 'acme.world';
export const OWNER_LABEL = `adc/${OWNER}`;
/** Products that adc must not change: an unmanaged product, and a product of ours on another portal. */
export const STRANGERS = ['Stranger', 'Elsewhere'] as const;
const MAX_SUBSCRIBERS = 6;

/** The id of a product that exists before the run. */
export const idOf = (place: number): string => `p-${place}`;

export const liveName = ({ name, oldName }: ProductChange): string => oldName ?? name;

/** The smallest possible number of ended subscriptions (docs/design/contract.md §5). */
export function unavoidableLoss({ changes }: World): number {
  return changes.filter(leavesPortal).reduce((sum, { active = 0, pending = 0 }) => sum + active + pending, 0);
}

/** Whether it must be unpublished, even if only for a moment. */
export function leavesPortal({ before, after }: ProductChange): boolean {
  if (before?.status !== 'published') return false;
  if (after === undefined || after.type !== before.type || after.status === 'draft') return true;
  return after.type === 'gateway' && after.header !== before.header;
}

/** Whether the product keeps its id. */
export function keepsId({ before, after }: ProductChange): boolean {
  return before !== undefined && after !== undefined && before.type === after.type;
}

export function seedOf({ changes }: World): Seed {
  const services = [
    ...new Set(changes.flatMap(({ before, after }) => [...servicesOf(before), ...servicesOf(after)])),
  ];
  return {
    portals: [{ name: PORTAL }, { name: 'default-2' }],
    gateway_groups: [{ id: 'default', name: 'default' }],
    services: [...services, ...STRANGERS].map((name) => ({
      id: `s-${name}`,
      name,
      gateway_group: 'default',
    })),
    developers: [{ id: 'dora', name: 'dora', portal: PORTAL }],
    applications: Array.from({ length: MAX_SUBSCRIBERS }, (_, place) => ({
      id: `app-${place}`,
      name: `app-${place}`,
      developer: 'dora',
    })),
    api_products: [...changes.flatMap(seedProduct), stranger(0), ofAnotherPortal(stranger(1), changes)],
    subscriptions: changes.flatMap(subscriptionsOf),
  };
}

/** The product file, as JSON. */
export function fileOf({ changes }: World): string {
  const products = changes.flatMap(({ name, oldName, after }) =>
    after === undefined
      ? []
      : [{ name, ...(oldName !== undefined && { previous_name: oldName }), ...declared(after) }],
  );
  return JSON.stringify({ portal: PORTAL, owner: OWNER, api_products: products }, null, 2);
}

export function openapiOf({ desc }: Side): string {
  return JSON.stringify({
    openapi: '3.0.3',
    info: { title: desc, version: '1' },
    paths: { '/a': { get: { responses: { 200: { description: 'ok' } } } } },
  });
}

const servicesOf = (side: Side | undefined): readonly string[] =>
  side?.type === 'gateway' ? side.services : [];

function declared(side: Side): JsonObject {
  const { type, status, desc, header } = side;
  if (type === 'external') return { type, status, desc, raw_openapi: openapiOf(side) };
  const links = side.services.map((service) => ({ gateway_group: 'default', service }));
  return { type, status, desc, auth: { key_auth: { header } }, linked_gateway_services: links };
}

function seedProduct(change: ProductChange, place: number): readonly SeedProduct[] {
  const { before } = change;
  if (before === undefined) return [];
  const { type, status, desc, header } = before;
  const links = before.services.map((service) => ({
    gateway_group_id: 'default',
    service_id: `s-${service}`,
  }));
  const own =
    type === 'external'
      ? { raw_openapi: openapiOf(before) }
      : { auth: { key_auth: { header } }, linked_gateway_services: links };
  const labels = { 'managed-by': OWNER_LABEL, team: `team-${place}` };
  return [
    {
      id: idOf(place),
      portal: PORTAL,
      name: liveName(change),
      type,
      status,
      desc,
      labels,
      x_tier: `tier-${place}`,
      ...own,
    },
  ];
}

function stranger(place: number): SeedProduct {
  const name = STRANGERS[place] ?? '';
  return {
    id: `stranger-${place}`,
    portal: PORTAL,
    name,
    type: 'gateway',
    status: 'published',
    auth: { key_auth: {} },
    linked_gateway_services: [{ gateway_group_id: 'default', service_id: `s-${name}` }],
  };
}

function ofAnotherPortal(product: SeedProduct, [first]: World['changes']): SeedProduct {
  const name = first?.name ?? 'Elsewhere';
  return { ...product, portal: 'default-2', name, labels: { 'managed-by': OWNER_LABEL } };
}

function subscriptionsOf(
  { before, active = 0, pending = 0 }: ProductChange,
  place: number,
): NonNullable<Seed['subscriptions']> {
  if (before?.status !== 'published' || before.type === 'external') return [];
  return Array.from({ length: active + pending }, (_, app) => ({
    application: `app-${app}`,
    api_product: idOf(place),
    status: app < active ? ('subscribed' as const) : ('wait_for_approval' as const),
  }));
}

/** The external products of a world have labels. */
export const KEEPING = { externalLabels: 'keep' } as const;
