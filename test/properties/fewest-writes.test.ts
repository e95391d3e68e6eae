import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredGoal } from '../support/declared-goal.ts';
import { everyWorld, type CountedWorld } from '../support/every-world.ts';
import { judgedWorlds } from '../support/judged-worlds.ts';
import { countsOf, planOf } from '../support/plan-of.ts';
import { ReferencePortal } from '../support/reference-portal.ts';
import { runs } from '../support/runs.ts';
import { shortfalls } from '../support/shortfalls.ts';
import { tinyPlan } from '../support/tiny-plan.ts';
import {
  isPossible,
  KINDS,
  LASTING_KINDS,
  situationOf,
  type Kind,
  type TinyWorld,
} from '../support/tiny-world.ts';
import { worseThanBestRun } from '../support/worse-than-best-run.ts';

/**
 * `npm run worlds` checks all worlds of four products and four services; these tests check one of SHARES. They check a quarter
 * of the worlds of three products and three services, or all with `ADC_TEST_RUNS=2` or more.
 */
const SHARES = Math.max(1, Math.ceil(1500 / runs(1).numRuns));
const SHARES_OF_THREE = runs(1).numRuns > 1 ? 1 : 4;
/** Every n-th world is also planned by a complete run. */
const everyOf = (usually: number): number => Math.max(1, Math.ceil((3 * usually) / runs(1).numRuns));

const UP_TO_THREE = [1, 2, 3].flatMap((products) =>
  [0, 1, 2, 3].map((services) => [products, services] as const),
);

describe('no other run has fewer writes, fewer unpublishes or fewer ended subscriptions', () => {
  it.each(UP_TO_THREE)(
    'in worlds of %i products and %i services',
    (products, services) => {
      const of = products * services === 9 ? SHARES_OF_THREE : 1;
      expect(judgedWorlds(products, services, { part: 0, of }).worse).toBeUndefined();
    },
    60_000,
  );

  it('in some worlds of four products and four services', () => {
    for (const services of [1, 2, 3, 4]) {
      expect(judgedWorlds(4, services, { part: 0, of: SHARES }).worse).toBeUndefined();
    }
  });

  it('for four products in cycles with common members', () => {
    const place = fc.nat(3);
    const passed = fc.record({ from: place, to: place }).filter(({ from, to }) => from !== to);
    const world = fc.record({
      kinds: fc.array(fc.constantFrom(...LASTING_KINDS), { minLength: 4, maxLength: 4 }),
      services: fc.array(passed, { minLength: 5, maxLength: 5 }),
    });
    fc.assert(
      fc.property(world.filter(isPossible), (one) => {
        expect(worseThanBestRun(one, tinyPlan(one))).toBeUndefined();
      }),
      runs(60),
    );
  });
});

describe('the generated worlds', () => {
  it.each([
    { kinds: KINDS, products: 2 },
    { kinds: KINDS.filter(({ name }) => /^(draft|published) > published$/.test(name)), products: 3 },
  ])('contain each possible world of $products products once', ({ kinds, products }) => {
    const counts = new Map<string, number>();
    for (const world of everyNamedWorld(kinds, products, 2)) {
      const key = withoutNames(world);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const judged = [...everyWorld(kinds, products, 2)];
    expect(judged).toHaveLength(counts.size);
    expect(new Map(judged.map(({ world, alike }) => [withoutNames(world), alike]))).toEqual(counts);
  });

  it.each([
    [2, 2, 1, 4],
    [3, 3, 20, 20],
    [4, 4, 400, 80],
  ])('have the same plan as in a complete run: %i products, %i services', (products, services, of, every) => {
    for (const world of someOf(everyWorld(KINDS, products, services, { part: 0, of }), everyOf(every))) {
      const situation = situationOf(world);
      const { steps } = planOf(situation);
      expect(tinyPlan(world)).toEqual(steps);
      const portal = new ReferencePortal(situation.live ?? [], countsOf(situation));
      for (const step of steps) portal.apply(step);
      expect(shortfalls(declaredGoal(situation), portal.products())).toEqual([]);
    }
  });
});

/** Every possible world. Worlds that differ only in names are separate. */
function everyNamedWorld(kinds: readonly Kind[], products: number, services: number): readonly TinyWorld[] {
  const places = [undefined, ...Array.from({ length: products }).keys()];
  const handovers = places.flatMap((from) => places.map((to) => ({ from, to })));
  const real = handovers.filter(({ from, to }) => from !== undefined || to !== undefined);
  const worlds = tuples(kinds, products).flatMap((some) =>
    tuples(real, services).map((others) => ({ kinds: some, services: others })),
  );
  return worlds.filter(isPossible);
}

function tuples<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  if (size === 0) return [[]];
  return tuples(items, size - 1).flatMap((start) => items.map((item) => [...start, item]));
}

/** A text that is equal for worlds that differ only in names: the first one over all orders of products. */
function withoutNames({ kinds, services }: TinyWorld): string {
  const orders = tuples([...kinds.keys()], kinds.length).filter((one) => new Set(one).size === kinds.length);
  const texts = orders.map((order) => {
    const place = (old: number | undefined) => (old === undefined ? '-' : String(order.indexOf(old)));
    const handovers = services.map(({ from, to }) => `${place(from)}${place(to)}`).toSorted();
    return `${order.map((old) => kinds[old]?.name).join()} ${handovers.join()}`;
  });
  return texts.toSorted()[0] ?? '';
}

function* someOf(all: Iterable<CountedWorld>, every: number): Generator<TinyWorld> {
  let count = 0;
  for (const { world } of all) if (count++ % every === 0) yield world;
}
