import { groupBy } from '../lib/lists.ts';
import { listed } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import { OWNERSHIP_LABEL } from '../model/ownership.ts';
import type { Action, Plan, Step } from '../model/plan.ts';
import type { Json } from '../model/product.ts';
import { plural, type InlineStyle } from './words.ts';

/** `+` created, `~` updated, `-` deleted, `±` unpublished and published again or replaced, `*` adopted. */
export type Sign = '+' | '~' | '-' | '±' | '*';

/** The steps of one product. */
export interface ProductBlock {
  readonly name: string;
  readonly sign: Sign;
  readonly steps: readonly Step[];
  /** The net changes of the steps. */
  readonly changes: readonly Change[];
}

/**
 * The steps grouped by product, with the final name of each. Products that more people can access afterwards come
 * first and adoptions last, the others in the order of the plan (docs/design/contract.md §12).
 */
export function productBlocks({ steps, waits }: Pick<Plan, 'steps' | 'waits'>): readonly ProductBlock[] {
  const deleted = replacedBy({ steps, waits });
  const keys = new Map<string, string>();
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const key = keys.get(step.chain) ?? keyOf(deleted.get(step.id) ?? step);
    keys.set(step.chain, key);
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups.values()]
    .map((group) => ({
      name: group.at(-1)?.product.name ?? '',
      sign: signOf(group),
      steps: group,
      changes: netChanges(group),
    }))
    .toSorted((a, b) => rank(a) - rank(b));
}

function rank(block: ProductBlock): number {
  if (widensAccess(block)) return 0;
  return isAdoption(block) ? 2 : 1;
}

/** Whether more people can see the product or subscribe to it afterwards; a new product is a draft until it is published. */
export function widensAccess({ changes }: ProductBlock): boolean {
  return changes.some(
    ({ path, before, after }) =>
      WIDEST.has(path) && WIDEST.get(path) === after && before !== undefined && before !== after,
  );
}

/** The values of fields with the widest access. */
const WIDEST: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['status', 'published'],
  ['visibility', 'public'],
  ['subscription_auto_approval', true],
]);

export function isAdoption({ sign }: ProductBlock): boolean {
  return sign === '*';
}

/** The deletion that each creation of a replacement waits for: both are reported together, whatever their names. */
function replacedBy({ steps, waits }: Pick<Plan, 'steps' | 'waits'>): ReadonlyMap<string, Step> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return new Map(
    waits
      .filter(({ service }) => service === undefined)
      .flatMap(({ step, after }) => {
        const earlier = byId.get(after);
        return earlier === undefined ? [] : [[step, earlier] as const];
      }),
  );
}

/** The key of the product of a step. */
function keyOf({ product: { id }, chain }: Step): string {
  return id === undefined ? `create ${chain}` : `live ${id}`;
}

function signOf(steps: readonly Step[]): Sign {
  if (has(steps, 'create')) return has(steps, 'delete') ? '±' : '+';
  if (has(steps, 'delete')) return '-';
  if (has(steps, 'unpublish') && has(steps, 'publish')) return '±';
  return steps.every(({ reason }) => reason === 'adopted') ? '*' : '~';
}

/** The net changes: without the status of a republish, and without the name of a new product, which is in the title. */
function netChanges(steps: readonly Step[]): readonly Change[] {
  const changes = steps.flatMap((step) => step.changes);
  const statuses = changes.filter(isStatus);
  const back = statuses.length > 1 && statuses[0]?.before === statuses.at(-1)?.after;
  const net = back ? changes.filter((change) => !isStatus(change)) : changes;
  return signOf(steps) === '+' ? net.filter(({ path }) => path !== 'name') : net;
}

const isStatus = ({ path }: Change): boolean => path === 'status';

function has(steps: readonly Step[], action: Action): boolean {
  return steps.some((step) => step.action === action);
}

/**
 * The adopted products by name, one line for each added label; most plans have one (docs/design/contract.md §12).
 * @param all where the complete list of names is; undefined to list all names here.
 */
export function adoptionLines(
  blocks: readonly ProductBlock[],
  mark: InlineStyle,
  all: string | undefined,
): readonly string[] {
  const byLabel = groupBy(blocks.filter(isAdoption), ({ changes: [added] }) =>
    typeof added?.after === 'string' ? added.after : '',
  );
  return [...byLabel].map(([value, adopted]) => {
    const names = listed(
      adopted.map(({ name }) => mark.name(name)),
      all,
    );
    const label = mark.code(`${OWNERSHIP_LABEL}: ${value}`);
    return `adopt ${plural(adopted.length, 'product')} (adds the label ${label}): ${names}`;
  });
}
