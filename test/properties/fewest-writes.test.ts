import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasRunOf, mustLeave } from '../support/cheaper-run.ts';
import { declaredGoal } from '../support/declared-goal.ts';
import { countsOf, planOf } from '../support/plan-of.ts';
import { ReferenceWorld } from '../support/reference-world.ts';
import { runs } from '../support/runs.ts';
import { shortfalls } from '../support/shortfalls.ts';
import {
  isPossible,
  KINDS,
  PLAIN_KINDS,
  situationOf,
  SUBSCRIBERS,
  type Handover,
  type TinyWorld,
} from '../support/tiny-world.ts';

/** What is worse in our plan than in the best run there is; undefined where nothing is. */
function worse(world: TinyWorld): string | undefined {
  const situation = situationOf(world);
  const { steps } = planOf(situation);
  const portal = new ReferenceWorld(situation.live ?? [], countsOf(situation));
  const ended = steps.reduce((sum, step) => sum + portal.apply(step).ended.active, 0);
  const short = shortfalls(declaredGoal(situation), portal.products());
  if (short.length > 0) return short.join();
  const leaving = world.kinds.filter(mustLeave).length;
  const departures = [...portal.left.values()].reduce((sum, one) => sum + one, 0);
  if (departures > leaving) return `${departures} products leave the portal instead of ${leaving}`;
  const ending = world.kinds.filter((kind) => losesSubscriptions(kind)).length * SUBSCRIBERS;
  if (ended > ending) return `${ended} subscriptions end instead of ${ending}`;
  if (!hasRunOf(steps.length, world))
    return `the search knows no run of ${steps.length} writes, and there is one`;
  return hasRunOf(steps.length - 1, world) ? `${steps.length} writes are too many` : undefined;
}

/** In any run: those of gateway products that leave the portal, and those of drafts that are deleted. */
function losesSubscriptions(kind: (typeof KINDS)[number]): boolean {
  const { before, after } = kind;
  if (before === undefined || before.external) return false;
  return mustLeave(kind) || after === undefined || Boolean(after.external);
}

/** All multisets of up to `most` items. */
function multisets<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  if (most === 0) return [[]];
  const smaller = multisets(items, most - 1);
  const longest = smaller.filter(({ length }) => length === most - 1);
  const grown = longest.flatMap((one) => {
    const last = one.length === 0 ? 0 : items.indexOf(one.at(-1) as Item);
    return items.slice(last).map((item) => [...one, item]);
  });
  return [...smaller, ...grown];
}

function handovers(products: number): readonly Handover[] {
  const places = [undefined, ...Array.from({ length: products }, (_, place) => place)];
  const all = places.flatMap((from) => places.map((to) => ({ from, to })));
  return all.filter(({ from, to }) => from !== undefined || to !== undefined);
}

/** Every possible world of so many products and services, up to the names of both. */
function* worlds(
  kinds: TinyWorld['kinds'],
  products: number,
  services: readonly (readonly Handover[])[],
): Generator<TinyWorld> {
  for (const chosen of multisets(kinds, products)) {
    if (chosen.length !== products) continue;
    for (const some of services) {
      const world = { kinds: chosen, services: some };
      if (isPossible(world)) yield world;
    }
  }
}

function firstWorse(all: Iterable<TinyWorld>, every: number): unknown {
  let count = 0;
  for (const world of all) {
    count += 1;
    if (count % every !== 0) continue;
    const what = worse(world);
    if (what !== undefined) return { what, ...world };
  }
  return undefined;
}

/** One of so many worlds is looked at in a usual run, all of them in a long one. */
const STRIDE = Math.max(1, Math.ceil(23 / runs(1).numRuns));

describe('no run has fewer writes, fewer departures or fewer losses', () => {
  it('P3 for two products and two services', () => {
    expect(firstWorse(worlds(KINDS, 2, multisets(handovers(2), 2)), 1)).toBeUndefined();
  });

  it('P3 for three products that pass three services around', () => {
    const passed = handovers(3).filter(
      ({ from, to }) => from !== undefined && to !== undefined && from !== to,
    );
    expect(firstWorse(worlds(PLAIN_KINDS, 3, multisets(passed, 3)), 1)).toBeUndefined();
  });

  it('P3 for three products and three services of any kind', () => {
    expect(firstWorse(worlds(KINDS, 3, multisets(handovers(3), 3)), STRIDE)).toBeUndefined();
  });

  it('P3 for some worlds of four products and four services', () => {
    const world = fc.record({
      kinds: fc.array(fc.constantFrom(...PLAIN_KINDS, ...KINDS), { minLength: 4, maxLength: 4 }),
      services: fc.array(fc.constantFrom(...handovers(4)), { minLength: 2, maxLength: 4 }),
    });
    fc.assert(
      fc.property(world.filter(isPossible), (one) => {
        expect(worse(one)).toBeUndefined();
      }),
      runs(300),
    );
  });

  it('P3 for four products in rings that share members', () => {
    const passed = handovers(4).filter(
      ({ from, to }) => from !== undefined && to !== undefined && from !== to,
    );
    const world = fc.record({
      kinds: fc.array(fc.constantFrom(...PLAIN_KINDS), { minLength: 4, maxLength: 4 }),
      services: fc.array(fc.constantFrom(...passed), { minLength: 4, maxLength: 5 }),
    });
    fc.assert(
      fc.property(world.filter(isPossible), (one) => {
        expect(worse(one)).toBeUndefined();
      }),
      runs(60),
    );
  });
});
