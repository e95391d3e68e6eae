import type { Step } from '../../src/model/plan.ts';
import { countsOf, type Situation } from './plan-of.ts';
import { ReferencePortal } from './reference-portal.ts';

/** The portal of a situation after these steps. @throws IllegalStep at the first step that the portal refuses. */
export function portalAfter(situation: Situation, steps: readonly Step[]): ReferencePortal {
  const portal = portalOf(situation);
  for (const step of steps) portal.apply(step);
  return portal;
}

export function portalOf(situation: Situation): ReferencePortal {
  return new ReferencePortal(situation.live ?? [], countsOf(situation), situation.keepsExternalLabels);
}
