import type { PartialFields } from './desired.ts';
import type { ContactPoint, Named } from './directory.ts';
import type { LiveProduct, Target } from './live.ts';
import type { Action, Step } from './plan.ts';
import type { FieldName, JsonObject } from './product.ts';

export const RECORD_FORMAT = 'adc/record';
export const RECORD_FORMAT_VERSION = 1;

/** A subscription by ids, for a later restore (docs/design/contract.md §15). */
export interface Subscription {
  readonly developer_id: string;
  readonly application_id: string;
  readonly status: 'active' | 'pending';
}

/** One step of the plan, without the written values. */
export interface RecordedStep extends Pick<Step, 'id' | 'chain' | 'product'> {
  readonly action: Action;
  readonly fields: readonly FieldName[];
}

/** The resources that recorded products refer to. `adc undo` needs their names without a server. */
export interface RecordedDirectory {
  readonly gateway_groups: readonly Named[];
  readonly services: readonly (Named & { readonly gateway_group_id: string })[];
  readonly dcr_providers: readonly Named[];
  /** Null if the server has no list of contact points. */
  readonly contact_points: readonly ContactPoint[] | null;
}

/** The first entry of a record. */
export interface RecordStart {
  readonly entry: 'start';
  readonly format: typeof RECORD_FORMAT;
  readonly format_version: typeof RECORD_FORMAT_VERSION;
  readonly program_version: string;
  /** Time in UTC, ISO 8601, like every `at`. */
  readonly at: string;
  readonly target: Target;
  readonly owners: readonly (string | null)[];
  readonly steps: readonly RecordedStep[];
  readonly directory: RecordedDirectory;
}

/** A product that the plan changes, before the first write. */
export interface RecordedProduct extends Omit<LiveProduct, 'raw' | 'fromRow'> {
  readonly entry: 'product';
  /** Keys of the server that adc does not know. */
  readonly others: JsonObject;
}

/** The subscriptions of a product immediately before a write that ends them; null if the server does not list them. */
export interface RecordedSubscriptions {
  readonly entry: 'subscriptions';
  readonly at: string;
  readonly product: string;
  readonly rows: readonly Subscription[] | null;
}

/** A write, recorded before adc sends it. */
export interface Intent {
  readonly entry: 'intent';
  readonly at: string;
  /** Number of the write in the run, from 1. */
  readonly write: number;
  readonly action: 'create' | 'update' | 'delete';
  /** Id of the product; null for a new product. */
  readonly product: string | null;
  readonly name: string;
  readonly fields: PartialFields;
}

/** The result of a write. */
export interface WriteResult {
  readonly entry: 'answer';
  readonly at: string;
  readonly write: number;
  /** Id of the product. */
  readonly product: string | null;
  /** The error of a failed write, which the server may still have applied. */
  readonly error?: string;
}

/** A request or an acceptance of a restore for one subscription, recorded before adc sends it. */
export interface RestoreIntent extends Subscription {
  readonly entry: 'restore';
  readonly at: string;
  readonly product: string;
  /** Ids of all approvals of this product and developer before the request, pending or decided. */
  readonly approvals: readonly string[];
  /** Id of the approval that adc accepts next; absent before the request. */
  readonly approval?: string;
}

/** A restored subscription. */
export interface Restored extends Omit<Subscription, 'status'> {
  readonly entry: 'restored';
  readonly at: string;
  readonly product: string;
  readonly status: 'active' | 'pending';
}

export type RecordEntry =
  | RecordStart
  | RecordedProduct
  | RecordedSubscriptions
  | Intent
  | WriteResult
  | RestoreIntent
  | Restored;

/** Writes the entries of a record in order. An entry is on disk when its promise resolves. */
export interface RecordSink {
  append(entry: RecordEntry): Promise<void>;
  close(): Promise<void>;
}
