import type { ProductStatus } from '../../src/model/product.ts';
import { BASIC_AUTH, KEY_AUTH } from './auth.ts';
import { desiredProduct } from './desired-product.ts';
import { links } from './links.ts';
import { liveProduct, type LiveParts } from './live-product.ts';
import { OPENAPI } from './openapi.ts';
import type { Situation } from './plan-of.ts';

/** What one product is now and shall be. A side that is left out: it is not there. */
export interface Kind {
  readonly name: string;
  readonly before?: { readonly status: ProductStatus; readonly external?: boolean };
  readonly after?: { readonly status: ProductStatus; readonly external?: boolean };
  /** Whether `auth` differs, which is locked while published. */
  readonly auth?: boolean;
}

const DRAFT = { status: 'draft' } as const;
const PUBLISHED = { status: 'published' } as const;

export const PLAIN_KINDS: readonly Kind[] = [
  { name: 'draft', before: DRAFT, after: DRAFT },
  { name: 'published', before: PUBLISHED, after: PUBLISHED },
  { name: 'goes on', before: DRAFT, after: PUBLISHED },
  { name: 'republished', before: PUBLISHED, after: PUBLISHED, auth: true },
  { name: 'goes off', before: PUBLISHED, after: DRAFT },
  { name: 'goes off with new auth', before: PUBLISHED, after: DRAFT, auth: true },
];

export const KINDS: readonly Kind[] = [
  ...PLAIN_KINDS,
  { name: 'deleted draft', before: DRAFT },
  { name: 'deleted', before: PUBLISHED },
  { name: 'created draft', after: DRAFT },
  { name: 'created', after: PUBLISHED },
  { name: 'becomes gateway', before: { ...PUBLISHED, external: true }, after: PUBLISHED },
  { name: 'becomes external', before: PUBLISHED, after: { ...PUBLISHED, external: true } },
];

/** A service and the places of the products that hold it before and after; undefined: none. */
export interface Handover {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export interface TinyWorld {
  readonly kinds: readonly Kind[];
  readonly services: readonly Handover[];
}

/** Whether such a portal can be: services belong to gateway products, and nothing is published without one. */
export function isPossible({ kinds, services }: TinyWorld): boolean {
  const held = (product: number, side: 'from' | 'to') => services.some((one) => one[side] === product);
  const fits = (product: number, side: Kind['before'], where: 'from' | 'to'): boolean => {
    if (side === undefined || side.external === true) return !held(product, where);
    return side.status === 'draft' || held(product, where);
  };
  return kinds.every((kind, place) => fits(place, kind.before, 'from') && fits(place, kind.after, 'to'));
}

export const SUBSCRIBERS = 5;

/** The same world as portal and files. Every live gateway product has SUBSCRIBERS active subscriptions. */
export function situationOf({ kinds, services }: TinyWorld): Situation {
  const held = (product: number, side: 'from' | 'to') =>
    links(...services.flatMap((one, service) => (one[side] === product ? [`s${service}`] : [])));
  const live = kinds.flatMap(({ before }, place) => {
    if (before === undefined) return [];
    const type = before.external ? 'external' : 'gateway';
    const own: LiveParts = before.external ? {} : { linked_gateway_services: held(place, 'from') };
    return [liveProduct({ name: `P${place}`, type, status: before.status, ...own })];
  });
  const desired = kinds.flatMap(({ after, auth }, place) => {
    if (after === undefined) return [];
    const { status, external } = after;
    const name = `P${place}`;
    if (external) return [desiredProduct({ name, type: 'external', status, raw_openapi: OPENAPI })];
    const wanted = { auth: auth ? BASIC_AUTH : KEY_AUTH, linked_gateway_services: held(place, 'to') };
    return [desiredProduct({ name, status, ...wanted })];
  });
  const subscriptions = live.map(({ id }) => [id, { active: SUBSCRIBERS, pending: 0, known: true }] as const);
  return { live, desired, subscriptions: Object.fromEntries(subscriptions) };
}
