import { mayHold, type Kind, type Side } from './tiny-world.ts';

/**
 * The state of one product as bits: it exists, is published, has its new `auth`, still has its old type, and then one bit
 * for each of its services.
 */
export type State = number;

export const HERE = 1;
export const PUBLISHED = 2;
export const NEW_AUTH = 4;
export const OLD = 8;
const ONE_SERVICE = 16;

/** The product does not exist. */
export const GONE: State = NEW_AUTH;

export function withServices(state: State, services: number): State {
  return (state % ONE_SERVICE) + services * ONE_SERVICE;
}

export function servicesIn(state: State): number {
  return Math.floor(state / ONE_SERVICE);
}

/**
 * The permitted moves of one product to its declared state, one write each, by docs/design/contract.md §5 and
 * docs/design/admin-api.md §5 to §7. A product is unpublished only if that is necessary, a created product is a draft,
 * `publish` writes only the status, and a product is deleted for a new type only while it is unpublished.
 */
export class Journey {
  readonly kind: Kind;
  readonly #goal: number;
  readonly #all: number;
  readonly #moves = new Map<number, readonly State[]>();
  readonly #left = new Map<State, number>();

  /** @param goal the final services of the product, and `all` the services of the world, as bits. */
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

  /** Unpublished to be published again: no other product may change now (docs/design/contract.md §5, order 4). */
  mustRepublish(state: State): boolean {
    const { before, after } = this.kind;
    const comesBack = before?.status === 'published' && after?.status === 'published';
    return comesBack && (state & (HERE | PUBLISHED | OLD)) === HERE && before.external === after.external;
  }

  /** The number of remaining writes if every service is free. No run needs fewer. */
  left(state: State): number {
    const known = this.#left.get(state) ?? this.#fewest(state);
    this.#left.set(state, known);
    return known;
  }

  /** The states after each permitted write, with any of the free services. */
  moves(state: State, free: number): readonly State[] {
    const key = state * (this.#all + 1) + free;
    const known = this.#moves.get(key) ?? [...new Set(this.#writes(state, free))];
    this.#moves.set(key, known);
    return known;
  }

  /** Infinity if the goal cannot be reached, for example after a publish with the old `auth`. */
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

  /** The state with any subset of its services and the free services. */
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

/** Whether every run must unpublish or delete the product. No other published product may leave (docs/design/contract.md §5.2). */
export function mustLeave({ before, after, auth }: Kind): boolean {
  if (before?.status !== 'published') return false;
  return after?.status !== 'published' || auth || before.external !== after.external;
}

function subsets(mask: number): readonly number[] {
  const found: number[] = [mask];
  for (let one = mask; one !== 0;) found.push((one = (one - 1) & mask));
  return found;
}
