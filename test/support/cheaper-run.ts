import type { Kind, TinyWorld } from './tiny-world.ts';

/** One product on the way: which services it holds, as a bit set, and what is done already. */
interface State {
  readonly here: boolean;
  readonly published: boolean;
  readonly services: number;
  readonly newAuth: boolean;
  /** Still of the type that it has to lose. */
  readonly old: boolean;
}

const GONE: State = { here: false, published: false, services: 0, newAuth: true, old: false };

/**
 * Whether the world can be brought to its goal in at most `writes` writes, whatever the order and the detours: a search
 * over all runs that the rules of contract §5 and admin-api §5 to §7 allow. A product leaves the portal only where it
 * has to, what is created is a draft, `publish` writes the status alone, and nothing happens to others while a product
 * is off the portal to come back (order 4).
 */
export function hasRunOf(writes: number, world: TinyWorld): boolean {
  return new Search(world).reaches(writes);
}

class Search {
  readonly #world: TinyWorld;
  readonly #all: number;
  readonly #after: readonly number[];
  readonly #left = new Map<string, number>();
  readonly #failed = new Set<string>();

  constructor(world: TinyWorld) {
    const { kinds, services } = world;
    this.#world = world;
    this.#all = (1 << services.length) - 1;
    this.#after = kinds.map((_, place) => bits(services.map(({ to }) => to === place)));
  }

  reaches(writes: number): boolean {
    const { kinds, services } = this.#world;
    const start = kinds.map((kind, place) => startOf(kind, bits(services.map(({ from }) => from === place))));
    return this.#search(start, writes);
  }

  #search(states: readonly State[], budget: number): boolean {
    const left = states.reduce((sum, state, place) => sum + this.#atLeast(place, state), 0);
    if (left > budget) return false;
    if (left === 0) return true;
    const key = `${budget} ${states.map(keyOf).join(' ')}`;
    if (this.#failed.has(key)) return false;
    const found = this.#nextStates(states).some((next) => this.#search(next, budget - 1));
    if (!found) this.#failed.add(key);
    return found;
  }

  #nextStates(states: readonly State[]): readonly (readonly State[])[] {
    const held = states.reduce((sum, { services }) => sum | services, 0);
    const inWindow = states.findIndex((state, place) => isInWindow(this.#kind(place), state));
    return states.flatMap((state, place) => {
      if (inWindow !== -1 && inWindow !== place) return [];
      return this.#moves(place, state, this.#all & ~held).map((next) => states.with(place, next));
    });
  }

  /** How many writes a product needs if every service is free for it: no run needs fewer. */
  #atLeast(place: number, state: State): number {
    const key = `${place} ${keyOf(state)}`;
    const known = this.#left.get(key);
    if (known !== undefined) return known;
    let depth = 0;
    for (let front = [state]; !front.some((one) => this.#isGoal(place, one)); depth += 1) {
      const next = front.flatMap((one) => this.#moves(place, one, this.#all));
      front = [...new Map(next.map((one) => [keyOf(one), one])).values()];
    }
    this.#left.set(key, depth);
    return depth;
  }

  #isGoal(place: number, state: State): boolean {
    const { after } = this.#kind(place);
    if (after === undefined) return !state.here;
    const right = state.published === (after.status === 'published') && state.services === this.#after[place];
    return state.here && !state.old && state.newAuth && right;
  }

  /** Every write that the portal allows for one product, with whatever services it could hold after it. */
  #moves(place: number, state: State, free: number): readonly State[] {
    const kind = this.#kind(place);
    const { after } = kind;
    if (!state.here) return after ? subsets(after.external ? 0 : free).map(created) : [];
    const kept = subsets(state.services | free);
    const locked = state.published && !state.newAuth;
    return [
      ...(mustLeave(kind) && state.published
        ? kept.map((services) => ({ ...state, services, published: false }))
        : []),
      ...(mayDelete(kind, state) ? [GONE] : []),
      ...(state.old ? [] : kept.map((services) => ({ ...state, services, newAuth: !locked }))),
      ...(mayPublish(kind, state) ? [{ ...state, published: true }] : []),
    ];
  }

  #kind(place: number): Kind {
    return this.#world.kinds[place] as Kind;
  }
}

function startOf({ before, after, auth }: Kind, services: number): State {
  if (before === undefined) return GONE;
  const old = after !== undefined && before.external !== after.external;
  return { here: true, published: before.status === 'published', services, newAuth: auth !== true, old };
}

function created(services: number): State {
  return { here: true, published: false, services, newAuth: true, old: false };
}

/** Products that leave the portal in any run: nobody else may (acceptance P1). */
export function mustLeave({ before, after, auth }: Kind): boolean {
  if (before?.status !== 'published') return false;
  return after?.status !== 'published' || auth === true || before.external !== after.external;
}

/** A replacement leaves the portal before it is deleted (the table of contract §5). */
function mayDelete({ after }: Kind, { old, published }: State): boolean {
  return after === undefined || (old && !published);
}

function mayPublish({ after }: Kind, { published, services, old }: State): boolean {
  return !published && !old && after?.status === 'published' && (after.external === true || services !== 0);
}

function isInWindow({ before, after }: Kind, { here, old, published }: State): boolean {
  return (
    here &&
    !old &&
    !published &&
    before?.status === 'published' &&
    after?.status === 'published' &&
    before.external === after.external
  );
}

function keyOf({ here, published, services, newAuth, old }: State): number {
  return (
    (services << 4) | (Number(here) << 3) | (Number(published) << 2) | (Number(newAuth) << 1) | Number(old)
  );
}

function bits(set: readonly boolean[]): number {
  return set.reduce((sum, one, place) => sum | (one ? 1 << place : 0), 0);
}

function subsets(mask: number): readonly number[] {
  const found: number[] = [mask];
  for (let one = mask; one !== 0;) found.push((one = (one - 1) & mask));
  return found;
}
