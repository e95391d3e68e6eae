import { isDeepStrictEqual } from 'node:util';
import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import type { Product } from '../../../src/emulator/world.ts';
import {
  idOf,
  leavesPortal,
  openapiOf,
  OWNER_LABEL,
  PORTAL,
  keepsId,
  STRANGERS,
  unavoidableLoss,
  type ProductChange,
  type Side,
  type World,
} from './world.ts';

/** Checks of the contents of the emulator (docs/design/contract.md §7). They use no code of the program. */

/** Differences between the portal and the file, as text. Empty if there are none. */
export function shortfalls(world: World, emulator: Emulator): readonly string[] {
  const here = productsOf(emulator);
  const names = new Set(world.changes.flatMap(({ name, after }) => (after ? [name] : [])));
  const left = here
    .filter(({ fields }) => !names.has(fields.name))
    .map(({ fields }) => `"${fields.name}" is still there`);
  return [...world.changes.flatMap((change, place) => shortOf(change, place, here)), ...left];
}

/** Violations of the rules for every run: no duplicates, no changes to products of other owners, only unavoidable losses. */
export function harm(world: World, emulator: Emulator, untouched: readonly Product[]): readonly string[] {
  const here = productsOf(emulator);
  const names = here.map(({ fields }) => fields.name);
  const duplicates = new Set(names.filter((name, place) => names.indexOf(name) !== place));
  const ended = emulator.store.endedSubscriptions.length;
  const most = unavoidableLoss(world);
  return [
    ...[...duplicates].map((name) => `"${name}" exists twice`),
    ...(isDeepStrictEqual(strangers(emulator), untouched) ? [] : ['a product of another owner was changed']),
    ...(ended > most ? [`${ended} subscriptions ended, and ${most} had to`] : []),
    ...world.changes.flatMap((change, place) => needlessLoss(change, place, emulator)),
    ...here.flatMap((product) => lostExtras(world, product)),
  ];
}

/** Products that were published, must be published and are drafts. A run that ends normally leaves none. */
export function offPortal({ changes }: World, emulator: Emulator): readonly string[] {
  return changes.flatMap((one, place) => {
    const stays = keepsId(one) && one.before?.status === 'published' && one.after?.status === 'published';
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

function shortOf(change: ProductChange, place: number, here: readonly Product[]): readonly string[] {
  const { name, after } = change;
  if (after === undefined) return [];
  const [found, ...more] = here.filter(({ fields }) => fields.name === name);
  if (found === undefined || more.length > 0)
    return [`there are ${more.length + (found ? 1 : 0)} of "${name}"`];
  const moved = keepsId(change) && found.id !== idOf(place) ? [`"${name}" has another id now`] : [];
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

/** A product that can stay published must keep all its subscriptions. */
function needlessLoss(change: ProductChange, place: number, { store }: Emulator): readonly string[] {
  if (leavesPortal(change)) return [];
  const lost = store.endedSubscriptions.filter(({ api_product_id }) => api_product_id === idOf(place));
  return lost.length === 0 ? [] : [`"${change.name}" lost ${lost.length} subscriptions without need`];
}

/** Every write must keep unknown fields and undeclared labels. */
function lostExtras({ changes }: World, { id, fields, extra }: Product): readonly string[] {
  const place = changes.findIndex((_, index) => idOf(index) === id);
  if (place === -1) return [];
  const kept = extra['x_tier'] === `tier-${place}` && fields.labels?.['team'] === `team-${place}`;
  return kept ? [] : [`"${fields.name}" lost a field that no file declares`];
}
