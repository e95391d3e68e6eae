import type { Step } from '../../src/model/plan.ts';
import { countsOf, type Situation } from './plan-of.ts';
import { ReferenceWorld } from './reference-portal.ts';

/** The portal of a situation after these steps. @throws IllegalStep at the first one that it would refuse. */
export function portalAfter(situation: Situation, steps: readonly Step[]): ReferenceWorld {
  const world = worldOf(situation);
  for (const step of steps) world.apply(step);
  return world;
}

export function worldOf(situation: Situation): ReferenceWorld {
  return new ReferenceWorld(situation.live ?? [], countsOf(situation), situation.keepsExternalLabels);
}
