import { canonicalJson, sameJson } from '../json/canonical.ts';
import { groupBy } from '../lib/lists.ts';
import { sha256 } from '../lib/sha256.ts';
import { subjects } from '../model/consent.ts';
import { NO_NAMES, serviceName } from '../model/desired.ts';
import { OutdatedPlan, UsageError } from '../model/errors.ts';
import type { LiveProduct, SubscriptionCount } from '../model/live.ts';
import { NO_SUBSCRIPTIONS, UNKNOWN_SUBSCRIPTIONS } from '../model/live.ts';
import { labelOf, OWNERSHIP_LABEL, ownershipValue, type Scope } from '../model/ownership.ts';
import {
  fingerprint,
  type Hazard,
  type Plan,
  type PlannedProduct,
  type SavedPlan,
  type Step,
  endsSubscriptions,
  PLAN_FORMAT,
  PLAN_FORMAT_VERSION,
} from '../model/plan.ts';
import { serviceKey, type ProductFields, type ProductStatus } from '../model/product.ts';
import { subscriberNames, type SubscribersOf } from './chains.ts';
import { liveHazards, type HazardInput } from './hazards.ts';
import { summary } from './plan.ts';

/** A plan as the text of a file; deterministic. */
export function planFileText(plan: Plan, scope: Scope, programVersion: string): string {
  const content = {
    format: PLAN_FORMAT,
    format_version: PLAN_FORMAT_VERSION,
    program_version: programVersion,
    scope,
    plan,
  } as const;
  const saved: SavedPlan = { ...content, digest: digestOf(content) };
  return `${JSON.stringify(saved, null, 2)}\n`;
}

/**
 * Reads a plan from a text.
 * @param isPlan validates it by schemas/plan.schema.json.
 * @throws UsageError for a text that is not a plan; OutdatedPlan for another format version or an altered plan.
 */
export function readPlanFile(text: string, isPlan: (value: unknown) => boolean): SavedPlan {
  const value = parsed(text);
  if (value?.format !== PLAN_FORMAT)
    throw new UsageError('not a plan file of adc', { hint: 'Save a plan with adc diff -o.' });
  if (value.format_version !== PLAN_FORMAT_VERSION) {
    throw new OutdatedPlan([
      `its format version is ${String(value.format_version)}, not ${PLAN_FORMAT_VERSION}`,
    ]);
  }
  const { digest, ...content } = value;
  if (!isPlan(value) || digest !== digestOf(content))
    throw new OutdatedPlan(['it was edited after it was saved']);
  return value as SavedPlan;
}

/** Whether a text is a plan that some version of adc saved. */
export function isPlanText(text: string): boolean {
  return parsed(text.replace(/^\uFEFF/, ''))?.format === PLAN_FORMAT;
}

function parsed(text: string): Partial<Record<keyof SavedPlan, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The digest of the content as in the file: values that JSON omits are omitted here too. */
function digestOf(content: unknown): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(content))));
}

/**
 * The differences from the time when the plan was made (docs/design/contract.md §5): changed or deleted products,
 * different numbers of subscriptions, names of created or renamed products that now exist, services that another
 * product now holds. Empty if the plan is not stale.
 */
export function staleReasons(
  plan: Plan,
  live: readonly LiveProduct[],
  subscriptions: ReadonlyMap<string, SubscriptionCount>,
): readonly string[] {
  const byId = new Map(live.map((product) => [product.id, product]));
  const planned = new Set(plan.products.map(({ id }) => id));
  const others = live.filter(({ id }) => !planned.has(id));
  return [
    ...plan.products.flatMap((product) => changedProduct(product, byId.get(product.id), subscriptions, plan)),
    ...takenNames(plan, others),
    ...takenServices(plan, others),
  ];
}

function changedProduct(
  { id, name, fingerprint: planned, subscriptions: before }: PlannedProduct,
  live: LiveProduct | undefined,
  subscriptions: ReadonlyMap<string, SubscriptionCount>,
  plan: Plan,
): readonly string[] {
  if (live === undefined) return [`"${name}" (${id}) was deleted`];
  if (fingerprint(live) !== planned) {
    const applied = isAsPlanned(live, plan) ? ' to the planned state: the plan was applied already' : '';
    return [`"${name}" (${id}) was changed${applied}`];
  }
  const now = subscriptions.get(id);
  if (before === undefined || now === undefined || sameCount(before, now)) return [];
  return [`"${name}" (${id}) had ${countText(before)} and has ${countText(now)}`];
}

/** Whether a product already has all fields that the plan writes. */
function isAsPlanned({ id, fields: now }: LiveProduct, { steps }: Plan): boolean {
  const own = steps.filter(({ product }) => product.id === id);
  const written = Object.assign({}, ...own.map(({ fields }) => fields)) as Partial<ProductFields>;
  return Object.keys(written).length > 0 && sameJson({ ...now, ...written }, now);
}

function sameCount(a: SubscriptionCount, b: SubscriptionCount): boolean {
  return a.known === b.known && a.active === b.active && a.pending === b.pending;
}

function countText({ active, pending, known }: SubscriptionCount): string {
  if (!known) return 'an unknown number of subscriptions';
  return `${active} active and ${pending} pending subscriptions`;
}

/** Names that now exist: the plan was already applied, or another client created a product with that name. */
function takenNames(plan: Plan, others: readonly LiveProduct[]): readonly string[] {
  const { steps, products } = plan;
  const takenBefore = new Set([...plan.unmanaged, ...plan.otherOwners, ...plan.kept]);
  const names = others.map(({ fields }) => fields.name);
  const newNames = new Set(names.filter((name) => !takenBefore.has(name)));
  const before = new Map(products.map(({ id, name }) => [id, name]));
  return steps.flatMap(({ product, fields: { name } }) => {
    if (name === undefined || !newNames.has(name)) return [];
    const old = before.get(product.id ?? '');
    const planned = old === undefined ? 'the plan creates it' : `the plan gives this name to "${old}"`;
    return [`"${name}" exists now, and ${planned}`];
  });
}

function takenServices({ steps }: Plan, others: readonly LiveProduct[]): readonly string[] {
  const holders = new Map(
    others.flatMap(({ fields }) =>
      fields.linked_gateway_services.map((link) => [serviceKey(link), fields.name] as const),
    ),
  );
  const claims = steps.flatMap(({ fields }) => fields.linked_gateway_services ?? []);
  return claims.flatMap((link) => {
    const holder = holders.get(serviceKey(link));
    if (holder === undefined) return [];
    return [`the service ${serviceName(link, NO_NAMES)} belongs to "${holder}" now`];
  });
}

/**
 * The steps of a saved plan that adc would not plan for the live products: the plan was altered, or the portal
 * changed (docs/design/contract.md §11). Empty if every step is valid. adc never trusts the plan's own description.
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

/** A product must be created as a draft, and may be published by a second step. */
function mismatchesOfNew(steps: readonly Step[]): readonly string[] {
  const [first, second, ...more] = steps;
  const isCreation =
    first?.action === 'create' && first.fields.status === 'draft' && hasOwnLabel(first, undefined);
  const isPublish =
    second === undefined || (second.action === 'publish' && second.fields.status === 'published');
  if (isCreation && isPublish && more.length === 0) return [];
  return [`step ${first?.id ?? ''} does not create a product`];
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
    if (!hasOwnLabel(step, own)) found.push(`${title} writes another owner label than its owner's`);
    const [from, to] = TRANSITIONS[action];
    if (!from.some((one) => one === status) || fields.status !== to)
      found.push(`${title} does not fit the status "${status}"`);
    status = action === 'delete' ? 'deleted' : (fields.status ?? status);
  }
  return found;
}

/** The possible statuses of a product before a step, and the status that the step writes. */
const TRANSITIONS: Readonly<
  Record<Step['action'], readonly [readonly ProductStatus[], ProductStatus | undefined]>
> = {
  create: [[], undefined],
  update: [['draft', 'published'], undefined],
  unpublish: [['published'], 'draft'],
  publish: [['draft'], 'published'],
  delete: [['draft', 'published'], undefined],
};

/** Whether the owner label that a step writes is the live one, that of the declared owner, or none. */
function hasOwnLabel({ fields, product }: Step, live: string | undefined): boolean {
  if (fields.labels === undefined) return true;
  const written = labelOf(fields.labels, OWNERSHIP_LABEL);
  return written === undefined || written === live || written === ownershipValue(product.owner);
}

const FILE_HAZARDS: ReadonlySet<Hazard['code']> = new Set([
  'owner-elsewhere',
  'empty-input',
  'status-not-declared',
  'replacement-needs-delete',
  'looks-like-rename',
]);

interface RejudgeInput extends Omit<HazardInput, 'steps'> {
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
    const names = ends ? subscriberNames(subscribers?.get(product.id)) : {};
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
      ...plan.hazards.filter(({ code }) => FILE_HAZARDS.has(code)),
    ],
    summary: summary(plan.summary, steps),
  };
}
