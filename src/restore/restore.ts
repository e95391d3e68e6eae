import type { PortalBackend, SubscriptionApproval } from '../model/admin.ts';
import { AdminError, InterruptedError, OperationalError } from '../model/errors.ts';
import type { RecordSink, RestoreIntent, Subscription } from '../model/record.ts';
import type { LostSubscription, RecordedLosses } from './losses.ts';

/** The outcome for one recorded subscription. */
export interface RestoreOutcome extends LostSubscription {
  /** `kept`: it never ended. `pending`: it waits for an approval that adc must not give. */
  readonly outcome: 'restored' | 'kept' | 'pending' | 'impossible' | 'failed';
  readonly why?: string;
  /** Seconds from the write that ended the subscription to its restoration. */
  readonly seconds?: number;
}

export interface RestoreInput {
  readonly losses: RecordedLosses;
  readonly backend: PortalBackend;
  readonly sink: RecordSink;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  /**
   * How many seconds to wait, in all, until the portal lists what was just written: its lists lag briefly after a publish
   * (docs/design/admin-api.md §12). Default: none.
   */
  readonly patience?: number | undefined;
  readonly onOutcome?: ((outcome: RestoreOutcome) => void) | undefined;
}

/**
 * Restores the subscriptions of a record that no longer exist, one at a time (docs/design/contract.md §15). Accepts
 * only approvals of its own requests. Does not request a subscription that exists, was restored before, or was
 * rejected after the record was made.
 * After an error of the server or of the record, the subscription counts as failed.
 */
export async function restore(input: RestoreInput): Promise<readonly RestoreOutcome[]> {
  const done: RestoreOutcome[] = [];
  const unfinished = new Set<string>();
  const { subscriptions, intents, restored: finished } = input.losses;
  const isOpen = ({ key }: LostSubscription): boolean => intents.has(key) && !finished.has(key);
  const accepted = new Map(
    [...intents].flatMap(([key, { approval }]) => (approval === undefined ? [] : [[approval, key] as const])),
  );
  let waits = input.patience ?? 0;
  const waited = async (): Promise<boolean> => {
    if (waits === 0 || input.signal?.aborted) return false;
    waits -= 1;
    await input.sleep(SETTLING_MS);
    return true;
  };
  // Unfinished requests of earlier restores come first, while new approvals can only belong to them.
  const inOrder = [...subscriptions.filter(isOpen), ...subscriptions.filter((lost) => !isOpen(lost))];
  for (const lost of inOrder) {
    if (input.signal?.aborted) break;
    const applicant = `${lost.product.id} ${lost.developer_id}`;
    const result = unfinished.has(applicant)
      ? ({ ...lost, outcome: 'failed', why: UNFINISHED } as const)
      : await restored(new SubscriptionRestore(lost, { ...input, accepted, waited }, isOpen(lost)), () =>
          unfinished.add(applicant),
        );
    done.push(result);
    input.onOutcome?.(result);
  }
  return done;
}

/** A second request would cause a second approval, and adc could not distinguish the two. */
const UNFINISHED = 'not requested, because another request of this developer is not finished';

async function restored(restoring: SubscriptionRestore, onUnfinished: () => void): Promise<RestoreOutcome> {
  try {
    return await restoring.run();
  } catch (error) {
    if (!(error instanceof OperationalError) || error instanceof InterruptedError) throw error;
    if (restoring.isRequested) onUnfinished();
    return { ...restoring.lost, outcome: 'failed', why: error.message };
  }
}

/** Milliseconds to wait after a request without a response, which the server may still apply. */
const SETTLING_MS = 1000;
/** Maximum pause that a server can request before the next attempt. */
const LONGEST_PAUSE_MS = 60_000;
const MAX_ATTEMPTS = 5;

interface SubscriptionInput extends RestoreInput {
  /** The keys of subscriptions, by the approvals that this and earlier restores accepted for them. */
  readonly accepted: Map<string, string>;
  /** Waits a second for the lists of the portal; returns false if the patience is used up. */
  readonly waited: () => Promise<boolean>;
}

/** Restores one subscription. */
class SubscriptionRestore {
  readonly lost: LostSubscription;
  /** Whether a request of this or an earlier restore has an unknown outcome. */
  isRequested: boolean;
  readonly #input: SubscriptionInput;
  /** Current id of the product. */
  #product: string;
  #isOffered = false;

  constructor(lost: LostSubscription, input: SubscriptionInput, isRequested: boolean) {
    this.lost = lost;
    this.#input = input;
    this.#product = lost.product.id;
    this.isRequested = isRequested;
  }

  async run(): Promise<RestoreOutcome> {
    const { losses } = this.#input;
    const before = losses.intents.get(this.lost.key);
    const wasRestored = losses.restored.has(this.lost.key);
    const impossible = await this.#findProduct();
    if (impossible !== undefined) return this.#end('impossible', impossible);
    const now = await this.#subscription();
    if (now?.status === 'active') return this.#active(before ? 'restored' : 'kept');
    if (now !== undefined) return this.#continue(before);
    if (wasRestored) return this.#end('impossible', 'it was restored before, and ended again since then');
    if (!this.#isOffered)
      return this.#end('failed', 'the portal does not offer the product to this developer');
    return (await this.#obstacle()) ?? this.#subscribe();
  }

  /**
   * Finds the product by id, or by name if it was deleted and created again.
   * @returns the reason why adc cannot subscribe the application to it, if any.
   */
  async #findProduct(): Promise<string | undefined> {
    const { product, developer_id } = this.lost;
    const { backend, waited } = this.#input;
    const offered = await backend.readProducts(developer_id);
    if (offered === undefined) return 'the portal of this token does not have this developer';
    const own = offered.find(({ id }) => id === product.id);
    const named = offered.filter(({ name }) => name === product.name);
    const found = own ?? (named.length === 1 ? named[0] : undefined);
    if (found === undefined && (await waited())) return this.#findProduct();
    this.#isOffered = found !== undefined;
    this.#product = found?.id ?? product.id;
    const types = found?.authTypes ?? [];
    const fits = types.length === 0 || product.authTypes.some((type) => types.includes(type));
    if (fits) return undefined;
    return `the product accepts ${types.join(', ')} now, so keys for ${product.authTypes.join(', ')} do not fit any more`;
  }

  async #subscription(): Promise<Subscription | undefined> {
    const { developer_id, application_id } = this.lost;
    const all = await this.#input.backend.readSubscriptions(developer_id, this.#product);
    return all.find((one) => one.application_id === application_id);
  }

  /** Continues with a pending subscription: accepts the approval that an earlier restore requested, if it is known. */
  async #continue(before: RestoreIntent | undefined): Promise<RestoreOutcome> {
    if (this.lost.status === 'pending') return this.#end(before ? 'restored' : 'kept');
    if (before === undefined) return this.#end('pending', 'another client requested it again');
    return this.#accept(before.approvals);
  }

  /** Ends the restore if the application does not exist, or if a request was rejected or cancelled. */
  async #obstacle(): Promise<RestoreOutcome | undefined> {
    const { backend, losses, accepted } = this.#input;
    const { developer_id, application_id, lostAt, key } = this.lost;
    const applications = await backend.readApplications(developer_id);
    if (applications?.has(application_id) !== true)
      return this.#end('impossible', 'the application does not exist any more');
    const decided = ((await this.#approvals()) ?? []).filter(({ result }) => result !== 'pending');
    const late = decided.find(
      ({ result, decidedAt }) =>
        result === 'rejected' && !(Date.parse(decidedAt ?? '') <= Date.parse(lostAt)),
    );
    if (late !== undefined) {
      const when = late.decidedAt === undefined ? 'at an unknown time' : 'after the record';
      return this.#end('impossible', `a request of this developer was rejected ${when}`);
    }
    const before = losses.intents.get(key)?.approvals;
    const isOther = (id: string): boolean => (accepted.get(id) ?? key) !== key;
    if (before !== undefined && decided.some(({ id }) => !before.includes(id) && !isOther(id)))
      return this.#end(
        'impossible',
        'an earlier restore requested it, and a request of this developer was decided since then',
      );
    return undefined;
  }

  async #subscribe(): Promise<RestoreOutcome> {
    const { backend } = this.#input;
    const { developer_id, application_id, status } = this.lost;
    const approvals = ((await this.#approvals()) ?? []).map(({ id }) => id);
    await this.#recordIntent({ approvals });
    this.isRequested = true;
    const error = await this.#retried(
      () => backend.subscribe(developer_id, application_id, this.#product),
      isBusy,
    );
    this.isRequested = error?.mayHaveHappened !== false;
    const found = await this.#subscription();
    if (found === undefined)
      throw error ?? new AdminError('the server lists no subscription after the request');
    if (found.status === 'active') return this.#active('restored');
    return status === 'pending' ? this.#end('restored') : this.#accept(approvals);
  }

  /** Ends with an active subscription. It may have been pending before, and been approved since then. */
  #active(outcome: 'restored' | 'kept'): Promise<RestoreOutcome> {
    return this.#end(outcome, this.lost.status === 'pending' ? 'it is active now' : undefined);
  }

  /** Accepts the only new approval. Of several, it is unknown which one belongs to the subscription. */
  async #accept(before: readonly string[]): Promise<RestoreOutcome> {
    const { backend } = this.#input;
    const all = await this.#approvals();
    if (all === undefined)
      return this.#end('pending', 'the backend has no approvals: accept it in the dashboard');
    const fresh = all.filter(({ id, result }) => result === 'pending' && !before.includes(id));
    const [approval] = fresh;
    if (approval === undefined) return this.#end('pending', 'the portal lists no approval of it');
    if (fresh.length > 1) return this.#end('pending', 'this developer made other requests meanwhile');
    await this.#recordIntent({ approvals: before, approval: approval.id });
    this.#input.accepted.set(approval.id, this.lost.key);
    this.isRequested = true;
    const isUnsettled = (error: AdminError): boolean => isBusy(error) || error.mayHaveHappened;
    const error = await this.#retried(() => backend.accept(approval.id), isUnsettled);
    const { status } = (await this.#subscription()) ?? {};
    if (status === 'active') return this.#end('restored');
    if (error !== undefined && isUnsettled(error)) throw error;
    return this.#end(
      'pending',
      error?.message ?? 'the approval was accepted, and the subscription is not active',
    );
  }

  /** Repeats a request while `isRepeated` returns true for its error. @returns the last error, if the request failed. */
  async #retried(
    send: () => Promise<void>,
    isRepeated: (error: AdminError) => boolean,
  ): Promise<AdminError | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send();
        return undefined;
      } catch (error) {
        if (!(error instanceof AdminError) || error instanceof InterruptedError) throw error;
        const pause = Math.max(error.retryAfterMs, SETTLING_MS);
        const isLast = !isRepeated(error) || attempt === MAX_ATTEMPTS || pause > LONGEST_PAUSE_MS;
        if (!isLast || error.mayHaveHappened) await this.#input.sleep(isLast ? SETTLING_MS : pause);
        if (isLast || this.#isStopped()) return error;
      }
    }
  }

  #isStopped(): boolean {
    return this.#input.signal?.aborted === true;
  }

  /** Records the next request or acceptance, so that a later restore can continue it. */
  async #recordIntent(intent: Pick<RestoreIntent, 'approvals' | 'approval'>): Promise<void> {
    const { developer_id, application_id, status, product } = this.lost;
    const subscription = { product: product.id, developer_id, application_id, status };
    const at = this.#input.now().toISOString();
    await this.#input.sink.append({ entry: 'restore', at, ...subscription, ...intent });
  }

  /** All approvals of this product and developer; undefined if the backend has no approvals. */
  async #approvals(): Promise<readonly SubscriptionApproval[] | undefined> {
    const all = await this.#input.backend.readApprovals();
    return all?.filter((one) => one.product === this.#product && one.developer === this.lost.developer_id);
  }

  async #end(outcome: RestoreOutcome['outcome'], why?: string): Promise<RestoreOutcome> {
    this.isRequested = false;
    const { sink, now, losses } = this.#input;
    const { developer_id, application_id, status, product, key, lostAt } = this.lost;
    const at = now();
    const isNew = outcome === 'restored' && !losses.restored.has(key);
    if (isNew) {
      const entry = { product: product.id, developer_id, application_id, status };
      await sink.append({ entry: 'restored', at: at.toISOString(), ...entry });
    }
    const seconds = isNew ? { seconds: (at.getTime() - Date.parse(lostAt)) / 1000 } : {};
    return { ...this.lost, outcome, ...(why !== undefined && { why }), ...seconds };
  }
}

function isBusy({ status }: AdminError): boolean {
  return status === 429;
}
