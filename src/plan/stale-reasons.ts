import { canonicalJson } from '../json/canonical.ts';
import { fingerprint, type Plan, type PlannedProduct } from '../model/plan.ts';
import { serviceName, NO_NAMES } from '../model/desired.ts';
import type { LiveProduct, SubscriptionCount } from '../model/live.ts';
import { serviceKey, type ProductFields } from '../model/product.ts';

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
    ...plan.products.flatMap((product) => movedProduct(product, byId.get(product.id), subscriptions, plan)),
    ...takenNames(plan, others),
    ...takenServices(plan, others),
  ];
}

function movedProduct(
  { id, name, fingerprint: print, subscriptions: before }: PlannedProduct,
  live: LiveProduct | undefined,
  subscriptions: ReadonlyMap<string, SubscriptionCount>,
  plan: Plan,
): readonly string[] {
  if (live === undefined) return [`"${name}" (${id}) was deleted`];
  if (fingerprint(live) !== print) {
    return [
      `"${name}" (${id}) was changed${isAsPlanned(live, plan) ? ' to the planned state: the plan was applied already' : ''}`,
    ];
  }
  const now = subscriptions.get(id);
  if (before === undefined || now === undefined || sameCount(before, now)) return [];
  return [`"${name}" (${id}) had ${countText(before)} and has ${countText(now)}`];
}

/** Whether a product already has all fields that the plan writes. */
function isAsPlanned({ id, fields: now }: LiveProduct, { steps }: Plan): boolean {
  const written = steps.filter(({ product }) => product.id === id).map(({ fields }) => fields);
  const wanted = Object.entries(Object.assign({}, ...written) as Partial<ProductFields>);
  const has: Readonly<Record<string, unknown>> = { ...now };
  return (
    wanted.length > 0 && wanted.every(([name, value]) => canonicalJson(has[name]) === canonicalJson(value))
  );
}

function sameCount(a: SubscriptionCount, b: SubscriptionCount): boolean {
  return a.known === b.known && a.active === b.active && a.pending === b.pending;
}

function countText({ active, pending, known }: SubscriptionCount): string {
  return known
    ? `${active} active and ${pending} pending subscriptions`
    : 'an unknown number of subscriptions';
}

/** Names that now exist: the plan was already applied, or another client created a product with that name. */
function takenNames(plan: Plan, others: readonly LiveProduct[]): readonly string[] {
  const { steps, products } = plan;
  const takenBefore = new Set([...plan.unmanaged, ...plan.otherOwners, ...plan.kept]);
  const names = others.map(({ fields }) => fields.name);
  const taken = new Set(names.filter((name) => !takenBefore.has(name)));
  const before = new Map(products.map(({ id, name }) => [id, name]));
  return steps.flatMap(({ product, fields: { name } }) => {
    if (name === undefined || !taken.has(name)) return [];
    const old = before.get(product.id ?? '');
    const meant = old === undefined ? 'the plan creates it' : `the plan gives this name to "${old}"`;
    return [`"${name}" exists now, and ${meant}`];
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
    return holder === undefined
      ? []
      : [`the service ${serviceName(link, NO_NAMES)} belongs to "${holder}" now`];
  });
}
