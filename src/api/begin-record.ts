import { FIELD_KEYS, references } from '../fields/field-table.ts';
import { VERSION } from '../generated/version.ts';
import { canonicalJson } from '../json/canonical.ts';
import { sha256 } from '../lib/sha256.ts';
import type { Admin } from '../model/admin.ts';
import type { Consent } from '../model/consent.ts';
import type { Directory } from '../model/directory.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { FieldName } from '../model/product.ts';
import {
  RECORD_FORMAT,
  RECORD_FORMAT_VERSION,
  type RecordedDirectory,
  type RecordedProduct,
  type RecordSink,
  type RecordStart,
} from '../model/record.ts';
import { recordingAdmin, type Recording } from '../record/recording-admin.ts';

/**
 * Opens the file of a record. @param plan the plan that the run is about to apply. @throws OperationalError if it
 * cannot.
 */
export type OpenRecord = (plan: Plan) => Promise<RecordSink>;

/**
 * Records the target and every product that the plan touches, as it is now, before the first write
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
    for (const product of products) await sink.append(recorded(product));
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

function recorded({ id, type, fields, unreadable, raw }: LiveProduct): RecordedProduct {
  const others = Object.fromEntries(Object.entries(raw).filter(([key]) => !FIELD_KEYS.has(key)));
  return { entry: 'product', id, type, fields, unreadable, others };
}
