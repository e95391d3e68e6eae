import { diff, type DiffInput } from '../../src/diff/diff.ts';
import type { Difference } from '../../src/model/change.ts';
import type { DesiredProduct, Names } from '../../src/model/desired.ts';
import type { Checked } from '../../src/model/diagnostic.ts';
import { NO_SUBSCRIPTIONS, type LivePortal, type LiveProduct } from '../../src/model/live.ts';
import type { SubscriptionCount, Target } from '../../src/model/live.ts';
import type { Allowance } from '../../src/model/declared.ts';
import type { Service } from '../../src/model/directory.ts';
import { type Owner, DEFAULT_SCOPE, type Scope } from '../../src/model/ownership.ts';
import type { Plan } from '../../src/model/plan.ts';
import { serviceKey } from '../../src/model/product.ts';
import { plan, type PlanInput } from '../../src/plan/plan.ts';
import { livePortal } from './live-product.ts';
import { NO_NAMES } from './names.ts';

export const TARGET: Target = {
  server: 'https://127.0.0.1:7443',
  portal: { id: 'p1', name: 'default' },
  dialect: 'query',
};

/** The input of a run; omitted parts are empty or have their default. */
export interface Situation {
  readonly live?: readonly LiveProduct[];
  readonly desired?: readonly DesiredProduct[];
  readonly scope?: Partial<Scope>;
  readonly names?: Partial<Names>;
  readonly keepsExternalLabels?: boolean;
  readonly managesProducts?: boolean;
  /** Owners of the run. Default: the owners of the declared products. */
  readonly owners?: readonly Owner[];
  readonly allowances?: readonly Allowance[];
  readonly services?: readonly Service[];
  /** Subscription counts by product id. Omitted products have none. */
  readonly subscriptions?: Readonly<Record<string, SubscriptionCount>>;
}

export function diffInput(situation: Situation): DiffInput {
  const { live = [], desired = [], keepsExternalLabels = true, managesProducts = true } = situation;
  const portal: LivePortal = livePortal(live, { keepsExternalLabels });
  const declared = [...new Set(desired.map(({ owner }) => owner))];
  return {
    desired,
    managesProducts,
    owners: situation.owners ?? (declared.length === 0 ? [undefined] : declared),
    allowances: situation.allowances ?? [],
    live: portal,
    names: { ...NO_NAMES, ...situation.names },
    scope: { ...DEFAULT_SCOPE, ...situation.scope },
  };
}

export function diffOf(situation: Situation): Checked<Difference> {
  return diff(diffInput(situation));
}

/** The difference of a situation. @throws if there is an error. */
export function differenceOf(situation: Situation): Difference {
  const { value, diagnostics } = diffOf(situation);
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return value;
}

export function planOf(situation: Situation): Plan {
  return plan(planInput(situation));
}

export function planInput(situation: Situation): PlanInput {
  const { names, scope, live, owners } = diffInput(situation);
  const difference = differenceOf(situation);
  const services = new Map(
    (situation.services ?? []).map((one) => [serviceKey({ ...one, service_id: one.id }), one] as const),
  );
  const { products } = live;
  const subscriptions = countsOf(situation);
  return { target: TARGET, difference, names, services, scope, subscriptions, live: products, owners };
}

/** A Map, because ids may equal names of inherited keys. */
export function countsOf({ live = [], subscriptions = {} }: Situation): Map<string, SubscriptionCount> {
  const given = new Map(Object.entries(subscriptions));
  return new Map(live.map(({ id }) => [id, given.get(id) ?? NO_SUBSCRIPTIONS]));
}
