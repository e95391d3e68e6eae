import type { Admin } from '../model/admin.ts';
import { OutdatedPlan } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { moved } from '../plan/moved.ts';

/** Reads what a saved plan was made for again. @throws OutdatedPlan naming every product that is not as it was. */
export async function checkStillFits(plan: Plan, admin: Admin): Promise<void> {
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
