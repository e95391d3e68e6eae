import type { PartialFields } from './desired.ts';
import type { ContactPoint, Named } from './directory.ts';
import type { LiveProduct, Target } from './live.ts';
import type { Action, Step } from './plan.ts';
import type { FieldName, JsonObject } from './product.ts';

export const RECORD_FORMAT = 'adc/record';
export const RECORD_FORMAT_VERSION = 1;

/** A subscription by the ids that a later restore needs; no names (docs/design/contract.md §15). */
export interface Subscription {
  readonly developer_id: string;
  readonly application_id: string;
  readonly status: 'active' | 'pending';
}

/** One step of the recorded plan, without the values that it writes. */
export interface RecordedStep extends Pick<Step, 'id' | 'chain' | 'product'> {
  readonly action: Action;
  readonly fields: readonly FieldName[];
}

/** What the products of a record refer to, so that files can name it without a server. */
export interface RecordedDirectory {
  readonly gateway_groups: readonly Named[];
  readonly services: readonly (Named & { readonly gateway_group_id: string })[];
  readonly dcr_providers: readonly Named[];
  /** Null where the server lists none. */
  readonly contact_points: readonly ContactPoint[] | null;
}

/** The first entry of a record. */
export interface RecordStart {
  readonly entry: 'start';
  readonly format: typeof RECORD_FORMAT;
  readonly format_version: typeof RECORD_FORMAT_VERSION;
  readonly program_version: string;
  /** ISO 8601, UTC; so is every `at`. */
  readonly at: string;
  readonly target: Target;
  readonly owners: readonly (string | null)[];
  readonly steps: readonly RecordedStep[];
  readonly directory: RecordedDirectory;
}

/** A product that the plan touches, as it was before the first write. `others`: keys of the server that adc does not know. */
export interface RecordedProduct extends Omit<LiveProduct, 'raw' | 'fromRow'> {
  readonly entry: 'product';
  readonly others: JsonObject;
}

/** The subscriptions of a product immediately before a write that ends them; null if the server does not list them. */
export interface RecordedSubscriptions {
  readonly entry: 'subscriptions';
  readonly at: string;
  readonly product: string;
  readonly rows: readonly Subscription[] | null;
}

/** What is about to be written. */
export interface Intent {
  readonly entry: 'intent';
  readonly at: string;
  /** Counts the writes of the run from 1. */
  readonly write: number;
  readonly action: 'create' | 'update' | 'delete';
  /** Id of the product; null for one that is created. */
  readonly product: string | null;
  readonly name: string;
  readonly fields: PartialFields;
}

/** What came of a write. */
export interface Answer {
  readonly entry: 'answer';
  readonly at: string;
  readonly write: number;
  /** Id of the product. */
  readonly product: string | null;
  /** Why the write failed; it may have been applied. */
  readonly error?: string;
}

/** What a restore is about to do for one subscription, and what it did. */
export interface RestoreIntent extends Subscription {
  readonly entry: 'restore';
  readonly at: string;
  readonly product: string;
  /** Ids of the approvals of this product and developer before the request, including decided ones. */
  readonly approvals: readonly string[];
  /** Id of the one that adc is about to accept; absent before the request. */
  readonly approval?: string;
}

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
  | Answer
  | RestoreIntent
  | Restored;

/** Takes the entries of a record, one after the other; each is on the disk once the promise resolves. */
export interface RecordSink {
  append(entry: RecordEntry): Promise<void>;
  close(): Promise<void>;
}
