import type { Admin } from '../model/admin.ts';
import type { DeclaredFields } from '../model/desired.ts';
import { endsSubscriptions } from '../model/effects.ts';
import { AdminError, OperationalError } from '../model/errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Step } from '../model/plan.ts';
import type { Budget } from './budget.ts';
import { comeBack, leftDraft, type ComeBack, type State } from './come-back.ts';
import { ConsentExceeded, ProductMoved, RunStopped, Unchecked } from './failures.ts';
import { unexpected, type SameField } from './verify.ts';

export interface ChainTools {
  readonly admin: Admin;
  readonly budget: Budget;
  readonly same: SameField;
  /** By product id, the names by which consent may mean it. */
  readonly consentNames: ReadonlyMap<string, readonly string[]>;
  /** What each product is known to look like: as planned, then as this run left it. */
  readonly fingerprints: Map<string, string>;
  readonly now: () => number;
}

/**
 * Carries out the steps of one product. Between an unpublish and its publish nothing is read, so that two round trips
 * pass at most (contract §7, X8).
 *
 * The API has no compare-and-swap, so whoever writes between our reading and our write is overwritten. What can be done
 * is done: the reading comes right before the first write, a product that moved since the plan is left alone, and a last
 * look at the end of the run names what others have written over ours (last-look.ts). What is left is another program
 * that writes in the one round trip after our reading, and whose own look comes too early to see ours.
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

  /** The product as the last write left it, if it was there before this run and still is. */
  get left(): LiveProduct | undefined {
    return this.#before && this.#state?.seen;
  }

  /** Carries out one step. Throws what kept it from being done; `recover` then brings the product back. */
  async run(step: Step): Promise<void> {
    this.#sent = false;
    if (step.action === 'create') return this.#create(step);
    const state = this.#state ?? (await this.#look(step));
    if (step.action === 'delete') return this.#delete(state);
    if (state === undefined) throw new ProductMoved(step.product.name, 'it is gone');
    if (step.action === 'unpublish' && this.#opensWindow()) this.#offSince = this.#tools.now();
    return this.#write(step, state);
  }

  /** Whether the failed step's write may have happened all the same. */
  mayHaveWritten(error: unknown): boolean {
    return this.#sent && !wasRefused(error);
  }

  /** After a failed step between unpublish and publish: brings the product back on the portal at once (contract §7, X2). */
  async recover(failed: Step, error: unknown): Promise<ComeBack> {
    if (!this.isInWindow || this.#state === undefined) return { how: 'not-needed', words: '' };
    if (failed.action === 'unpublish' && wasRefused(error)) {
      this.#offSince = undefined;
      return { how: 'not-needed', words: '' };
    }
    const { admin } = this.#tools;
    const back = await comeBack(admin, { before: this.#before, now: this.#state, failed, error });
    if (back.how === 'failed') return back;
    this.#closeWindow();
    if (back.product) this.#see(back.product, {});
    return back;
  }

  /** Off the portal for what needs a draft, or for a replacement: nobody wants it to stay there. */
  #opensWindow(): boolean {
    const last = this.#steps.at(-1)?.action;
    return last === 'publish' || last === 'delete';
  }

  #closeWindow(at = this.#tools.now()): void {
    if (this.#offSince !== undefined) this.#gapMs = at - this.#offSince;
    this.#offSince = undefined;
  }

  async #create(step: Step): Promise<void> {
    const { admin } = this.#tools;
    const product = { name: step.product.name, ...step.fields };
    this.#sent = true;
    const created = await admin.createProduct({ type: step.product.type, fields: product });
    this.#see(created, step.fields);
    this.#expect(undefined, step.fields, created);
  }

  /** Before the first write: the product as it is now, still the one that the plan was made for, and its subscriptions. */
  async #look(step: Step): Promise<State | undefined> {
    const { admin, fingerprints } = this.#tools;
    const id = step.product.id ?? '';
    const seen = await admin.readProduct(id);
    if (seen === undefined) return undefined;
    if (fingerprints.get(seen.id) !== fingerprint(seen)) {
      throw new ProductMoved(step.product.name, 'somebody changed it since the plan was made');
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

  async #delete(state: State | undefined): Promise<void> {
    if (state !== undefined) await this.#deleteProduct(state.seen.id);
    [this.#state, this.#before, this.#offSince] = [undefined, undefined, undefined];
  }

  /** Where nobody knows what became of the deletion, a look tells. */
  async #deleteProduct(id: string): Promise<void> {
    const { admin } = this.#tools;
    this.#sent = true;
    try {
      await admin.deleteProduct(id);
    } catch (error) {
      if (wasRefused(error) || !(await this.#isGone(id))) throw error;
    }
  }

  /** False where nobody can say. */
  async #isGone(id: string): Promise<boolean> {
    try {
      return (await this.#tools.admin.readProduct(id)) === undefined;
    } catch (error) {
      if (error instanceof OperationalError) return false;
      throw error;
    }
  }

  async #write(step: Step, { seen, written }: State): Promise<void> {
    const state = { seen, written: { ...written, ...step.fields } };
    this.#sent = true;
    const answer = await this.#tools.admin.updateProduct(state.seen, state.written);
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
    if (product === undefined) throw new Unchecked(fields.name, 'it is gone');
    return product;
  }

  #see(product: LiveProduct, written: DeclaredFields): void {
    this.#state = { seen: product, written: unreadable(product, written) };
    this.#tools.fingerprints.set(product.id, fingerprint(product));
  }

  #expect(before: LiveProduct | undefined, change: DeclaredFields, after: LiveProduct): void {
    const fields = unexpected(before, change, after, this.#tools.same);
    if (fields.length > 0) throw new RunStopped(after.fields.name, fields);
  }
}

/** What was written and does not come back: it must go along with the next write too, or that would lose it. */
function unreadable(product: LiveProduct, written: DeclaredFields): DeclaredFields {
  const lost = Object.entries(written).filter(([name]) => product.unreadable.some((field) => field === name));
  return Object.fromEntries(lost);
}

/** The server's last word and all its words before are no: the write did not happen. */
function wasRefused(error: unknown): boolean {
  return error instanceof AdminError && !error.mayHaveHappened;
}
