import type { Plan, Step } from '../model/plan.ts';

export type Sign = '+' | '~' | '-' | '±';

/** The steps of one product, as one thing that happens to it. */
export interface ProductBlock {
  readonly name: string;
  readonly sign: Sign;
  readonly steps: readonly Step[];
}

/** Steps by product, in the order of the plan: what a person reads as one change. */
export function productBlocks({ steps }: Pick<Plan, 'steps'>): readonly ProductBlock[] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const group = groups.get(keyOf(step));
    if (group) group.push(step);
    else groups.set(keyOf(step), [step]);
  }
  return [...groups.values()].map((group) => ({
    name: group[0]?.product.name ?? '',
    sign: signOf(group),
    steps: group,
  }));
}

/** A replacement's deletion and creation have one name and one reason, and are told together. */
function keyOf({ product, reason, chain, action }: Step): string {
  if (reason === 'type-is-immutable') return `replace ${product.name}`;
  return product.id ?? `${action === 'publish' ? 'create' : action} ${chain}`;
}

function signOf(steps: readonly Step[]): Sign {
  const has = (action: Step['action']): boolean => steps.some((step) => step.action === action);
  if (has('create')) return has('delete') ? '±' : '+';
  if (has('delete')) return '-';
  return has('unpublish') && has('publish') ? '±' : '~';
}
