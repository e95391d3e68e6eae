import type { Step } from '../../src/model/plan.ts';
import { breakCycles } from '../../src/plan/break-cycles.ts';
import { type Chain, order } from '../../src/plan/order.ts';
import { chainsOf } from '../../src/plan/chains.ts';
import { servicesAt } from './run-search.ts';
import { NO_NAMES } from './names.ts';
import { countsOf, differenceOf } from './plan-of.ts';
import { aloneIn, type Kind, type TinyWorld } from './tiny-world.ts';

/**
 * The steps of the plan of a world. The difference and the chains of each product are computed once for all worlds; only
 * the stages that concern several products run for each world. Another test compares this with a complete run.
 */
export function tinyPlan(world: TinyWorld): readonly Step[] {
  const chains = world.kinds.map((kind, place) =>
    chainsAlone(kind, place, servicesAt(world, place, 'from'), servicesAt(world, place, 'to')),
  );
  // The order of changes in a difference: declared products, then deletions.
  const isDeclared = (_: unknown, place: number) => world.kinds[place]?.after !== undefined;
  const deleted = chains.filter((one, place) => !isDeclared(one, place));
  const all = [...chains.filter(isDeclared), ...deleted].flat();
  return order(breakCycles(all, NO_NAMES), NO_NAMES).steps;
}

const known = new Map<string, readonly Chain[]>();

function chainsAlone(kind: Kind, place: number, from: number, to: number): readonly Chain[] {
  const key = `${place} ${from} ${to} ${kind.name}`;
  const chains = known.get(key) ?? computedChains(kind, place, from, to);
  known.set(key, chains);
  return chains;
}

function computedChains(kind: Kind, place: number, from: number, to: number): readonly Chain[] {
  const situation = aloneIn(kind, place, numbersIn(from), numbersIn(to));
  const context = { names: NO_NAMES, services: new Map(), subscriptions: countsOf(situation) };
  return differenceOf(situation).changes.flatMap((change) => chainsOf(change, context));
}

/** The positions of the set bits. */
function numbersIn(bits: number): readonly number[] {
  return [0, 1, 2, 3, 4].filter((place) => bits & (1 << place));
}
