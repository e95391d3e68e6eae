import { groupBy } from '../lib/lists.ts';
import { subjects } from '../model/consent.ts';
import { endsSubscriptions, type Hazard, type Plan, type Step } from '../model/plan.ts';
import { NO_SUBSCRIPTIONS, UNKNOWN_SUBSCRIPTIONS, type LiveProduct } from '../model/live.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipValue } from '../model/ownership.ts';
import type { ProductStatus } from '../model/product.ts';
import { named, type SubscribersOf } from './chains-of.ts';
import { liveHazards, type HazardInput } from './hazards.ts';
import { summary } from './plan.ts';

/**
 * The steps of a saved plan that adc would not plan for the live products: the plan was altered, or the portal
 * changed (docs/design/contract.md §11). Empty if every step fits. The plan's own description is never trusted.
 */
export function mismatches({ steps, products }: Plan, live: readonly LiveProduct[]): readonly string[] {
  const byId = new Map(live.map((product) => [product.id, product]));
  const planned = new Set(products.map(({ id }) => id));
  const ofProduct = groupBy(steps, (step) => step.product.id ?? `new ${step.chain}`);
  return [...ofProduct.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { id, name } = first.product;
    if (id === undefined) return mismatchesOfNew(own);
    const product = byId.get(id);
    if (!planned.has(id)) return [`step ${first.id} is for "${name}" (${id}), which the plan does not list`];
    return product === undefined ? [] : mismatchesOf(own, product);
  });
}

/** A product is created as a draft. If it is to be published, that is a later step. */
function mismatchesOfNew(steps: readonly Step[]): readonly string[] {
  const [first, second, ...more] = steps;
  const isCreation =
    first?.action === 'create' && first.fields.status === 'draft' && ownLabel(first, undefined);
  const isPublish =
    second === undefined || (second.action === 'publish' && second.fields.status === 'published');
  return isCreation && isPublish && more.length === 0
    ? []
    : [`step ${first?.id ?? ''} does not create a product`];
}

function mismatchesOf(steps: readonly Step[], live: LiveProduct): readonly string[] {
  const names = new Set([live.fields.name, ...steps.flatMap(({ fields }) => fields.name ?? [])]);
  const own = labelOf(live.fields.labels, OWNERSHIP_LABEL);
  let status: ProductStatus | 'deleted' = live.fields.status;
  const found: string[] = [];
  for (const step of steps) {
    const { id, action, product, fields } = step;
    const title = `step ${id} (${action} "${product.name}")`;
    if (product.type !== live.type)
      found.push(`${title} is for an ${product.type} product, and ${live.id} is ${live.type}`);
    if (!names.has(product.name))
      found.push(`${title} is for ${live.id}, which is called "${live.fields.name}"`);
    if (!ownLabel(step, own)) found.push(`${title} writes another owner label than its owner's`);
    const [from, to] = TRANSITIONS[action];
    if (!from.some((one) => one === status) || fields.status !== to)
      found.push(`${title} does not fit the status "${status}"`);
    status = action === 'delete' ? 'deleted' : (fields.status ?? status);
  }
  return found;
}

/** The status that a product has before a step, and the one that the step writes. */
const TRANSITIONS: Readonly<
  Record<Step['action'], readonly [readonly ProductStatus[], ProductStatus | undefined]>
> = {
  create: [[], undefined],
  update: [['draft', 'published'], undefined],
  unpublish: [['published'], 'draft'],
  publish: [['draft'], 'published'],
  delete: [['draft', 'published'], undefined],
};

/** Whether a step that writes labels keeps the live owner label, writes that of the declared owner, or releases the product. */
function ownLabel({ fields, product }: Step, live: string | undefined): boolean {
  if (fields.labels === undefined) return true;
  const written = labelOf(fields.labels, OWNERSHIP_LABEL);
  return written === undefined || written === live || written === ownershipValue(product.owner);
}

const FROM_FILES: ReadonlySet<Hazard['code']> = new Set([
  'owner-elsewhere',
  'empty-input',
  'status-not-declared',
  'replacement-needs-delete',
  'looks-like-rename',
]);

export interface RejudgeInput extends Omit<HazardInput, 'steps'> {
  readonly subscribers?: SubscribersOf | undefined;
}

/**
 * The plan with hazards, counts and summary computed again from its steps and from the live products
 * (docs/design/contract.md §11).
 */
export function rejudged(plan: Plan, input: RejudgeInput): Plan {
  const { live, subscriptions, subscribers } = input;
  const byId = new Map(live.map((product) => [product.id, product]));
  const subject = subjects(live);
  const ended = new Set<string>();
  const steps = plan.steps.map((step) => {
    const { id } = step.product;
    const product = id === undefined ? undefined : byId.get(id);
    const ends = product !== undefined && !ended.has(product.id) && endsSubscriptions(product, [step]);
    if (ends) ended.add(product.id);
    const count = ends ? (subscriptions.get(product.id) ?? UNKNOWN_SUBSCRIPTIONS) : NO_SUBSCRIPTIONS;
    const { services_without_auth } = step.impact;
    const names = ends ? named(subscribers?.get(product.id)) : {};
    return { ...step, impact: { subscriptions: count, ...names, services_without_auth } };
  });
  return {
    ...plan,
    steps,
    products: plan.products.map((one) => {
      const product = byId.get(one.id);
      const declared = steps.findLast((step) => step.product.id === one.id)?.product.name;
      return product === undefined ? one : { ...one, names: subject(product, declared).names };
    }),
    hazards: [
      ...liveHazards({ ...input, steps }),
      ...plan.hazards.filter(({ code }) => FROM_FILES.has(code)),
    ],
    summary: summary(plan.summary, steps),
  };
}
