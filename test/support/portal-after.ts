import type { Step } from '../../src/model/plan.ts';
import { countsOf, type Situation } from './plan-of.ts';
import { ReferencePortal } from './reference-portal.ts';

/** The portal of a situation after these steps. @throws IllegalStep at the first step that the portal refuses. */
export function portalAfter(situation: Situation, steps: readonly Step[]): ReferencePortal {
  const world = worldOf(situation);
  for (const step of steps) world.apply(step);
  return world;
}

export function worldOf(situation: Situation): ReferencePortal {
  return new ReferencePortal(situation.live ?? [], countsOf(situation), situation.keepsExternalLabels);
}
