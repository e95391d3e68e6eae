import type { ProductStatus } from '../../src/model/product.ts';
import { BASIC_AUTH, KEY_AUTH } from './auth.ts';
import { desiredProduct } from './desired-product.ts';
import { links } from './links.ts';
import { liveProduct, type LiveParts } from './live-product.ts';
import { OPENAPI } from './openapi.ts';
import type { Situation } from './plan-of.ts';

/** The state of a product on one side; undefined if it does not exist. */
export type Side = { readonly status: ProductStatus; readonly external?: true } | undefined;

/** The current and the declared state of one product. */
export interface Kind {
  readonly name: string;
  readonly before: Side;
  readonly after: Side;
  /** Whether `auth` differs, which is locked while published. */
  readonly auth: boolean;
}

const SIDES: Readonly<Record<string, Side>> = {
  nothing: undefined,
  draft: { status: 'draft' },
  published: { status: 'published' },
  'external draft': { status: 'draft', external: true },
  'external published': { status: 'published', external: true },
};

/**
 * All changes of a product that affect the order of writes. Other fields have no effect: they are part of an update of
 * services or auth, or of an independent update of a product that shares no service.
 */
export const KINDS: readonly Kind[] = Object.entries(SIDES).flatMap(([from, before]) =>
  Object.entries(SIDES).flatMap(([to, after]) => kindsBetween(`${from} > ${to}`, before, after)),
);

/** The kinds of a gateway product that exists before and after. */
export const LASTING_KINDS: readonly Kind[] = KINDS.filter(
  ({ before, after }) => before && after && !before.external && !after.external,
);

function kindsBetween(name: string, before: Side, after: Side): readonly Kind[] {
  if (before === undefined && after === undefined) return [];
  const kind = { name, before, after, auth: false };
  const hasAuth = before && after && !before.external && !after.external;
  return hasAuth ? [kind, { ...kind, name: `${name}, new auth`, auth: true }] : [kind];
}

/** The places of the products of a service, before and after; undefined for none. */
export interface Handover {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export interface TinyWorld {
  readonly kinds: readonly Kind[];
  readonly services: readonly Handover[];
}

/** Whether only gateway products have services, and each published gateway product has one. */
export function isPossible({ kinds, services }: TinyWorld): boolean {
  const held = (product: number, side: 'from' | 'to') => services.some((one) => one[side] === product);
  const isValid = (product: number, side: Side, where: 'from' | 'to'): boolean => {
    if (!mayHold(side)) return !held(product, where);
    return !mustHold(side) || held(product, where);
  };
  return kinds.every(
    (kind, place) => isValid(place, kind.before, 'from') && isValid(place, kind.after, 'to'),
  );
}

export function mayHold(side: Side): boolean {
  return side !== undefined && side.external !== true;
}

export function mustHold(side: Side): boolean {
  return mayHold(side) && side?.status === 'published';
}

export const SUBSCRIBERS = 5;

/** The world as a portal and files. Every live product has SUBSCRIBERS active subscriptions. */
export function situationOf({ kinds, services }: TinyWorld): Situation {
  const held = (product: number, side: 'from' | 'to') =>
    services.flatMap((one, service) => (one[side] === product ? [service] : []));
  return togetherOf(kinds.map((kind, place) => aloneIn(kind, place, held(place, 'from'), held(place, 'to'))));
}

/** One product as a portal and files. Services are numbers. */
export function aloneIn(
  { before, after, auth }: Kind,
  place: number,
  from: readonly number[],
  to: readonly number[],
): Situation {
  const name = nameOf(place);
  return {
    live: before ? [liveSide(name, before, from)] : [],
    desired: after ? [desiredSide(name, after, auth, to)] : [],
    subscriptions: before ? { [`id-${name}`]: { active: SUBSCRIBERS, pending: 0, known: true } } : {},
  };
}

function nameOf(place: number): string {
  return `P${place}`;
}

/** The place of the product with a name. */
export function placeOf(name: string): number {
  return Number(name.slice(1));
}

/** The number of the service with an id. */
export function serviceNumber(id: string): number {
  return Number(id.slice(1));
}

function togetherOf(situations: readonly Situation[]): Situation {
  return {
    live: situations.flatMap(({ live = [] }) => live),
    desired: situations.flatMap(({ desired = [] }) => desired),
    subscriptions: Object.assign({}, ...situations.map(({ subscriptions }) => subscriptions)),
  };
}

function liveSide(name: string, { status, external }: NonNullable<Side>, services: readonly number[]) {
  const own: LiveParts = external ? {} : { linked_gateway_services: linksTo(services) };
  return liveProduct({ name, type: external ? 'external' : 'gateway', status, ...own });
}

function desiredSide(
  name: string,
  { status, external }: NonNullable<Side>,
  auth: boolean,
  services: readonly number[],
) {
  if (external) return desiredProduct({ name, type: 'external', status, raw_openapi: OPENAPI });
  const wanted = { auth: auth ? BASIC_AUTH : KEY_AUTH, linked_gateway_services: linksTo(services) };
  return desiredProduct({ name, status, ...wanted });
}

function linksTo(services: readonly number[]) {
  return links(...services.map((service) => `S${service}`));
}
