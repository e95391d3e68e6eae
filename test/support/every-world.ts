import { mayHold, mustHold, type Handover, type Kind, type TinyWorld } from './tiny-world.ts';

export interface CountedWorld {
  readonly world: TinyWorld;
  /** How many worlds are the same except which product and which service is called what. */
  readonly alike: number;
}

/** The part of the worlds that one of several workers looks at. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

const ALL: Share = { part: 0, of: 1 };

/**
 * Every possible world of so many products and services, once. What products and services are called means nothing, so
 * of the worlds that differ in nothing else one is enough: that whose kinds stand in the order of `all`, and whose
 * hand-overs are sorted and come first in that order among all ways to exchange products of one kind.
 */
export function* everyWorld(
  all: readonly Kind[],
  products: number,
  services: number,
  { part, of }: Share = ALL,
): Generator<CountedWorld> {
  let count = 0;
  for (const kinds of multisets(all, products)) {
    if (count++ % of === part) yield* worldsOfKinds(kinds, services);
  }
}

function* worldsOfKinds(kinds: readonly Kind[], services: number): Generator<CountedWorld> {
  const possible = handovers(kinds);
  const exchanges = exchangesOf(kinds, possible);
  for (const chosen of choices(possible.length, services)) {
    const some = chosen.map((index) => possible[index] as Handover);
    if (!isComplete(kinds, some) || !isFirst(chosen, exchanges)) continue;
    const ways = factorial(kinds.length) * arrangements(chosen);
    yield { world: { kinds, services: some }, alike: ways / stayingAs(chosen, exchanges) };
  }
}

/** What can become of one service: any product that may hold one, or none, before and after; not none in both. */
function handovers(kinds: readonly Kind[]): readonly Handover[] {
  const places = (side: 'before' | 'after') =>
    [undefined, ...kinds.keys()].filter((place) => place === undefined || mayHold(kinds[place]?.[side]));
  return places('before').flatMap((from) =>
    places('after').flatMap((to) => (from === undefined && to === undefined ? [] : [{ from, to }])),
  );
}

/** Whether nothing is published without a service. */
function isComplete(kinds: readonly Kind[], services: readonly Handover[]): boolean {
  return kinds.every(
    ({ before, after }, place) =>
      (!mustHold(before) || services.some(({ from }) => from === place)) &&
      (!mustHold(after) || services.some(({ to }) => to === place)),
  );
}

/** What each way to exchange products of one kind makes of each hand-over, by index; without the way that changes nothing. */
function exchangesOf(kinds: readonly Kind[], possible: readonly Handover[]): readonly (readonly number[])[] {
  const places = [...kinds.keys()];
  const ways = permutations(places).filter((way) => way.every((to, from) => kinds[to] === kinds[from]));
  const moved = (place: number | undefined, way: readonly number[]) =>
    place === undefined ? undefined : way[place];
  return ways
    .filter((way) => way.some((to, from) => to !== from))
    .map((way) =>
      possible.map(({ from, to }) =>
        possible.findIndex((one) => one.from === moved(from, way) && one.to === moved(to, way)),
      ),
    );
}

function isFirst(chosen: readonly number[], exchanges: readonly (readonly number[])[]): boolean {
  return exchanges.every((exchange) => compared(exchanged(chosen, exchange), chosen) >= 0);
}

/** How many ways to exchange products leave the world as it is; to change nothing is one. */
function stayingAs(chosen: readonly number[], exchanges: readonly (readonly number[])[]): number {
  return 1 + exchanges.filter((exchange) => compared(exchanged(chosen, exchange), chosen) === 0).length;
}

function exchanged(chosen: readonly number[], exchange: readonly number[]): readonly number[] {
  return chosen.map((index) => exchange[index] ?? index).toSorted((a, b) => a - b);
}

function compared(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((one, index) => one !== b[index]);
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

const knownChoices = new Map<string, readonly (readonly number[])[]>();

/** Every choice of so many of the numbers below `of`, each any number of times: worked out once. */
function choices(of: number, size: number): readonly (readonly number[])[] {
  const key = `${of} ${size}`;
  const found = knownChoices.get(key) ?? multisets([...Array.from({ length: of }).keys()], size);
  knownChoices.set(key, found);
  return found;
}

/** Every choice of `size` items, each any number of times, in the order of the items. */
function multisets<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, place) =>
    multisets(items.slice(place), size - 1).map((rest) => [item, ...rest]),
  );
}

function permutations<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, place) =>
    permutations(items.toSpliced(place, 1)).map((rest) => [item, ...rest]),
  );
}

/** In how many orders sorted items can stand. */
function arrangements(items: readonly number[]): number {
  const counts = [...new Set(items)].map((one) => items.filter((other) => other === one).length);
  return counts.reduce((ways, count) => ways / factorial(count), factorial(items.length));
}

function factorial(number: number): number {
  return number <= 1 ? 1 : number * factorial(number - 1);
}
