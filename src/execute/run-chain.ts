import type { Admin, BeforeAgain, Pause } from '../model/admin.ts';
import type { PartialFields } from '../model/desired.ts';
import { endsSubscriptions, type Step } from '../model/plan.ts';
import { AdminError, OperationalError } from '../model/errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Budget } from './budget.ts';
import {
  recoverProduct,
  isAs,
  leftDraft,
  recoveryTargets,
  findAfterFailure,
  type Recovery,
  type Found,
  type State,
} from './recover.ts';
import { ConsentExceeded, ProductMoved, RunStopped, Unchecked } from './failures.ts';
import { unexpected, type SameField } from './verify.ts';
import { finishesReplacement } from './waiting.ts';

export interface ChainTools {
  readonly admin: Admin;
  readonly budget: Budget;
  readonly same: SameField;
  /** By product id, the names by which consent may mean it. */
  readonly consentNames: ReadonlyMap<string, readonly string[]>;
  /** What each product looked like to the plan. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** By id, the products as this run left them. A fingerprint takes long, and few of these are looked at again. */
  readonly left: Map<string, LiveProduct>;
  readonly now: () => number;
  /** Lets creations wait for each other; without it, each product is finished on its own. */
  readonly pause?: Pause;
}

/**
 * Applies the steps of one product. Between an unpublish and its publish nothing is read, so that two round trips pass
 * at most (docs/design/contract.md §7, §5.3).
 *
 * The API has no compare-and-swap, so a write of another client between our read and our write is overwritten. To limit
 * that, a read comes right before the first write and before any write that is sent again, a product that moved is left
 * alone, every response must show what was written, and a last look at the end of the run names what others have
 * written over our writes (last-look.ts). One case remains: another program that writes between our reads and our
 * writes, and whose own look comes too early to see ours.
 */
export class ChainRunner {
  readonly #steps: readonly Step[];
  readonly #tools: ChainTools;
  #state: State | undefined;
  /** The product before the first write, to go back to; undefined for one that is new or deleted. */
  #before: State | undefined;
  /** When the product went off the portal, to come back or to be replaced; undefined while it is on it. */
  #offSince: number | undefined;
  #gapMs: number | undefined;
  /** Whether the step in hand has sent its write. */
  #sent = false;
  /** Whether an earlier attempt of that write may have been applied. */
  #doubt = false;
  #unpublishMayCome = false;

  constructor(steps: readonly Step[], tools: ChainTools) {
    this.#steps = steps;
    this.#tools = tools;
  }

  /** Whether the product is off the portal and must come back before anything else happens to it. */
  get isInWindow(): boolean {
    return this.#offSince !== undefined;
  }

  /** How long the product was off the portal between unpublish and publish, in milliseconds; undefined if it was not. */
  get gapMs(): number | undefined {
    return this.#gapMs;
  }

  /** Whether the server may still apply an unpublish whose response was lost. */
  get unpublishMayCome(): boolean {
    return this.#unpublishMayCome;
  }

  /** The product as the last write left it, if it is still there. */
  get left(): LiveProduct | undefined {
    return this.#state?.seen;
  }

  /** Whether the product was there before this run. */
  get wasThere(): boolean {
    return this.#before !== undefined;
  }

  /** Carries out one step. Throws what kept it from being done; `recover` then brings the product back. */
  async run(step: Step): Promise<void> {
    [this.#sent, this.#doubt] = [false, false];
    if (step.action === 'create') return this.#create(step);
    const state = this.#state ?? (await this.#look(step));
    if (step.action === 'delete') return this.#delete(step, state);
    if (state === undefined) throw new ProductMoved(step.product.name, 'it was deleted');
    if (step.action === 'unpublish' && this.#opensWindow()) this.#offSince = this.#tools.now();
    return this.#write(step, state);
  }

  /** Whether the failed step's write may have happened all the same. */
  mayHaveWritten(error: unknown): boolean {
    return this.#sent && (this.#doubt || !wasRefused(error));
  }

  /**
   * After a failed step between unpublish and publish: brings the product back on the portal at once
   * (docs/design/contract.md §7).
   */
  async recover(failed: Step, error: unknown): Promise<Recovery> {
    if (!this.isInWindow || this.#state === undefined) return NOT_NEEDED;
    const found = await this.#afterFailure(failed, error, this.#state);
    if ('words' in found) {
      this.#offSince = undefined;
      return { how: 'not-needed', ...found };
    }
    const { moved } = found;
    const ways = recoveryTargets({ before: this.#before, now: this.#state, failed, error, moved });
    return this.#back(await recoverProduct(this.#tools.admin, ways, this.#tools.same));
  }

  /** Nothing is read where this run took the product off the portal beyond doubt: its services wait for it to come back. */
  async #afterFailure(failed: Step, error: unknown, state: State): Promise<Found> {
    if (failed.action !== 'unpublish')
      return error instanceof ProductMoved ? findAfterFailure(this.#tools, state, true) : {};
    this.#unpublishMayCome ||= this.mayHaveWritten(error);
    // The response shows the auth that another client wrote, which this run must not undo.
    if (error instanceof RunStopped && error.fields.includes('auth')) return { moved: state.seen };
    const found = await findAfterFailure(this.#tools, state, this.mayHaveWritten(error));
    // A server may refuse an unpublish after it applied it.
    this.#doubt ||= !('words' in found);
    return found;
  }

  #back(back: Recovery): Recovery {
    if (back.how === 'failed') return back;
    this.#closeWindow();
    if (back.product) this.#see(back.product, {});
    return back;
  }

  /**
   * At the end of the run: publishes the product again if the server applied an unpublish after this run had given it up
   * and seen the product published.
   */
  async lookForLateUnpublish(): Promise<Recovery> {
    const { admin, same } = this.#tools;
    const left = this.#state;
    if (!this.#unpublishMayCome || left?.seen.fields.status !== 'published' || !this.#opensWindow())
      return NOT_NEEDED;
    const live = await admin.readProduct(left.seen.id).catch(unlessBug);
    const states = [left, ...(this.#before ? [this.#before] : [])];
    if (live?.fields.status !== 'draft' || !states.some((one) => isAs(one, live, same))) return NOT_NEEDED;
    const words = 'the server applied an unpublish late, and adc published the product again';
    return this.#back(await recoverProduct(admin, [{ ...left, how: 'published', words }], same));
  }

  /**
   * Asked before a write is sent again: the product must still be as this run saw it, and what it would end must still be
   * allowed. True if the product is as the write would leave it.
   */
  #beforeAgain(step: Step, state: State): BeforeAgain {
    const { admin, same } = this.#tools;
    const after = { ...state.written, ...step.fields };
    return async (failure) => {
      this.#doubt ||= failure.mayHaveHappened;
      this.#unpublishMayCome ||= step.action === 'unpublish' && this.#doubt;
      this.#sent = this.#doubt;
      const live = await admin.readProduct(state.seen.id).catch(() => {
        throw failure;
      });
      if (live === undefined && step.action === 'delete') return true;
      if (live === undefined) throw new ProductMoved(step.product.name, 'it was deleted');
      if (step.action !== 'delete' && unexpected(state.seen, after, live, same).length === 0) return true;
      if (unexpected(state.seen, state.written, live, same).length > 0)
        throw new ProductMoved(step.product.name, 'another client changed it during this run');
      if (endsSubscriptions(live, [step])) await this.#spend(live);
      this.#sent = true;
      return false;
    };
  }

  /** Unpublished for a step that needs a draft, or for a replacement: it must not stay unpublished. */
  #opensWindow(): boolean {
    const last = this.#steps.at(-1)?.action;
    return last === 'publish' || last === 'delete';
  }

  #closeWindow(at = this.#tools.now()): void {
    if (this.#offSince !== undefined) this.#gapMs = at - this.#offSince;
    this.#offSince = undefined;
  }

  async #create(step: Step): Promise<void> {
    const { admin, pause } = this.#tools;
    const product = { type: step.product.type, fields: { name: step.product.name, ...step.fields } };
    this.#sent = true;
    // What replaces a product waits for nothing: until then the portal has neither.
    const created = await admin.createProduct(product, finishesReplacement(this.#steps) ? undefined : pause);
    this.#see(created, step.fields);
    this.#expect(undefined, step.fields, created);
  }

  /** Before the first write: the product as it is now, still the one that the plan was made for, and its subscriptions. */
  async #look(step: Step): Promise<State | undefined> {
    const { admin, fingerprints, left } = this.#tools;
    const id = step.product.id ?? '';
    const seen = await admin.readProduct(id);
    if (seen === undefined) return undefined;
    const known = left.get(seen.id);
    if ((known ? fingerprint(known) : fingerprints.get(seen.id)) !== fingerprint(seen)) {
      throw new ProductMoved(step.product.name, 'another client changed it');
    }
    if (endsSubscriptions(seen, this.#steps)) await this.#spend(seen);
    this.#before = { seen, written: step.carried ?? {} };
    this.#state = this.#before;
    return this.#state;
  }

  async #spend({ id, fields }: LiveProduct): Promise<void> {
    const { admin, budget, consentNames } = this.#tools;
    const subject = { id, name: fields.name, names: consentNames.get(id) ?? [] };
    const refused = budget.take(subject, await admin.countSubscriptions(id));
    if (refused) throw new ConsentExceeded(fields.name, refused);
  }

  async #delete(step: Step, state: State | undefined): Promise<void> {
    if (state !== undefined) await this.#deleteProduct(state.seen.id, this.#beforeAgain(step, state));
    [this.#state, this.#before, this.#offSince] = [undefined, undefined, undefined];
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
   * Whether a look shows that a failed (or refused) write that ends subscriptions was applied; false if that is
   * unknown.
   */
  async #isApplied(
    failure: unknown,
    id: string,
    shows: (live: LiveProduct | undefined) => boolean,
  ): Promise<boolean> {
    if (!(failure instanceof AdminError)) return false;
    try {
      return shows(await this.#tools.admin.readProduct(id));
    } catch (error) {
      if (error instanceof OperationalError) return false;
      throw error;
    }
  }

  async #write(step: Step, before: State): Promise<void> {
    const { seen } = before;
    const state = { seen, written: { ...before.written, ...step.fields } };
    this.#sent = true;
    const answer = await this.#update(step, before, state);
    const answered = this.#tools.now();
    this.#state = answer ? { seen: answer, written: unreadable(answer, state.written) } : state;
    // Nothing is read while the linked services are without product auth and the next write is about to change that.
    const goesOn = this.isInWindow && step.action !== 'publish';
    const after = answer ?? (goesOn ? undefined : await this.#readBack(seen));
    if (after === undefined) return;
    if (step.action === 'publish') this.#publishes(after, answered);
    this.#see(after, state.written);
    this.#expect(seen, state.written, after);
  }

  /** An unpublish that leaves the product a draft is done once the product is one, whatever the server says of it. */
  async #update(step: Step, before: State, after: State): Promise<LiveProduct | undefined> {
    const { admin, same } = this.#tools;
    try {
      return await admin.updateProduct(after.seen, after.written, this.#beforeAgain(step, before));
    } catch (error) {
      const leavesDraft = step.action === 'unpublish' && !this.isInWindow;
      const isDone = (live: LiveProduct | undefined): boolean =>
        live !== undefined && unexpected(after.seen, after.written, live, same).length === 0;
      if (!leavesDraft || !(await this.#isApplied(error, after.seen.id, isDone))) throw error;
      return undefined;
    }
  }

  /** Only the product itself says that it is on the portal, not the status of an answer. */
  #publishes(after: LiveProduct, answered: number): void {
    if (after.fields.status === 'draft') throw leftDraft();
    this.#closeWindow(answered);
  }

  /** The product after a write whose answer does not hold it. */
  async #readBack({ id, fields }: LiveProduct): Promise<LiveProduct> {
    const product = await this.#tools.admin.readProduct(id).catch((error: unknown) => {
      throw error instanceof OperationalError ? new Unchecked(fields.name, error.message, error) : error;
    });
    if (product === undefined) throw new Unchecked(fields.name, 'it was deleted');
    return product;
  }

  #see(product: LiveProduct, written: PartialFields): void {
    this.#state = { seen: product, written: unreadable(product, written) };
    this.#tools.left.set(product.id, product);
  }

  #expect(before: LiveProduct | undefined, change: PartialFields, after: LiveProduct): void {
    const fields = unexpected(before, change, after, this.#tools.same);
    if (fields.length > 0) throw new RunStopped(after.fields.name, fields);
  }
}

/** What was written and does not come back: it must go along with the next write too, or that would lose it. */
function unreadable(product: LiveProduct, written: PartialFields): PartialFields {
  const lost = Object.entries(written).filter(([name]) => product.unreadable.some((field) => field === name));
  return Object.fromEntries(lost);
}

/** The server's last word and all its words before are no: the write did not happen. */
function wasRefused(error: unknown): boolean {
  return error instanceof AdminError && !error.mayHaveHappened;
}

function unlessBug(error: unknown): undefined {
  if (!(error instanceof OperationalError)) throw error;
}

const NOT_NEEDED: Recovery = { how: 'not-needed', words: '' };
