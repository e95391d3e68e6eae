import { everyWorld, type Share } from './every-world.ts';
import { tinyPlan } from './tiny-plan.ts';
import { KINDS } from './tiny-world.ts';
import { worseThanBestRun } from './worse-than-best-run.ts';

export interface Judged {
  readonly checked: number;
  /** The number of worlds, with worlds that differ only in names counted separately. */
  readonly worlds: number;
  /** The first world with a plan that could be better, as text; undefined if there is none. */
  readonly worse: string | undefined;
}

/** Checks the plans of all worlds of a size, or of a share of them, until one plan is worse than possible. */
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
