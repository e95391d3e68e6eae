import type { Seed, SeedProduct } from '../../../src/emulator/seed.ts';
import type { JsonObject, ProductStatus, ProductType } from '../../../src/model/product.ts';

/** What a product is at one time: on the portal before the run, or as the file wants it. */
export interface Side {
  readonly type: ProductType;
  readonly status: ProductStatus;
  /** Header of the API key, which is a part of `auth`. */
  readonly header: string;
  /** Names of gateway services. */
  readonly services: readonly string[];
  readonly desc: string;
}

/** One product of the story; a side that is left out: it is not there then. */
export interface Cast {
  /** In the file, or on the portal where no file names it. */
  readonly name: string;
  /** On the portal, if it was called otherwise. */
  readonly oldName?: string;
  readonly before?: Side;
  readonly after?: Side;
  /** How many applications have subscribed to it, and how many wait. */
  readonly active?: number;
  readonly pending?: number;
}

/** A portal, and the file that is to be applied to it. */
export interface World {
  readonly cast: readonly Cast[];
}

export const PORTAL = 'default';
/** The owner that the file declares. */
const OWNER = 'acme.world';
export const OWNER_LABEL = `adc/${OWNER}`;
/** Products that are not ours to touch: one that no file names, and one of ours, of a declared name, on another portal. */
export const STRANGERS = ['Stranger', 'Elsewhere'] as const;
const MOST_SUBSCRIBERS = 6;

/** The id of a product that is there before the run. */
export const idOf = (place: number): string => `p-${place}`;

export const liveName = ({ name, oldName }: Cast): string => oldName ?? name;

/** How many subscriptions making it true has to end, by the specification alone (docs/design/contract.md §5). */
export function unavoidableLoss({ cast }: World): number {
  return cast.filter(leavesPortal).reduce((sum, { active = 0, pending = 0 }) => sum + active + pending, 0);
}

/** Whether it has to go off the portal, be it for a moment. */
export function leavesPortal({ before, after }: Cast): boolean {
  if (before?.status !== 'published') return false;
  if (after === undefined || after.type !== before.type || after.status === 'draft') return true;
  return after.type === 'gateway' && after.header !== before.header;
}

/** The same product under its id before and after. */
export function staysItself({ before, after }: Cast): boolean {
  return before !== undefined && after !== undefined && before.type === after.type;
}

export function seedOf({ cast }: World): Seed {
  const services = [
    ...new Set(cast.flatMap(({ before, after }) => [...servicesOf(before), ...servicesOf(after)])),
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
    applications: Array.from({ length: MOST_SUBSCRIBERS }, (_, place) => ({
      id: `app-${place}`,
      name: `app-${place}`,
      developer: 'dora',
    })),
    api_products: [...cast.flatMap(seedProduct), stranger(0), ofAnotherPortal(stranger(1), cast)],
    subscriptions: cast.flatMap(subscriptionsOf),
  };
}

/** The product file, as YAML that is JSON. */
export function fileOf({ cast }: World): string {
  const products = cast.flatMap(({ name, oldName, after }) =>
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

function seedProduct(cast: Cast, place: number): readonly SeedProduct[] {
  const { before } = cast;
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
      name: liveName(cast),
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

function ofAnotherPortal(product: SeedProduct, [first]: World['cast']): SeedProduct {
  const name = first?.name ?? 'Elsewhere';
  return { ...product, portal: 'default-2', name, labels: { 'managed-by': OWNER_LABEL } };
}

function subscriptionsOf(
  { before, active = 0, pending = 0 }: Cast,
  place: number,
): NonNullable<Seed['subscriptions']> {
  if (before?.status !== 'published' || before.type === 'external') return [];
  return Array.from({ length: active + pending }, (_, app) => ({
    application: `app-${app}`,
    api_product: idOf(place),
    status: app < active ? ('subscribed' as const) : ('wait_for_approval' as const),
  }));
}

/** The products of a world have labels, also external ones. */
export const KEEPING = { externalLabels: 'keep' } as const;
