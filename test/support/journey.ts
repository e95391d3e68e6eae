import { mayHold, type Kind, type Side } from './tiny-world.ts';

/**
 * What one product is on the way, as bits: whether it is there, is published, has its new `auth`, is still of the type
 * that it has to lose; above them one bit for each service that it holds.
 */
export type State = number;

export const HERE = 1;
export const PUBLISHED = 2;
export const NEW_AUTH = 4;
export const OLD = 8;
const ONE_SERVICE = 16;

/** Not there, nor anything to be made of it. */
export const GONE: State = NEW_AUTH;

export function withServices(state: State, services: number): State {
  return (state % ONE_SERVICE) + services * ONE_SERVICE;
}

export function servicesIn(state: State): number {
  return Math.floor(state / ONE_SERVICE);
}

/**
 * What the rules of docs/design/contract.md §5 and docs/design/admin-api.md §5 to §7 let become of one product, one write after
 * the other, until it is as declared. A product leaves the portal only where it has to, what is created is a draft, `publish`
 * writes the status alone, and a product is deleted for its type only when it is off the portal.
 */
export class Journey {
  readonly kind: Kind;
  readonly #goal: number;
  readonly #all: number;
  readonly #moves = new Map<number, readonly State[]>();
  readonly #left = new Map<State, number>();

  /** @param goal the services that it holds in the end, and `all` those that there are, as bits. */
  constructor(kind: Kind, goal: number, all: number) {
    this.kind = kind;
    this.#goal = goal;
    this.#all = all;
  }

  start(services: number): State {
    const { before, after, auth } = this.kind;
    if (before === undefined) return GONE;
    const old = after !== undefined && before.external !== after.external;
    const published = before.status === 'published';
    const state = HERE | (published ? PUBLISHED : 0) | (auth ? 0 : NEW_AUTH) | (old ? OLD : 0);
    return withServices(state, services);
  }

  /** Off the portal to come back as what it was: nothing may happen to others then (docs/design/contract.md §5, order 4). */
  mustRepublish(state: State): boolean {
    const { before, after } = this.kind;
    const comesBack = before?.status === 'published' && after?.status === 'published';
    return comesBack && (state & (HERE | PUBLISHED | OLD)) === HERE && before.external === after.external;
  }

  /** How many writes are left if every service is free: no run needs fewer. */
  left(state: State): number {
    const known = this.#left.get(state) ?? this.#fewest(state);
    this.#left.set(state, known);
    return known;
  }

  /** Every write that the portal allows, by what the product is after it, with any free services. */
  moves(state: State, free: number): readonly State[] {
    const key = state * (this.#all + 1) + free;
    const known = this.#moves.get(key) ?? [...new Set(this.#writes(state, free))];
    this.#moves.set(key, known);
    return known;
  }

  /** Infinity where there is no way, as for a product that was published with its old `auth` and may not leave again. */
  #fewest(state: State): number {
    const seen = new Set([state]);
    for (let [depth, front] = [0, [state]]; front.length > 0; depth += 1) {
      if (front.some((one) => this.#isGoal(one))) return depth;
      const next = new Set(front.flatMap((one) => this.moves(one, this.#all & ~servicesIn(one))));
      front = [...next].filter((one) => !seen.has(one));
      for (const one of front) seen.add(one);
    }
    return Number.POSITIVE_INFINITY;
  }

  #isGoal(state: State): boolean {
    const { after } = this.kind;
    if (after === undefined) return (state & HERE) === 0;
    const wanted = HERE | NEW_AUTH | (after.status === 'published' ? PUBLISHED : 0);
    return state === withServices(wanted, this.#goal);
  }

  #writes(state: State, free: number): readonly State[] {
    const { after } = this.kind;
    if ((state & HERE) === 0) return after ? this.#held(HERE | NEW_AUTH, free) : [];
    const draft = state & ~PUBLISHED;
    return [
      ...(state & PUBLISHED && mustLeave(this.kind) ? this.#held(draft, free) : []),
      ...this.#held(state & PUBLISHED ? state : state | NEW_AUTH, free),
      ...(this.#mayBeDeleted(state) ? [GONE] : []),
      ...(this.#mayBePublished(state) ? [state | PUBLISHED] : []),
    ];
  }

  /** The state with any of the services that it holds and of the free ones. */
  #held(state: State, free: number): readonly State[] {
    const services = mayHold(this.#side(state)) ? servicesIn(state) | free : 0;
    return subsets(services).map((some) => withServices(state, some));
  }

  #side(state: State): Side {
    const { before, after } = this.kind;
    return state & OLD || after === undefined ? before : after;
  }

  #mayBeDeleted(state: State): boolean {
    return this.kind.after === undefined || (state & (OLD | PUBLISHED)) === OLD;
  }

  #mayBePublished(state: State): boolean {
    const { after } = this.kind;
    if (after?.status !== 'published' || state & (PUBLISHED | OLD)) return false;
    return after.external === true || servicesIn(state) !== 0;
  }
}

/** Products that leave the portal in any run: no one else may (docs/design/contract.md §5.2). */
export function mustLeave({ before, after, auth }: Kind): boolean {
  if (before?.status !== 'published') return false;
  return after?.status !== 'published' || auth || before.external !== after.external;
}

function subsets(mask: number): readonly number[] {
  const found: number[] = [mask];
  for (let one = mask; one !== 0;) found.push((one = (one - 1) & mask));
  return found;
}
