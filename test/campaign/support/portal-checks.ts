import { isDeepStrictEqual } from 'node:util';
import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import type { Product } from '../../../src/emulator/world.ts';
import {
  idOf,
  leavesPortal,
  openapiOf,
  OWNER_LABEL,
  PORTAL,
  staysItself,
  STRANGERS,
  unavoidableLoss,
  type Cast,
  type Side,
  type World,
} from './world.ts';

/** What is on the emulator, set against the story alone: nothing of the program is asked (docs/design/contract.md §7). */

/** What keeps the portal from being what the file says, in words; none if it is. */
export function shortfalls(world: World, emulator: Emulator): readonly string[] {
  const here = productsOf(emulator);
  const names = new Set(world.cast.flatMap(({ name, after }) => (after ? [name] : [])));
  const left = here
    .filter(({ fields }) => !names.has(fields.name))
    .map(({ fields }) => `"${fields.name}" is still there`);
  return [...world.cast.flatMap((cast, place) => shortOf(cast, place, here)), ...left];
}

/** Rules that hold after any failure: no duplicates, no changes to products of other owners, only unavoidable losses. */
export function harm(world: World, emulator: Emulator, untouched: readonly Product[]): readonly string[] {
  const here = productsOf(emulator);
  const names = here.map(({ fields }) => fields.name);
  const twice = new Set(names.filter((name, place) => names.indexOf(name) !== place));
  const ended = emulator.store.endedSubscriptions.length;
  const most = unavoidableLoss(world);
  return [
    ...[...twice].map((name) => `"${name}" is there twice`),
    ...(isDeepStrictEqual(strangers(emulator), untouched) ? [] : ['a product that is not ours was touched']),
    ...(ended > most ? [`${ended} subscriptions ended, and ${most} had to`] : []),
    ...world.cast.flatMap((cast, place) => needlessLoss(cast, place, emulator)),
    ...here.flatMap((product) => lostExtras(world, product)),
  ];
}

/** Products that were on the portal, must be there, and are not: never the end of a run that lived to report. */
export function offPortal({ cast }: World, emulator: Emulator): readonly string[] {
  return cast.flatMap((one, place) => {
    const stays = staysItself(one) && one.before?.status === 'published' && one.after?.status === 'published';
    const row = emulator.store.tables.api_products.get(idOf(place));
    return stays && row?.fields.status !== 'published' ? [`"${one.name}" was left off the portal`] : [];
  });
}

export function strangers({ store }: Emulator): readonly Product[] {
  return store.products.filter(({ id }) => STRANGERS.some((_, place) => id === `stranger-${place}`));
}

function productsOf({ store }: Emulator): readonly Product[] {
  const portal = store.portal(PORTAL).id;
  return store.products.filter(({ id, portal_id }) => portal_id === portal && !id.startsWith('stranger-'));
}

function shortOf(cast: Cast, place: number, here: readonly Product[]): readonly string[] {
  const { name, after } = cast;
  if (after === undefined) return [];
  const [found, ...more] = here.filter(({ fields }) => fields.name === name);
  if (found === undefined || more.length > 0)
    return [`there are ${more.length + (found ? 1 : 0)} of "${name}"`];
  const moved = staysItself(cast) && found.id !== idOf(place) ? [`"${name}" is another product now`] : [];
  return [...moved, ...different(after, found).map((what) => `"${name}": ${what}`)];
}

function different(side: Side, { type, fields }: Product): readonly string[] {
  const wrong = (what: string, is: unknown, want: unknown): readonly string[] =>
    isDeepStrictEqual(is, want) ? [] : [`${what} is ${JSON.stringify(is)}, not ${JSON.stringify(want)}`];
  const services = (fields.linked_gateway_services ?? []).map(({ service_id }) => service_id).toSorted();
  const own =
    type === 'gateway'
      ? [
          ...wrong('auth', fields.auth?.key_auth?.['header'], side.header),
          ...wrong('services', services, side.services.map((one) => `s-${one}`).toSorted()),
        ]
      : wrong('document', JSON.parse(fields.raw_openapi ?? 'null'), JSON.parse(openapiOf(side)));
  return [
    ...wrong('type', type, side.type),
    ...wrong('status', fields.status, side.status),
    ...wrong('desc', fields.desc, side.desc),
    ...wrong('owner', fields.labels?.['managed-by'], OWNER_LABEL),
    ...own,
  ];
}

/** A product that may stay on the portal keeps all its subscribers. */
function needlessLoss(cast: Cast, place: number, { store }: Emulator): readonly string[] {
  if (leavesPortal(cast)) return [];
  const lost = store.endedSubscriptions.filter(({ api_product_id }) => api_product_id === idOf(place));
  return lost.length === 0 ? [] : [`"${cast.name}" lost ${lost.length} subscriptions for nothing`];
}

/** Fields that no document names, and labels that no file declares, survive every write. */
function lostExtras({ cast }: World, { id, fields, extra }: Product): readonly string[] {
  const place = cast.findIndex((_, index) => idOf(index) === id);
  if (place === -1) return [];
  const kept = extra['x_tier'] === `tier-${place}` && fields.labels?.['team'] === `team-${place}`;
  return kept ? [] : [`"${fields.name}" lost a field that no file declares`];
}
