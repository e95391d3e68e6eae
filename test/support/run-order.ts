import type { Plan, Step } from '../../src/model/plan.ts';

/**
 * One of the orders in which the steps of a plan may run: nothing but `after` holds a step back. `picks` chooses among
 * those that are ready; without any, the plan's own order comes out.
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
