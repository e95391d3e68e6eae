import { groupBy } from '../lib/group-by.ts';
import { listed } from '../lib/listed.ts';
import type { Change } from '../model/change.ts';
import { OWNERSHIP_LABEL } from '../model/ownership.ts';
import type { Action, Plan, Step } from '../model/plan.ts';
import type { Json } from '../model/product.ts';
import { plural, type Mark } from './words.ts';

/** `+` created, `~` updated, `-` deleted, `±` off and on again or replaced, `*` adopted. */
export type Sign = '+' | '~' | '-' | '±' | '*';

/** The steps of one product, as one thing that happens to it. */
export interface ProductBlock {
  readonly name: string;
  readonly sign: Sign;
  readonly steps: readonly Step[];
  /** What the steps come to in the end. */
  readonly changes: readonly Change[];
}

/**
 * Steps by product: what a person reads as one change, by the name that it has in the end. Products that more people can
 * reach afterwards stand first and adoptions last, else they stand in the order of the plan (docs/design/contract.md §12).
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

/** The values of fields that let people in. */
const WIDEST: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['status', 'published'],
  ['visibility', 'public'],
  ['subscription_auto_approval', true],
]);

export function isAdoption({ sign }: ProductBlock): boolean {
  return sign === '*';
}

/**
 * By the creation of a replacement, the deletion that it waits for: both are reported together, whatever their names.
 */
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

/** What the first step of a chain is about. */
function keyOf({ product: { id }, chain }: Step): string {
  return id === undefined ? `create ${chain}` : `live ${id}`;
}

function signOf(steps: readonly Step[]): Sign {
  if (has(steps, 'create')) return has(steps, 'delete') ? '±' : '+';
  if (has(steps, 'delete')) return '-';
  if (has(steps, 'unpublish') && has(steps, 'publish')) return '±';
  return steps.every(({ reason }) => reason === 'adopted') ? '*' : '~';
}

/** Off and on again is no change of the status in the end; the name of a new product stands in the title. */
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
 * The adopted products by name, one line for each label that is added; most plans have one (docs/design/contract.md §12).
 * @param all where all names are, if a line has no room for them; undefined where it has.
 */
export function adoptionLines(
  blocks: readonly ProductBlock[],
  mark: Mark,
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
