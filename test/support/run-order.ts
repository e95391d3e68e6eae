import type { Plan, Step } from '../../src/model/plan.ts';

/**
 * One of the possible orders of the steps of a plan. A step is ready after all steps in `after`. `picks` selects among the
 * ready steps; without picks, the order is that of the plan.
 */
export function runOrder({ steps }: Plan, picks: readonly number[] = []): readonly Step[] {
  const waiting = [...steps];
  const done = new Set<string>();
  return steps.map((_, turn) => {
    const ready = waiting.filter(({ after }) => after.every((id) => done.has(id)));
    const next = ready[(picks[turn] ?? 0) % Math.max(1, ready.length)];
    if (next === undefined) throw new Error('no step is ready');
    waiting.splice(waiting.indexOf(next), 1);
    done.add(next.id);
    return next;
  });
}
