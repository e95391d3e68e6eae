import { FIELD_KEYS, references } from '../fields/field-table.ts';
import { VERSION } from '../generated/version.ts';
import { canonicalJson } from '../json/canonical.ts';
import { sha256 } from '../lib/sha256.ts';
import type { Admin, PortalBackend } from '../model/admin.ts';
import type { Consent } from '../model/consent.ts';
import type { Directory } from '../model/directory.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { FieldName } from '../model/product.ts';
import {
  RECORD_FORMAT,
  RECORD_FORMAT_VERSION,
  type RecordedDirectory,
  type RecordedProduct,
  type RecordSink,
  type RecordStart,
  type Subscription,
} from '../model/record.ts';
import { recordingAdmin, type Recording } from '../record/recording-admin.ts';

/** Opens the file of a record. @param plan the plan of the run. @throws OperationalError if it cannot. */
export type OpenRecord = (plan: Plan) => Promise<RecordSink>;

/**
 * Records the target, and the current state of every product in the plan, before the first write
 * (docs/design/contract.md §15).
 * @returns the Admin API that records every write.
 * @throws OperationalError if the record cannot be written or a product cannot be read; adc has then written nothing.
 */
export async function beginRecord(
  plan: Plan,
  admin: Admin,
  openRecord: OpenRecord,
  restored: Consent['restored'],
): Promise<Recording> {
  const ids = new Set(plan.steps.flatMap(({ product }) => product.id ?? []));
  const read = await Promise.all([...ids].map((id) => admin.readProduct(id)));
  const products = read.flatMap((product) => product ?? []);
  const referring = [...products.map(({ fields }) => fields), ...plan.steps.map(({ fields }) => fields)];
  const directory = await admin.readDirectory(references(referring));
  const now = (): string => new Date().toISOString();
  const sink = await openRecord(plan);
  try {
    await sink.append(startOf(plan, directory, now()));
    for (const product of products) await sink.append(recordedProduct(product));
  } catch (error) {
    await sink.close();
    throw error;
  }
  return recordingAdmin(admin, sink, now, restored);
}

/** The first characters of the digest of a plan, for the name of its record. */
export function planDigest(plan: Plan): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(plan)))).slice(0, 8);
}

function startOf({ target, steps }: Plan, directory: Directory, at: string): RecordStart {
  return {
    entry: 'start',
    format: RECORD_FORMAT,
    format_version: RECORD_FORMAT_VERSION,
    program_version: VERSION,
    at,
    target,
    owners: [...new Set(steps.map(({ product }) => product.owner ?? null))],
    steps: steps.map(({ id, chain, action, product, fields }) => ({
      id,
      chain,
      action,
      product,
      fields: Object.keys(fields) as FieldName[],
    })),
    directory: recordedDirectory(directory),
  };
}

function recordedDirectory(directory: Directory): RecordedDirectory {
  const { gatewayGroups, services, dcrProviders, contactPoints } = directory;
  return {
    gateway_groups: gatewayGroups.map(({ id, name }) => ({ id, name })),
    services: [...services.values()].flat().map(({ id, name, gateway_group_id }) => ({
      id,
      name,
      gateway_group_id,
    })),
    dcr_providers: dcrProviders.map(({ id, name }) => ({ id, name })),
    contact_points: contactPoints?.map(({ id, name, type }) => ({ id, name, ...(type && { type }) })) ?? null,
  };
}

function recordedProduct({ id, type, fields, unreadable, raw }: LiveProduct): RecordedProduct {
  const others = Object.fromEntries(Object.entries(raw).filter(([key]) => !FIELD_KEYS.has(key)));
  return { entry: 'product', id, type, fields, unreadable, others };
}

/** The subscriptions that adc can restore after it publishes their product again. */
export interface Restorable {
  /** Numbers of subscriptions, by product id. */
  readonly losses: ReadonlyMap<string, number>;
  /** Names of products whose subscriptions cannot be restored, each with the reason. */
  readonly refused: readonly { readonly product: string; readonly why: string }[];
}

/**
 * Checks for each product whether adc can restore every subscription that the plan ends. Only reads. The plan must
 * publish the product again and keep its auth types, and the backend must list every application. If the
 * subscriptions need approval, the backend must have approvals (docs/design/contract.md §15).
 * @throws AdminError if the portal token is refused.
 */
export async function restorable(plan: Plan, admin: Admin, backend: PortalBackend): Promise<Restorable> {
  const hasApprovals = (await backend.readApprovals()) !== undefined;
  const losses = new Map<string, number>();
  const refused: Restorable['refused'][number][] = [];
  for (const hazard of plan.hazards) {
    if (hazard.code !== 'subscription-loss') continue;
    const { id, name } = hazard.product;
    const steps = plan.steps.filter(({ product }) => product.id === id);
    const found = await restorableLoss(id, steps, { admin, backend, hasApprovals });
    if (typeof found === 'number') losses.set(id, found);
    else refused.push({ product: name, why: found });
  }
  return { losses, refused };
}

interface RestoreCheck {
  readonly admin: Admin;
  readonly backend: PortalBackend;
  readonly hasApprovals: boolean;
}

/** The number of subscriptions that end, or the reason why adc cannot restore them. */
async function restorableLoss(
  id: string,
  steps: readonly Step[],
  { admin, backend, hasApprovals }: RestoreCheck,
): Promise<number | string> {
  if (steps.at(-1)?.action !== 'publish') return 'the plan does not publish it again';
  const [live, rows] = await Promise.all([admin.readProduct(id), admin.readSubscriptionIds(id)]);
  if (live === undefined) return 'it no longer exists';
  if (rows === undefined) return 'the server does not list its subscriptions with the ids of applications';
  const after = Object.assign({}, live.fields, ...steps.map(({ fields }) => fields)) as typeof live.fields;
  const lost = Object.keys(live.fields.auth).filter((type) => !Object.hasOwn(after.auth, type));
  if (lost.length > 0) return `it does not accept ${lost.join(', ')} any more, so its keys would not work`;
  const needsApproval = !after.subscription_auto_approval && rows.some(({ status }) => status === 'active');
  if (needsApproval && !hasApprovals)
    return 'its subscriptions need approval, and the backend has no approvals';
  return (await missingInPortal(id, rows, backend)) ?? rows.length;
}

/** The first developer, product or application that the portal of the token does not list, as a reason. */
async function missingInPortal(
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
