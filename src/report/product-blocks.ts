import { groupBy } from '../lib/lists.ts';
import { listed } from '../lib/printable.ts';
import type { Change } from '../model/change.ts';
import type { Subscriber } from '../model/live.ts';
import { OWNERSHIP_LABEL } from '../model/ownership.ts';
import type { Plan, Step, Action } from '../model/plan.ts';
import type { Json } from '../model/product.ts';
import { actionKindOf, ACTION_WORDS, lossOf, type InlineStyle, plural } from './words.ts';

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

/** Whether more people can see the product, read its documents or subscribe to it afterwards. */
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
  ['can_view_unsubscribed', true],
]);

/** The number of OpenAPI changes of a product that break callers. */
export function breakingChanges({ changes }: ProductBlock): number {
  return changes.flatMap(({ openapi }) => openapi ?? []).filter(({ breaking }) => breaking).length;
}

/** The effects of a product's steps that a reviewer must see, beside its name. */
export function blockTags(block: ProductBlock): readonly string[] {
  const { steps } = block;
  const breaking = breakingChanges(block);
  const opens = steps.some(({ impact }) => impact.services_without_auth.length > 0);
  return [
    ...(widensAccess(block) ? ['more people have access'] : []),
    ...(steps.some(endsSubscriptions) ? ['ends subscriptions'] : []),
    ...(opens ? ['services without authentication'] : []),
    ...(breaking === 0 ? [] : [`${plural(breaking, 'OpenAPI change')} that may break callers`]),
  ];
}

export function isAdoption({ sign }: ProductBlock): boolean {
  return sign === '*';
}

/** The deletion of each replacement, by the id of its creation. Both are one block, even with different names. */
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
  if (hasAction(steps, 'create')) return hasAction(steps, 'delete') ? '±' : '+';
  if (hasAction(steps, 'delete')) return '-';
  if (hasAction(steps, 'unpublish') && hasAction(steps, 'publish')) return '±';
  return steps.every(({ reason }) => reason === 'adopted') ? '*' : '~';
}

/** The changes without the status of a republish, and without the name of a new product, which is in the title. */
function netChanges(steps: readonly Step[]): readonly Change[] {
  const changes = steps.flatMap((step) => step.changes);
  const statuses = changes.filter(isStatus);
  const isRestored = statuses.length > 1 && statuses[0]?.before === statuses.at(-1)?.after;
  const net = isRestored ? changes.filter((change) => !isStatus(change)) : changes;
  return signOf(steps) === '+' ? net.filter(({ path }) => path !== 'name') : net;
}

const isStatus = ({ path }: Change): boolean => path === 'status';

function hasAction(steps: readonly Step[], action: Action): boolean {
  return steps.some((step) => step.action === action);
}

/**
 * The adopted products by name, one line for each added label (docs/design/contract.md §12).
 * @param all text about the place of the complete list; undefined for no limit.
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

/** The impact of one step on callers of the APIs. Code that prints `product` and `services` must escape them. */
export interface ImpactWords {
  readonly product: string;
  /** `unpublish ends 2 active subscriptions` */
  readonly loss: string;
  /** Up to ten subscribers who lose a subscription, and the number of others; '' without names. */
  readonly subscribers: string;
  /** The effect on `services`: `will accept unauthenticated requests until …`; '' without services. */
  readonly gap: string;
  /** The services of `gap`. */
  readonly services: readonly string[];
}

/** The impact of the plan: first the steps that end subscriptions, then other steps, each in the order of the plan. */
export function impacts(plan: Pick<Plan, 'steps' | 'waits'>, mark: InlineStyle): readonly ImpactWords[] {
  const opening = plan.steps.filter(({ impact }) => impact.services_without_auth.length > 0);
  const losing = plan.steps.filter(endsSubscriptions);
  return [...new Set([...losing, ...opening])].flatMap((step) => {
    const gaps = groupBy(step.impact.services_without_auth, (service) => gapOf(step, service, plan, mark));
    const loss = endsSubscriptions(step) ? ` ends ${lossOf(step.impact.subscriptions)}` : '';
    const words = { product: step.product.name, loss: `${ACTION_WORDS[actionKindOf(step)].would}${loss}` };
    const subscribers = subscriberWords(step.impact.subscribers, mark);
    if (gaps.size === 0) return [{ ...words, subscribers, gap: '', services: [] }];
    return [...gaps].map(([gap, services], place) => ({
      ...words,
      subscribers: place === 0 ? subscribers : '',
      gap,
      services,
    }));
  });
}

const UNPROTECTED = 'will accept unauthenticated requests';

/** The time for which the service accepts unauthenticated requests, if known. */
function gapOf(
  { id, chain }: Step,
  service: string,
  { steps, waits }: Pick<Plan, 'steps' | 'waits'>,
  mark: InlineStyle,
): string {
  if (steps.some((step) => step.chain === chain && step.action === 'publish')) {
    return `${UNPROTECTED} until it is published again`;
  }
  const wait = waits.find((one) => one.after === id && one.service === service);
  const next = steps.find((step) => step.id === wait?.step);
  return next ? `${UNPROTECTED} until ${mark.name(next.product.name)} has it and is published` : UNPROTECTED;
}

const MAX_NAMED = 10;

/** `"shop" of "dora", "mobile" of "dora" (pending) and 3 more`; '' without names. */
export function subscriberWords(subscribers: readonly Subscriber[] = [], mark: InlineStyle): string {
  const words = subscribers.map(({ developer, application, status }) => {
    const owner = developer === '' ? '' : ` of ${mark.name(developer)}`;
    return `${mark.name(application)}${owner}${status === 'pending' ? ' (pending)' : ''}`;
  });
  return listed(words, `${mark.command('adc subscribers')} lists all of them`, MAX_NAMED);
}

export function endsSubscriptions({ impact: { subscriptions } }: Pick<Step, 'impact'>): boolean {
  return !subscriptions.known || subscriptions.active + subscriptions.pending > 0;
}
