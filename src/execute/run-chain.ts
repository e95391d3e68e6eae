import type { Admin } from '../model/admin.ts';
import type { DeclaredFields } from '../model/desired.ts';
import { AdminError } from '../model/errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { LiveProduct } from '../model/live.ts';
import type { Step } from '../model/plan.ts';
import type { Budget } from './budget.ts';
import { ConsentExceeded, ProductMoved, RunStopped } from './failures.ts';
import { unexpected, type SameField } from './verify.ts';

export interface ChainTools {
  readonly admin: Admin;
  readonly budget: Budget;
  readonly same: SameField;
  /** What each product is known to look like: as planned, then as this run left it. */
  readonly fingerprints: Map<string, string>;
  readonly now: () => number;
}

/** What is known of the product between two steps: how it was last seen, and what was written since. */
interface State {
  readonly seen: LiveProduct;
  readonly written: DeclaredFields;
}

/**
 * Carries out the steps of one product. Between an unpublish and its publish nothing is read, so that two round trips
 * pass at most (contract §7, X8).
 */
export class ChainRunner {
  readonly #steps: readonly Step[];
  readonly #tools: ChainTools;
  #state: State | undefined;
  /** When the product went off the portal, to come back in this chain; undefined while it is on it. */
  #offSince: number | undefined;
  #gapMs = 0;
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

  /** How long the product was off the portal between unpublish and publish, in milliseconds; 0 if it was not. */
  get gapMs(): number {
    return this.#gapMs;
  }

  /** Carries out one step. Throws what kept it from being done; `recover` then brings the product back. */
  async run(step: Step): Promise<void> {
    this.#sent = false;
    if (step.action === 'create') return this.#create(step);
    const state = this.#state ?? (await this.#look(step));
    if (step.action === 'delete') return this.#delete(step, state);
    if (state === undefined) throw new ProductMoved(step.product.name, 'it is gone');
    if (step.action === 'unpublish' && this.#republishes()) this.#offSince = this.#tools.now();
    await this.#write(step, state);
    if (step.action === 'publish') this.#closeWindow();
    return undefined;
  }

  /** Whether the failed step's write may have happened all the same. */
  mayHaveWritten(error: unknown): boolean {
    return this.#sent && !wasRefused(error);
  }

  /**
   * After a failed step between unpublish and publish: publishes the product again with the auth that it has, at once
   * (contract §7, X2). Gives what was done, in words to lay after the error; '' where nothing was to be done.
   */
  async recover(failed: Step, error: unknown): Promise<string> {
    if (!this.isInWindow || this.#state === undefined || failed.action === 'publish') return '';
    if (failed.action === 'unpublish' && wasRefused(error)) {
      this.#offSince = undefined;
      return '';
    }
    try {
      const { seen, written } = this.#state;
      await this.#put({ seen, written: { ...written, status: 'published' } });
      this.#closeWindow();
      return '; it was published again as it was';
    } catch (again) {
      const why = again instanceof Error ? again.message : String(again);
      return `; publishing it again failed as well, so it is a draft now (${why})`;
    }
  }

  #republishes(): boolean {
    return this.#steps.at(-1)?.action === 'publish';
  }

  #closeWindow(): void {
    if (this.#offSince !== undefined) this.#gapMs = this.#tools.now() - this.#offSince;
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
    const seen = await admin.readProduct(step.product.id ?? '');
    if (seen === undefined) return undefined;
    if (fingerprints.get(seen.id) !== fingerprint(seen)) {
      throw new ProductMoved(step.product.name, 'somebody changed it since the plan was made');
    }
    if (this.#endsSubscriptions()) await this.#spend(seen);
    this.#state = { seen, written: step.carried ?? {} };
    return this.#state;
  }

  #endsSubscriptions(): boolean {
    return this.#steps.some(({ action, product }) => ENDING.has(action) && product.type === 'gateway');
  }

  async #spend(seen: LiveProduct): Promise<void> {
    const refused = this.#tools.budget.take(await this.#tools.admin.countSubscriptions(seen.id));
    if (refused) throw new ConsentExceeded(seen.fields.name, refused);
  }

  async #delete(step: Step, state: State | undefined): Promise<void> {
    if (state === undefined) return;
    this.#sent = true;
    await this.#tools.admin.deleteProduct(step.product.id ?? '');
  }

  async #write(step: Step, { seen, written }: State): Promise<void> {
    const state = { seen, written: { ...written, ...step.fields } };
    const answer = await this.#put(state);
    const after = answer ?? (this.#mayRead(step) ? await this.#tools.admin.readProduct(seen.id) : undefined);
    if (after === undefined) return;
    this.#expect(seen, state.written, after);
    this.#see(after, state.written);
  }

  async #put(state: State): Promise<LiveProduct | undefined> {
    this.#sent = true;
    const answer = await this.#tools.admin.updateProduct(state.seen, state.written);
    this.#state = answer ? { seen: answer, written: unreadable(answer, state.written) } : state;
    return answer;
  }

  /** Nothing is read while the linked services are without product auth. */
  #mayRead(step: Step): boolean {
    const rest = this.#steps.slice(this.#steps.indexOf(step) + 1);
    return !rest.some(({ action }) => action === 'publish');
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

/** A refusal in the server's own words: the write did not happen. */
function wasRefused(error: unknown): boolean {
  return (
    error instanceof AdminError && error.status !== undefined && error.status >= 400 && error.status < 500
  );
}

const ENDING: ReadonlySet<string> = new Set(['unpublish', 'delete']);
