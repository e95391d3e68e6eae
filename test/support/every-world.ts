import { mayHold, mustHold, type Handover, type Kind, type TinyWorld } from './tiny-world.ts';

export interface CountedWorld {
  readonly world: TinyWorld;
  /** The number of worlds that differ only in the names of products and services. */
  readonly alike: number;
}

/** The share of one of several workers. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

const ALL: Share = { part: 0, of: 1 };

/**
 * Every possible world of a number of products and services, once. Names have no effect, so one of the worlds that differ
 * only in names is enough: the one with its kinds in the order of `all`, and with sorted handovers that come first among
 * all exchanges of products of one kind.
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
    yield { world: { kinds, services: some }, alike: ways / symmetriesOf(chosen, exchanges) };
  }
}

/** The possible handovers of one service: from a product that may have one, or none, to such a product, or none. */
function handovers(kinds: readonly Kind[]): readonly Handover[] {
  const places = (side: 'before' | 'after') =>
    [undefined, ...kinds.keys()].filter((place) => place === undefined || mayHold(kinds[place]?.[side]));
  return places('before').flatMap((from) =>
    places('after').flatMap((to) => (from === undefined && to === undefined ? [] : [{ from, to }])),
  );
}

/** Whether each published gateway product has a service. */
function isComplete(kinds: readonly Kind[], services: readonly Handover[]): boolean {
  return kinds.every(
    ({ before, after }, place) =>
      (!mustHold(before) || services.some(({ from }) => from === place)) &&
      (!mustHold(after) || services.some(({ to }) => to === place)),
  );
}

/** For each exchange of products of one kind, the resulting index of each handover. Without the identity. */
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

/** The number of exchanges that do not change the world, including the identity. */
function symmetriesOf(chosen: readonly number[], exchanges: readonly (readonly number[])[]): number {
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

/** Every multiset of `size` numbers below `of`. Computed once. */
function choices(of: number, size: number): readonly (readonly number[])[] {
  const key = `${of} ${size}`;
  const found = knownChoices.get(key) ?? multisets([...Array.from({ length: of }).keys()], size);
  knownChoices.set(key, found);
  return found;
}

/** Every multiset of `size` items, in the order of the items. */
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

/** The number of different orders of the items. */
function arrangements(items: readonly number[]): number {
  const counts = [...new Set(items)].map((one) => items.filter((other) => other === one).length);
  return counts.reduce((ways, count) => ways / factorial(count), factorial(items.length));
}

function factorial(number: number): number {
  return number <= 1 ? 1 : number * factorial(number - 1);
}
