import { everyWorld, type Share } from './every-world.ts';
import { tinyPlan } from './tiny-plan.ts';
import { KINDS } from './tiny-world.ts';
import { worseThanBestRun } from './worse-than-best-run.ts';

export interface Judged {
  readonly checked: number;
  /** How many worlds those are if worlds with other names of products and services count separately. */
  readonly worlds: number;
  /** The first that is worse than it could be, in words; undefined if there is none. */
  readonly worse: string | undefined;
}

/** Judges the plans of all worlds of so many products and services, or of a share of them, until one is worse. */
export function judgedWorlds(products: number, services: number, share?: Share): Judged {
  let [checked, worlds] = [0, 0];
  for (const { world, alike } of everyWorld(KINDS, products, services, share)) {
    checked += 1;
    worlds += alike;
    const what = worseThanBestRun(world, tinyPlan(world));
    if (what !== undefined) return { checked, worlds, worse: `${what}: ${JSON.stringify(world)}` };
  }
  return { checked, worlds, worse: undefined };
}
