import type { Plan, Step } from '../../src/model/plan.ts';

/** The steps of a plan in order, each as `update A`. */
export function outline(plan: Plan): readonly string[] {
  return plan.steps.map(words);
}

/** Each step of a plan with its dependencies: `['create B', ['delete A']]`. */
export function waits(plan: Plan): ReadonlyMap<string, readonly string[]> {
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  return new Map(
    plan.steps.map((step) => [words(step), step.after.map((id) => words(byId.get(id) as Step))]),
  );
}

export function stepOf(plan: Plan, step: string): Step {
  const found = plan.steps.find((one) => words(one) === step);
  if (found === undefined) throw new Error(`no step "${step}" among ${outline(plan).join(', ')}`);
  return found;
}

function words({ action, product }: Step): string {
  return `${action} ${product.name}`;
}
