import type { PartialFields } from '../../src/model/desired.ts';
import type { Step } from '../../src/model/plan.ts';
import { freeServices, hasRunWithin, journeysOf, startOf } from './run-search.ts';
import {
  GONE,
  HERE,
  mustLeave,
  NEW_AUTH,
  PUBLISHED,
  servicesIn,
  withServices,
  type Journey,
  type State,
} from './journey.ts';
import { mayHold, placeOf, serviceNumber, type Kind, type TinyWorld } from './tiny-world.ts';

/**
 * Describes in which way a run of these steps is worse than the best possible run; undefined if it is not. Every live
 * gateway product has the same number of subscriptions.
 */
export function worseThanBestRun(world: TinyWorld, steps: readonly Step[]): string | undefined {
  const run = new Run(world);
  const refused = steps.find((step) => !run.tryStep(step));
  if (refused) return `${refused.action} ${refused.product.name} is not permitted at this point`;
  if (!run.isDone) return 'the final state is not the declared state';
  const leaving = world.kinds.filter(mustLeave).length;
  if (run.departures > leaving) return `${run.departures} products leave the portal instead of ${leaving}`;
  const losing = world.kinds.filter(losesSubscriptions).length;
  if (run.losing.size > losing) return `${run.losing.size} products lose subscriptions instead of ${losing}`;
  return hasRunWithin(steps.length - 1, world) ? `${steps.length} writes are too many` : undefined;
}

/** Whether every run ends the subscriptions of the product: it is unpublished, or it is a deleted draft. */
function losesSubscriptions(kind: Kind): boolean {
  return mayHold(kind.before) && (mustLeave(kind) || !mayHold(kind.after));
}

/** Applies steps one by one. Each must be a move of its product's journey. */
class Run {
  readonly losing = new Set<number>();
  departures = 0;
  readonly #world: TinyWorld;
  readonly #journeys: readonly Journey[];
  #states: readonly State[];

  constructor(world: TinyWorld) {
    this.#world = world;
    this.#journeys = journeysOf(world);
    this.#states = startOf(world, this.#journeys);
  }

  get isDone(): boolean {
    return this.#journeys.every((journey, place) => journey.left(this.#at(place)) === 0);
  }

  /** Applies the step. Returns false if it is not permitted. */
  tryStep(step: Step): boolean {
    const place = placeOf(step.product.name);
    const before = this.#at(place);
    const after = written(before, step);
    if (!this.#allows(place, before, after)) return false;
    this.#states = this.#states.with(place, after);
    const leaves = (before & ~after & PUBLISHED) !== 0;
    if (leaves) this.departures += 1;
    if (mayHold(this.#world.kinds[place]?.before) && (leaves || !(after & HERE))) this.losing.add(place);
    return true;
  }

  /** A draft may get its new `auth` with any write. A client that does not use this also follows the rules. */
  #allows(place: number, before: State, after: State): boolean {
    const waits = this.#journeys.some(
      (journey, other) => other !== place && journey.mustRepublish(this.#at(other)),
    );
    const moves = this.#journeys[place]?.moves(before, freeServices(this.#world, this.#states)) ?? [];
    return !waits && moves.includes(before & PUBLISHED ? after : after | NEW_AUTH);
  }

  #at(place: number): State {
    return this.#states[place] ?? GONE;
  }
}

/** The state of a product after a step. */
function written(state: State, { action, fields }: Step): State {
  if (action === 'delete') return GONE;
  const there = action === 'create' ? HERE | NEW_AUTH : state;
  const held = withServices(there, servicesWritten(fields) ?? servicesIn(there));
  const withAuth = fields.auth === undefined ? held : held | NEW_AUTH;
  if (fields.status === undefined) return withAuth;
  return fields.status === 'published' ? withAuth | PUBLISHED : withAuth & ~PUBLISHED;
}

/** The written services as bits; undefined if the step does not write them. */
function servicesWritten({ linked_gateway_services: links }: PartialFields): number | undefined {
  return links?.reduce((sum, { service_id }) => sum | (1 << serviceNumber(service_id)), 0);
}
