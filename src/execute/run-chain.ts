import type { Admin, BeforeAgain, Pause } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { AdminError, OperationalError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import { endsSubscriptions, type Step, fingerprint } from '../model/plan.ts';
import type { Budget } from './budget.ts';
import { ConsentExceeded, ProductChanged, RunStopped, unlessBug, UnverifiedWrite } from './failures.ts';
import {
  recoverProduct,
  matchesState,
  stillDraftError,
  recoveryTargets,
  findAfterFailure,
  type RecoveryResult,
  type StateAfterFailure,
  type State,
} from './recover.ts';
import { finishesReplacement } from './schedule.ts';
import { unexpected, type SameField } from './verify.ts';

export interface ChainTools {
  readonly admin: Admin;
  readonly budget: Budget;
  readonly same: SameField;
  /** The names that consent can use for each product, by product id. */
  readonly consentNames: ReadonlyMap<string, readonly string[]>;
  /** The fingerprint of each product in the plan. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /**
   * The products after the writes of this run, by id. Fingerprints would be slow, and few of them are needed again.
   */
  readonly writtenProducts: Map<string, LiveProduct>;
  readonly now: () => number;
  /** Lets creations wait for a shared read; without it, each creation reads on its own. */
  readonly pause?: Pause;
}

/**
 * Applies the steps of one product. Nothing is read between an unpublish and its publish, so they are at most two
 * round trips apart (docs/design/contract.md §7, §5.3).
 *
 * The API has no compare-and-swap, so a write of another client between our read and our write is overwritten. To
 * limit that, adc reads the product directly before the first write and before each retried write, does not write a
 * product that changed, checks every response, and at the end of the run reports writes of other clients over ours
 * (verify.ts). One case remains undetected: another program writes between our read and our write, and its own check is
 * too early to see our write.
 */
export class ChainRunner {
  /** Milliseconds between unpublish and publish; undefined without them. */
  gapMs: number | undefined;
  /** Whether the server may still apply a write whose response was lost, and which leaves a draft. */
  mayUnpublishLate = false;
  readonly #steps: readonly Step[];
  readonly #tools: ChainTools;
  #state: State | undefined;
  /** The product before the first write, for a recovery; undefined if it is new or deleted. */
  #before: State | undefined;
  /** Time of the unpublish that a publish or a replacement must follow; undefined while the product is published. */
  #unpublishedSince: number | undefined;
  /** Whether the current step has sent its write. */
  #sent = false;
  /** Whether the server may have applied an earlier attempt of that write. */
  #mayBeApplied = false;

  constructor(steps: readonly Step[], tools: ChainTools) {
    this.#steps = steps;
    this.#tools = tools;
  }

  /** Whether the product is unpublished and must be published or replaced first. */
  get mustRepublish(): boolean {
    return this.#unpublishedSince !== undefined;
  }

  /** The product after the last write, if it still exists. */
  get after(): LiveProduct | undefined {
    return this.#state?.seen;
  }

  /** Whether the product existed before this run. */
  get existedBefore(): boolean {
    return this.#before !== undefined;
  }

  /** Applies one step. Throws if it fails; `recover` then publishes the product again. */
  async run(step: Step): Promise<void> {
    [this.#sent, this.#mayBeApplied] = [false, false];
    if (step.action === 'create') return this.#create(step);
    const state = this.#state ?? (await this.#readState(step));
    if (step.action === 'delete') return this.#delete(step, state);
    if (state === undefined) throw new ProductChanged(step.product.name, 'it was deleted');
    if (step.action === 'unpublish' && this.#needsRepublish()) this.#unpublishedSince = this.#tools.now();
    return this.#write(step, state);
  }

  /** Whether the server may have applied the write of the failed step. */
  mayHaveWritten(error: unknown): boolean {
    return this.#sent && (this.#mayBeApplied || !wasRefused(error));
  }

  /**
   * Publishes the product again immediately after a failed step between unpublish and publish
   * (docs/design/contract.md §7).
   */
  async recover(failed: Step, error: unknown): Promise<RecoveryResult> {
    if (!this.mustRepublish || this.#state === undefined) return NOT_NEEDED;
    const found = await this.#afterFailure(failed, error, this.#state);
    if ('clause' in found) {
      this.#unpublishedSince = undefined;
      return { result: 'not-needed', ...found };
    }
    const { changedDraft, isUnknown } = found;
    const targets = recoveryTargets({ before: this.#before, now: this.#state, failed, error, changedDraft });
    const { admin, same } = this.#tools;
    return this.#noteRecovery(await recoverProduct(admin, targets, same, isUnknown));
  }

  /** Reads nothing if this run has certainly unpublished the product, whose services are open until it is published. */
  async #afterFailure(failed: Step, error: unknown, state: State): Promise<StateAfterFailure> {
    if (failed.action !== 'unpublish')
      return error instanceof ProductChanged ? findAfterFailure(this.#tools, state, true) : {};
    this.mayUnpublishLate ||= this.mayHaveWritten(error);
    // The response shows auth of another client, which this run must not overwrite.
    if (error instanceof RunStopped && error.fields.includes('auth')) return { changedDraft: state.seen };
    const found = await findAfterFailure(this.#tools, state, this.mayHaveWritten(error));
    // A server may refuse an unpublish after it applied it.
    this.#mayBeApplied ||= !('clause' in found);
    return found;
  }

  #noteRecovery(recovery: RecoveryResult): RecoveryResult {
    if (recovery.result === 'failed') return recovery;
    this.#endGap();
    if (recovery.product) this.#noteProduct(recovery.product, {});
    return recovery;
  }

  /**
   * At the end of the run, publishes the product again if the server applied a write late that leaves a draft, after
   * this run had given up or published the product.
   */
  async undoLateUnpublish(): Promise<RecoveryResult> {
    const { admin, same } = this.#tools;
    const state = this.#state;
    if (!this.mayUnpublishLate || state?.seen.fields.status !== 'published' || !this.#needsRepublish())
      return NOT_NEEDED;
    const live = await admin.readProduct(state.seen.id).catch(unlessBug);
    const states = [state, ...(this.#before ? [this.#before] : [])];
    if (live?.fields.status !== 'draft' || !states.some((one) => matchesState(one, live, same)))
      return NOT_NEEDED;
    const clause = 'the server applied an unpublish late, and adc published the product again';
    return this.#noteRecovery(await recoverProduct(admin, [{ ...state, result: 'published', clause }], same));
  }

  /**
   * Called before a write is retried: the product must be unchanged, and the loss must still be allowed. Returns true if
   * the product already is in the state after the write.
   */
  #beforeRetry(step: Step, state: State): BeforeAgain {
    const { admin, same } = this.#tools;
    const after = { ...state.written, ...step.fields };
    return async (failure) => {
      this.#mayBeApplied ||= failure.mayHaveHappened;
      const leavesDraft = step.action === 'unpublish' || step.action === 'update';
      this.mayUnpublishLate ||= leavesDraft && this.#mayBeApplied;
      this.#sent = this.#mayBeApplied;
      const live = await admin.readProduct(state.seen.id).catch(() => {
        throw failure;
      });
      if (live === undefined && step.action === 'delete') return true;
      if (live === undefined) throw new ProductChanged(step.product.name, 'it was deleted');
      if (step.action !== 'delete' && unexpected(state.seen, after, live, same).length === 0) return true;
      if (unexpected(state.seen, state.written, live, same).length > 0)
        throw new ProductChanged(step.product.name, 'another client changed it during this run');
      if (endsSubscriptions(live, [step])) await this.#takeBudget(live);
      this.#sent = true;
      return false;
    };
  }

  /**
   * Whether the unpublish is for a step that needs a draft, or for a replacement, so that the product must not stay
   * unpublished.
   */
  #needsRepublish(): boolean {
    const last = this.#steps.at(-1)?.action;
    return last === 'publish' || last === 'delete';
  }

  #endGap(at = this.#tools.now()): void {
    if (this.#unpublishedSince !== undefined) this.gapMs = at - this.#unpublishedSince;
    this.#unpublishedSince = undefined;
  }

  async #create(step: Step): Promise<void> {
    const { admin, pause } = this.#tools;
    const product = { type: step.product.type, fields: { name: step.product.name, ...step.fields } };
    this.#sent = true;
    // A replacement does not wait: until then, the portal has neither product.
    const created = await admin.createProduct(product, finishesReplacement(this.#steps) ? undefined : pause);
    this.#noteProduct(created, step.fields);
    this.#verify(undefined, step.fields, created);
  }

  /** Reads the product and its subscriptions before the first write. Throws if the product differs from the plan. */
  async #readState(step: Step): Promise<State | undefined> {
    const { admin, fingerprints, writtenProducts } = this.#tools;
    const id = step.product.id ?? '';
    const seen = await admin.readProduct(id);
    if (seen === undefined) return undefined;
    const known = writtenProducts.get(seen.id);
    if ((known ? fingerprint(known) : fingerprints.get(seen.id)) !== fingerprint(seen)) {
      throw new ProductChanged(step.product.name, 'another client changed it');
    }
    if (endsSubscriptions(seen, this.#steps)) await this.#takeBudget(seen);
    this.#before = { seen, written: step.carried ?? {} };
    this.#state = this.#before;
    return this.#state;
  }

  async #takeBudget({ id, fields }: LiveProduct): Promise<void> {
    const { admin, budget, consentNames } = this.#tools;
    const subject = { id, name: fields.name, names: consentNames.get(id) ?? [] };
    const refused = budget.take(subject, await admin.countSubscriptions(id));
    if (refused) throw new ConsentExceeded(fields.name, refused);
  }

  async #delete(step: Step, state: State | undefined): Promise<void> {
    if (state !== undefined) await this.#deleteProduct(state.seen.id, this.#beforeRetry(step, state));
    [this.#state, this.#before, this.#unpublishedSince] = [undefined, undefined, undefined];
  }

  async #deleteProduct(id: string, again: BeforeAgain): Promise<void> {
    const { admin } = this.#tools;
    this.#sent = true;
    try {
      await admin.deleteProduct(id, again);
    } catch (error) {
      if (!(await this.#isApplied(error, id, (live) => live === undefined))) throw error;
    }
  }

  /**
   * Whether a read shows that the server applied a failed or refused write that ends subscriptions; false if unknown.
   */
  async #isApplied(
    failure: unknown,
    id: string,
    shows: (live: LiveProduct | undefined) => boolean,
  ): Promise<boolean> {
    if (!(failure instanceof AdminError)) return false;
    return (await this.#tools.admin.readProduct(id).then(shows).catch(unlessBug)) ?? false;
  }

  async #write(step: Step, before: State): Promise<void> {
    const { seen } = before;
    const state = { seen, written: { ...before.written, ...step.fields } };
    this.#sent = true;
    const returned = await this.#update(step, before, state);
    const respondedAt = this.#tools.now();
    this.#state = returned ? { seen: returned, written: unreadable(returned, state.written) } : state;
    // Nothing is read while the linked services are without product auth and the next write ends that.
    const mustContinue = this.mustRepublish && step.action !== 'publish';
    const after = returned ?? (mustContinue ? undefined : await this.#readBack(seen));
    if (after === undefined) return;
    if (step.action === 'publish') this.#notePublish(after, respondedAt);
    this.#noteProduct(after, state.written);
    this.#verify(seen, state.written, after);
  }

  /** A final unpublish succeeds if the product is a draft, even if the server reports an error. */
  async #update(step: Step, before: State, after: State): Promise<LiveProduct | undefined> {
    const { admin, same } = this.#tools;
    try {
      return await admin.updateProduct(after.seen, after.written, this.#beforeRetry(step, before));
    } catch (error) {
      const leavesDraft = step.action === 'unpublish' && !this.mustRepublish;
      const isDone = (live: LiveProduct | undefined): boolean =>
        live !== undefined && unexpected(after.seen, after.written, live, same).length === 0;
      if (!leavesDraft || !(await this.#isApplied(error, after.seen.id, isDone))) throw error;
      return undefined;
    }
  }

  /** Notes the publish. Only the product itself shows that it is published, not the status code of the response. */
  #notePublish(after: LiveProduct, respondedAt: number): void {
    if (after.fields.status === 'draft') throw stillDraftError();
    this.#endGap(respondedAt);
  }

  /** Reads the product after a write whose response does not include it. */
  async #readBack({ id, fields }: LiveProduct): Promise<LiveProduct> {
    const product = await this.#tools.admin.readProduct(id).catch((error: unknown) => {
      throw error instanceof OperationalError
        ? new UnverifiedWrite(fields.name, error.message, error)
        : error;
    });
    if (product === undefined) throw new UnverifiedWrite(fields.name, 'it was deleted');
    return product;
  }

  #noteProduct(product: LiveProduct, written: PartialFields): void {
    this.#state = { seen: product, written: unreadable(product, written) };
    this.#tools.writtenProducts.set(product.id, product);
  }

  #verify(before: LiveProduct | undefined, change: PartialFields, after: LiveProduct): void {
    const fields = unexpected(before, change, after, this.#tools.same);
    if (fields.length > 0) throw new RunStopped(after.fields.name, fields);
  }
}

/** The written fields that the server does not return. The next write must include them, or it would lose them. */
function unreadable(product: LiveProduct, written: PartialFields): PartialFields {
  const lost = Object.entries(written).filter(([name]) => product.unreadable.some((field) => field === name));
  return Object.fromEntries(lost);
}

/** Whether the server refused every attempt, so the write was not applied. */
function wasRefused(error: unknown): boolean {
  return error instanceof AdminError && !error.mayHaveHappened;
}

const NOT_NEEDED: RecoveryResult = { result: 'not-needed', clause: '' };
