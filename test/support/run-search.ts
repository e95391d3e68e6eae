import { Journey, servicesIn, type State } from './journey.ts';
import type { TinyWorld } from './tiny-world.ts';

/**
 * Whether a world can reach its goal in at most `writes` writes, in any order and with any detours. Searches all
 * sequences of moves of its products. A service has one product at a time, and no other product changes while a product
 * is unpublished to be published again (docs/design/contract.md §5, order 4).
 */
export function hasRunWithin(writes: number, world: TinyWorld): boolean {
  const journeys = journeysOf(world);
  const search = new Search(journeys, allServices(world));
  return search.reaches(startOf(world, journeys), writes);
}

const known = new Map<string, Journey>();

/** The possible moves of each product. Equal journeys are computed once for all worlds. */
export function journeysOf(world: TinyWorld): readonly Journey[] {
  const all = allServices(world);
  return world.kinds.map((kind, place) => {
    const goal = servicesAt(world, place, 'to');
    const key = `${kind.name} ${goal} ${all}`;
    const journey = known.get(key) ?? new Journey(kind, goal, all);
    known.set(key, journey);
    return journey;
  });
}

export function startOf(world: TinyWorld, journeys: readonly Journey[]): readonly State[] {
  return journeys.map((journey, place) => journey.start(servicesAt(world, place, 'from')));
}

/** The services without a product, as bits. */
export function freeServices(world: TinyWorld, states: readonly State[]): number {
  return states.reduce((free, state) => free & ~servicesIn(state), allServices(world));
}

/** The services of a product, as bits. */
export function servicesAt({ services }: TinyWorld, place: number, side: 'from' | 'to'): number {
  return services.reduce((sum, one, service) => sum | (one[side] === place ? 1 << service : 0), 0);
}

function allServices({ services }: TinyWorld): number {
  return (1 << services.length) - 1;
}

class Search {
  readonly #journeys: readonly Journey[];
  readonly #all: number;
  readonly #failed = new Set<string>();

  constructor(journeys: readonly Journey[], all: number) {
    this.#journeys = journeys;
    this.#all = all;
  }

  reaches(states: readonly State[], budget: number): boolean {
    const left = this.#journeys.reduce((sum, journey, place) => sum + journey.left(states[place] ?? 0), 0);
    if (left > budget) return false;
    if (left === 0) return true;
    const key = `${budget} ${states.join(' ')}`;
    if (this.#failed.has(key)) return false;
    const found = this.#next(states).some((next) => this.reaches(next, budget - 1));
    if (!found) this.#failed.add(key);
    return found;
  }

  #next(states: readonly State[]): readonly (readonly State[])[] {
    const free = states.reduce((sum, state) => sum & ~servicesIn(state), this.#all);
    const inWindow = this.#journeys.findIndex((journey, place) => journey.mustRepublish(states[place] ?? 0));
    return this.#journeys.flatMap((journey, place) => {
      if (inWindow !== -1 && inWindow !== place) return [];
      return journey.moves(states[place] ?? 0, free).map((next) => states.with(place, next));
    });
  }
}
