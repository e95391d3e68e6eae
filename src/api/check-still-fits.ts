import type { Admin } from '../model/admin.ts';
import { OutdatedPlan } from '../model/errors.ts';
import type { Target } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import { moved } from '../plan/moved.ts';

/** Reads what a saved plan was made for again. @throws OutdatedPlan naming the target, or every product that is not as it was. */
export async function checkStillFits(plan: Plan, admin: Admin): Promise<void> {
  const elsewhere = movedTarget(plan.target, admin.target);
  if (elsewhere.length > 0) throw new OutdatedPlan(elsewhere);
  const { products } = await admin.readPortal();
  const live = new Set(products.map(({ id }) => id));
  const counted = plan.products.filter(
    ({ id, subscriptions }) => subscriptions !== undefined && live.has(id),
  );
  const counts = await Promise.all(
    counted.map(async ({ id }) => [id, await admin.countSubscriptions(id)] as const),
  );
  const what = moved(plan, products, new Map(counts));
  if (what.length > 0) throw new OutdatedPlan(what);
}

function movedTarget(planned: Target, now: Target): readonly string[] {
  const [portal, other] = [planned.portal, now.portal];
  const sameDialect = planned.dialect === now.dialect;
  const rows = [
    [sameServer(planned.server, now.server), `for ${planned.server}, and this is ${now.server}`],
    [portal.id === other.id, `for the portal "${portal.name}", and this is "${other.name}"`],
    [sameDialect, `in the ${planned.dialect} dialect, and this is the ${now.dialect} dialect`],
  ] as const;
  return rows.flatMap(([fits, words]) => (fits ? [] : [`it was made ${words}`]));
}

export function sameServer(a: string, b: string): boolean {
  return new URL(a).href === new URL(b).href;
}
