import type { RecordEntry, RestoreIntent, Subscription } from '../model/record.ts';

/** A subscription that a write of the recorded run ended or could have ended. */
export interface LostSubscription extends Subscription {
  /** Identifies the subscription in a record. */
  readonly key: string;
  readonly product: { readonly id: string; readonly name: string; readonly authTypes: readonly string[] };
  /** Time at which the subscription was read, immediately before the write; ISO 8601. */
  readonly lostAt: string;
}

export interface RecordedLosses {
  readonly subscriptions: readonly LostSubscription[];
  /** Names of products whose subscriptions the server did not list. */
  readonly unknown: readonly string[];
  /** Intents of earlier restores, by key. */
  readonly intents: ReadonlyMap<string, RestoreIntent>;
  /** Keys of the subscriptions that earlier restores restored. */
  readonly restored: ReadonlySet<string>;
}

/**
 * The lost subscriptions of a record. If a run unpublished a product several times, only its first list counts: later
 * lists contain only the remaining subscriptions.
 */
export function lossesIn(entries: readonly RecordEntry[]): RecordedLosses {
  const products = new Map(
    entries.flatMap((one) => (one.entry === 'product' ? [[one.id, one] as const] : [])),
  );
  const lists = entries.filter((one) => one.entry === 'subscriptions');
  const first = lists.filter(({ product }, at) => lists.findIndex((one) => one.product === product) === at);
  const nameOf = (id: string): string => products.get(id)?.fields.name ?? id;
  return {
    subscriptions: first.flatMap(({ product: id, rows, at }) =>
      (rows ?? []).map((row) => ({
        ...row,
        key: keyOf(id, row),
        product: { id, name: nameOf(id), authTypes: Object.keys(products.get(id)?.fields.auth ?? {}) },
        lostAt: at,
      })),
    ),
    unknown: first.filter(({ rows }) => rows === null).map(({ product }) => nameOf(product)),
    intents: new Map(
      entries.flatMap((one) => (one.entry === 'restore' ? [[keyOf(one.product, one), one] as const] : [])),
    ),
    restored: new Set(entries.flatMap((one) => (one.entry === 'restored' ? [keyOf(one.product, one)] : []))),
  };
}

function keyOf(product: string, one: Pick<Subscription, 'developer_id' | 'application_id'>): string {
  return `${product} ${one.developer_id} ${one.application_id}`;
}
