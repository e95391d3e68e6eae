import { AdminError, InterruptedError } from '../model/errors.ts';
import type { PortalBackend, SubscriptionApproval } from '../model/admin.ts';
import type { RecordSink, RestoreIntent, Subscription } from '../model/record.ts';
import type { LostSubscription, RecordedLosses } from './losses.ts';

/** What became of one recorded subscription. */
export interface RestoredPair extends LostSubscription {
  /** `kept`: it was never lost. `pending`: it waits for an approval that is not adc's to give. */
  readonly outcome: 'restored' | 'kept' | 'pending' | 'impossible' | 'failed';
  readonly why?: string;
  /** Seconds from the write that ended the subscription to its return. */
  readonly seconds?: number;
}

export interface RestoreInput {
  readonly losses: RecordedLosses;
  readonly backend: PortalBackend;
  readonly sink: RecordSink;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly onPair?: ((pair: RestoredPair) => void) | undefined;
}

/**
 * Brings back the subscriptions of a record that the portal does not have any more, one at a time
 * (docs/design/contract.md §15). It accepts only an approval that its own request caused, and never requests a subscription
 * that exists, was restored before, or was rejected after the record.
 * @throws AdminError if the portal token is refused or the server cannot be reached at all; OperationalError if the record cannot be continued.
 */
export async function restore(input: RestoreInput): Promise<readonly RestoredPair[]> {
  const done: RestoredPair[] = [];
  const unfinished = new Set<string>();
  const { subscriptions, intents, restored: finished } = input.losses;
  const isOpen = ({ key }: LostSubscription): boolean => intents.has(key) && !finished.has(key);
  // What an earlier restore began comes first, while the approvals that came since are its own.
  const inOrder = [...subscriptions.filter(isOpen), ...subscriptions.filter((lost) => !isOpen(lost))];
  for (const lost of inOrder) {
    if (input.signal?.aborted) break;
    const applicant = `${lost.product.id} ${lost.developer_id}`;
    const pair = unfinished.has(applicant)
      ? ({ ...lost, outcome: 'failed', why: UNFINISHED } as const)
      : await restored(new PairRestore(lost, input, isOpen(lost)), () => unfinished.add(applicant));
    done.push(pair);
    input.onPair?.(pair);
  }
  return done;
}

/** A second request would bring a second approval, and no one could say which is whose. */
const UNFINISHED = 'not requested, because another request of this developer is not finished';

async function restored(pair: PairRestore, onUnfinished: () => void): Promise<RestoredPair> {
  try {
    return await pair.run();
  } catch (error) {
    if (!(error instanceof AdminError) || error instanceof InterruptedError) throw error;
    if (pair.isRequested) onUnfinished();
    return { ...pair.lost, outcome: 'failed', why: error.message };
  }
}

/** A server that was too slow to respond may still apply the request. */
const SETTLING_MS = 1000;
const MOST_ATTEMPTS = 5;

/** The story of one subscription. */
class PairRestore {
  readonly lost: LostSubscription;
  /** Whether a request was sent, now or by an earlier restore, of which adc does not know the end. */
  isRequested: boolean;
  readonly #input: RestoreInput;
  /** Id of the product on the portal now. */
  #product: string;
  #isOffered = false;

  constructor(lost: LostSubscription, input: RestoreInput, isRequested: boolean) {
    this.lost = lost;
    this.#input = input;
    this.#product = lost.product.id;
    this.isRequested = isRequested;
  }

  async run(): Promise<RestoredPair> {
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
    return (await this.#whyNot()) ?? this.#subscribe();
  }

  /** The product by its id, or, if it was deleted and created again, by its name. Gives why it cannot be subscribed to. */
  async #findProduct(): Promise<string | undefined> {
    const { product, developer_id } = this.lost;
    const offered = await this.#input.backend.readProducts(developer_id);
    if (offered === undefined) return 'the portal of this token does not have this developer';
    const own = offered.find(({ id }) => id === product.id);
    const named = offered.filter(({ name }) => name === product.name);
    const found = own ?? (named.length === 1 ? named[0] : undefined);
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

  /** Of a subscription that is pending: accepts the approval that an earlier restore caused, if it is known which one. */
  async #continue(before: RestoreIntent | undefined): Promise<RestoredPair> {
    if (this.lost.status === 'pending') return this.#end(before ? 'restored' : 'kept');
    if (before === undefined) return this.#end('pending', 'another client requested it again');
    return this.#accept(before.approvals);
  }

  async #whyNot(): Promise<RestoredPair | undefined> {
    const { backend, losses } = this.#input;
    const { developer_id, application_id, lostAt, key } = this.lost;
    const applications = await backend.readApplications(developer_id);
    if (applications?.has(application_id) !== true)
      return this.#end('impossible', 'the application does not exist any more');
    const ended = ((await this.#approvals()) ?? []).filter(
      ({ result }) => result === 'rejected' || result === 'cancelled',
    );
    const isLate = ({ result, decidedAt }: SubscriptionApproval): boolean =>
      result === 'rejected' && Date.parse(decidedAt ?? '') > Date.parse(lostAt);
    if (ended.some(isLate))
      return this.#end('impossible', 'a request of this developer was rejected after the record');
    const before = losses.intents.get(key)?.approvals;
    if (before !== undefined && ended.some(({ id }) => !before.includes(id)))
      return this.#end(
        'impossible',
        'an earlier restore requested it, and a request of this developer ended',
      );
    return undefined;
  }

  async #subscribe(): Promise<RestoredPair> {
    const { backend, sink, now } = this.#input;
    const { developer_id, application_id, status } = this.lost;
    const approvals = ((await this.#approvals()) ?? []).map(({ id }) => id);
    const subscription = { developer_id, application_id, status };
    const at = now().toISOString();
    await sink.append({ entry: 'restore', at, product: this.lost.product.id, ...subscription, approvals });
    this.isRequested = true;
    const error = await this.#insist(
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

  /** One that was pending is active if the product needs no approval now, or if a person accepted it. */
  async #active(outcome: 'restored' | 'kept'): Promise<RestoredPair> {
    return this.#end(outcome, this.lost.status === 'pending' ? 'it is active now' : undefined);
  }

  /** Accepts the one approval that came since; of several, no one can say which is this one. */
  async #accept(before: readonly string[]): Promise<RestoredPair> {
    const { backend } = this.#input;
    const all = await this.#approvals();
    if (all === undefined)
      return this.#end('pending', 'the backend has no approvals: accept it in the dashboard');
    const fresh = all.filter(({ id, result }) => result === 'pending' && !before.includes(id));
    const [approval] = fresh;
    if (approval === undefined) return this.#end('pending', 'the portal lists no approval of it');
    if (fresh.length > 1) return this.#end('pending', 'this developer made other requests meanwhile');
    this.isRequested = true;
    const isUnsettled = (error: AdminError): boolean => isBusy(error) || error.mayHaveHappened;
    const error = await this.#insist(() => backend.accept(approval.id), isUnsettled);
    const { status } = (await this.#subscription()) ?? {};
    if (status === 'active') return this.#end('restored');
    if (error !== undefined && isUnsettled(error)) throw error;
    return this.#end(
      'pending',
      error?.message ?? 'the approval was accepted, and the subscription is not active',
    );
  }

  /** Sends a request again as long as its failure is of that kind. Gives what it failed with in the end. */
  async #insist(
    send: () => Promise<void>,
    isRepeated: (error: AdminError) => boolean,
  ): Promise<AdminError | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send();
        return undefined;
      } catch (error) {
        if (!(error instanceof AdminError) || error instanceof InterruptedError) throw error;
        const isLast = !isRepeated(error) || attempt === MOST_ATTEMPTS;
        if (!isLast || error.mayHaveHappened)
          await this.#input.sleep(Math.max(error.retryAfterMs, SETTLING_MS));
        if (isLast) return error;
      }
    }
  }

  /** The approvals of this product and developer, decided ones too; undefined if the backend has none. */
  async #approvals(): Promise<readonly SubscriptionApproval[] | undefined> {
    const all = await this.#input.backend.readApprovals();
    return all?.filter((one) => one.product === this.#product && one.developer === this.lost.developer_id);
  }

  async #end(outcome: RestoredPair['outcome'], why?: string): Promise<RestoredPair> {
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
