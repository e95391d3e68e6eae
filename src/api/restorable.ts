import type { Admin, PortalBackend } from '../model/admin.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Subscription } from '../model/record.ts';

/**
 * The subscriptions that adc can restore after their product is published again, and why it cannot restore the
 * others.
 */
export interface Restorable {
  /** Numbers of subscriptions, by product id. */
  readonly losses: ReadonlyMap<string, number>;
  readonly refused: readonly { readonly product: string; readonly why: string }[];
}

/**
 * Whether every subscription that the plan ends can be restored, for each product. Only reads. A product counts only
 * if it is published again, keeps its auth types, and every application is listed. If its subscriptions need
 * approval, the backend must have approvals (docs/design/contract.md §15).
 * @throws AdminError if the portal token is refused.
 */
export async function restorable(plan: Plan, admin: Admin, backend: PortalBackend): Promise<Restorable> {
  const hasApprovals = (await backend.readApprovals()) !== undefined;
  const losses = new Map<string, number>();
  const refused: { readonly product: string; readonly why: string }[] = [];
  for (const hazard of plan.hazards) {
    if (hazard.code !== 'subscription-loss') continue;
    const { id, name } = hazard.product;
    const steps = plan.steps.filter(({ product }) => product.id === id);
    const found = await lossOf(id, steps, { admin, backend, hasApprovals });
    if (typeof found === 'number') losses.set(id, found);
    else refused.push({ product: name, why: found });
  }
  return { losses, refused };
}

interface Asking {
  readonly admin: Admin;
  readonly backend: PortalBackend;
  readonly hasApprovals: boolean;
}

/** The number of subscriptions that end and can be restored, or the reason why not. */
async function lossOf(
  id: string,
  steps: readonly Step[],
  { admin, backend, hasApprovals }: Asking,
): Promise<number | string> {
  if (steps.at(-1)?.action !== 'publish') return 'the plan does not publish it again';
  const [live, rows] = await Promise.all([admin.readProduct(id), admin.readSubscriptions(id)]);
  if (live === undefined) return 'it is gone';
  if (rows === undefined) return 'the server does not list its subscriptions with the ids of applications';
  const after = Object.assign({}, live.fields, ...steps.map(({ fields }) => fields)) as typeof live.fields;
  const lost = Object.keys(live.fields.auth).filter((type) => !Object.hasOwn(after.auth, type));
  if (lost.length > 0) return `it does not accept ${lost.join(', ')} any more, so keys would not fit`;
  const needsApproval = !after.subscription_auto_approval && rows.some(({ status }) => status === 'active');
  if (needsApproval && !hasApprovals)
    return 'its subscriptions need approval, and the backend has no approvals';
  return (await unlistedOf(id, rows, backend)) ?? rows.length;
}

/** What the portal of the token does not list, in words: a developer, the product or an application. */
async function unlistedOf(
  id: string,
  rows: readonly Subscription[],
  backend: PortalBackend,
): Promise<string | undefined> {
  for (const developer of new Set(rows.map(({ developer_id }) => developer_id))) {
    const [applications, offered] = await Promise.all([
      backend.readApplications(developer),
      backend.readProducts(developer),
    ]);
    if (applications === undefined || offered === undefined)
      return `the portal of this token does not have the developer ${developer}`;
    if (!offered.some((one) => one.id === id)) return 'the portal of this token does not offer it';
    const own = rows.filter((one) => one.developer_id === developer);
    const missing = own.find((one) => !applications.has(one.application_id));
    if (missing !== undefined) return `the portal does not list the application ${missing.application_id}`;
  }
  return undefined;
}
