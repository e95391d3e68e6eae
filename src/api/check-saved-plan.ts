import type { Admin } from '../model/admin.ts';
import { NO_NAMES } from '../model/desired.ts';
import type { Service } from '../model/directory.ts';
import { OutdatedPlan } from '../model/errors.ts';
import type { Target } from '../model/live.ts';
import type { Owner, Scope } from '../model/ownership.ts';
import { endsSubscriptions, type Plan } from '../model/plan.ts';
import { withServiceIds } from '../plan/plan.ts';
import { mismatches, rejudged, staleReasons } from '../plan/saved-plan.ts';
import { namesOf, servicesByKey } from '../resolve/resolve.ts';
import { readServices, readSubscribers, subscriptionsIn } from './portal-reads.ts';

interface SavedPlanCheck {
  readonly scope: Scope;
  readonly owners: readonly Owner[];
  /** Whether the plan names its current subscribers. */
  readonly withNames?: boolean | undefined;
}

/**
 * Reads the products of a saved plan again, and checks the plan against them (docs/design/contract.md §11).
 * @throws OutdatedPlan with another target, the changed products, or the steps that are no longer possible.
 */
export async function checkSavedPlan(
  saved: Plan,
  admin: Admin,
  { scope, owners, withNames = false }: SavedPlanCheck,
): Promise<Plan> {
  const otherTarget = targetDifferences(saved.target, admin.target);
  if (otherTarget.length > 0) throw new OutdatedPlan(otherTarget);
  const added = await readServices(saved.planned, admin);
  const plan = added ? withServiceIds(saved, added.services) : saved;
  const { products: live } = await admin.readPortal();
  const touched = live.filter(({ id }) => plan.steps.some(({ product }) => product.id === id));
  const ending = touched.filter((product) =>
    endsSubscriptions(
      product,
      plan.steps.filter((step) => step.product.id === product.id),
    ),
  );
  const subscribed = subscriptionsIn(await readSubscribers(ending, admin), withNames);
  const reasons = [...staleReasons(plan, live, subscribed.subscriptions), ...mismatches(plan, live)];
  if (reasons.length > 0) throw new OutdatedPlan(reasons);
  const directory = await readServices(
    touched.flatMap(({ fields }) => fields.linked_gateway_services),
    admin,
  );
  const names = directory ? namesOf(directory) : NO_NAMES;
  const services = directory ? servicesByKey(directory) : new Map<string, Service>();
  return rejudged(plan, { live, owners, scope, names, services, ...subscribed });
}

function targetDifferences(planned: Target, now: Target): readonly string[] {
  const [portal, other] = [planned.portal, now.portal];
  const sameDialect = planned.dialect === now.dialect;
  const rows = [
    [sameServer(planned.server, now.server), `for ${planned.server}, and this is ${now.server}`],
    [portal.id === other.id, `for the portal "${portal.name}", and this is "${other.name}"`],
    [sameDialect, `in the ${planned.dialect} dialect, and this is the ${now.dialect} dialect`],
  ] as const;
  return rows.flatMap(([isSame, words]) => (isSame ? [] : [`it was made ${words}`]));
}

export function sameServer(a: string, b: string): boolean {
  return new URL(a).href === new URL(b).href;
}
