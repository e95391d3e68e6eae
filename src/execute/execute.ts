import { limit } from '../lib/limit.ts';
import type { Admin, Pause } from '../model/admin.ts';
import type { Consent } from '../model/consent.ts';
import { AdminError, messageOf, OperationalError } from '../model/errors.ts';
import type { LiveProduct } from '../model/live.ts';
import type { AuthGap, Outcome, Step, WritablePlan } from '../model/plan.ts';
import { Budget } from './budget.ts';
import { ConsentExceeded, RunStopped, UnverifiedWrite } from './failures.ts';
import { ChainRunner, type ChainTools } from './run-chain.ts';
import { Slots, finishesReplacement, PendingChains, type StepChain } from './schedule.ts';
import { finalCheck, checkCreated, type SameField } from './verify.ts';

export interface ExecuteInput {
  readonly plan: WritablePlan;
  readonly admin: Admin;
  readonly consent: Consent;
  readonly same: SameField;
  /** Number of products changed concurrently; the client also limits requests. */
  readonly concurrency: number;
  /** Ends the run after the current republish or replacement (docs/design/contract.md §7). */
  readonly signal?: AbortSignal | undefined;
  /** Called as each step ends, in the order in which they end. */
  readonly onOutcome?: ((outcome: Outcome, ended: number, all: number) => void) | undefined;
  /** Called whenever a step has begun or ended. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** The number of steps in each state. */
export interface Progress {
  readonly ended: number;
  readonly running: number;
  readonly waiting: number;
}

export interface Execution {
  /** One outcome for each step, in the order of the plan. */
  readonly outcomes: readonly Outcome[];
  /** The milliseconds for which services of republished products were without product auth. */
  readonly authGaps: readonly AuthGap[];
  /** A thrown value other than OperationalError: a bug in adc. The run still ended cleanly. */
  readonly bug?: unknown;
}

/**
 * Applies a plan: chains in parallel, the steps of a chain one after another (docs/design/contract.md §7). Never
 * throws, neither for a failed step nor for a bug, so that no product stays unpublished and every change is reported.
 */
export async function execute(input: ExecuteInput): Promise<Execution> {
  const run = new Run(input);
  await run.finish();
  return { outcomes: run.outcomes(), authGaps: run.authGaps, ...(run.bug !== undefined && { bug: run.bug }) };
}

/** The product after a completed chain, and the last step. */
interface Written {
  readonly after: LiveProduct;
  readonly step: Step;
  readonly isNew: boolean;
}

class Run {
  readonly authGaps: AuthGap[] = [];
  bug: unknown;
  readonly #input: ExecuteInput;
  readonly #tools: ChainTools;
  readonly #pending: PendingChains;
  readonly #slots: Slots;
  /** How many chains are running. */
  #running = 0;
  readonly #ended = new Map<string, Outcome>();
  /** The last completed chain of each product, by product id. */
  readonly #written = new Map<string, Written>();
  /** Chains with an unpublish that the server may apply late, with the step to report it at. */
  readonly #lateUnpublishes: { readonly runner: ChainRunner; readonly step: Step }[] = [];
  #stoppedBy: string | undefined;
  #wake: () => void = () => undefined;

  constructor(input: ExecuteInput) {
    const { plan, admin, consent, same, now, concurrency } = input;
    this.#input = input;
    this.#pending = new PendingChains(plan.steps);
    this.#slots = new Slots(concurrency);
    const pause: Pause = async (wait) => {
      const waited = this.#slots.pause(wait);
      this.#wake();
      return waited;
    };
    this.#tools = {
      admin,
      same,
      now,
      budget: new Budget(consent),
      consentNames: new Map(plan.products.map(({ id, names }) => [id, names])),
      fingerprints: new Map(plan.products.map(({ id, fingerprint }) => [id, fingerprint])),
      writtenProducts: new Map(),
      ...(concurrency > 1 && { pause }),
    };
  }

  outcomes(): readonly Outcome[] {
    return this.#input.plan.steps.flatMap(({ id }) => this.#ended.get(id) ?? []);
  }

  async finish(): Promise<void> {
    while (this.#pending.size > 0 || this.#running > 0) {
      this.#skipBlocked();
      this.#startReady();
      if (this.#running > 0) await this.#nextEnd();
      else if (this.#pending.size > 0)
        this.#abort(new Error('the plan waits for a step that it does not have'));
    }
    await this.#recheckUnpublishes();
  }

  /** Resolves when a step or a chain ends, after which another chain may be ready. */
  #nextEnd(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #startReady(): void {
    while (this.#slots.hasRoom) {
      const steps = this.#pending.takeReady();
      if (steps === undefined) return;
      this.#running += 1;
      this.#slots.take();
      void this.#runChain(steps)
        .catch((error: unknown) => this.#abort(error))
        .finally(() => this.#endChain());
      this.#report();
    }
  }

  #endChain(): void {
    this.#running -= 1;
    this.#slots.free();
    this.#wake();
  }

  /** Skips chains that can no longer start, and the chains that wait for them. */
  #skipBlocked(): void {
    const take = () => this.#pending.takeBlocked(this.#endReason());
    for (let blocked = take(); blocked.length > 0; blocked = take()) {
      for (const { steps, by } of blocked) for (const step of steps) this.#skip(step, by);
    }
  }

  /** Ends the run cleanly after a bug in adc, which is reported at the end. */
  #abort(bug: unknown, step = 'interrupt'): void {
    this.bug ??= bug;
    this.#stoppedBy ??= step;
  }

  #endReason(): string | undefined {
    return this.#stoppedBy ?? (this.#input.signal?.aborted ? 'interrupt' : undefined);
  }

  async #runChain(steps: StepChain): Promise<void> {
    const runner = new ChainRunner(steps, this.#tools);
    let failed: string | undefined;
    for (const step of steps) {
      const mustContinue = runner.mustRepublish || finishesReplacement(steps);
      const blockedBy = failed ?? (mustContinue ? undefined : this.#endReason());
      if (blockedBy !== undefined) this.#skip(step, blockedBy);
      else if (!(await this.#runStep(step, runner))) failed = step.id;
    }
    this.#noteChain(steps, runner, failed);
  }

  /** Notes the result of a chain: the time in which its services were open, and its product. */
  #noteChain(steps: StepChain, runner: ChainRunner, failed: string | undefined): void {
    const { gapMs, after } = runner;
    const { product } = steps[0] ?? {};
    const last = steps.at(-1);
    if (product === undefined || last === undefined) return;
    if (runner.mayUnpublishLate)
      this.#lateUnpublishes.push({ runner, step: steps.find(({ id }) => id === failed) ?? last });
    const services = steps.flatMap(({ impact }) => impact.services_without_auth);
    if (gapMs !== undefined) this.authGaps.push({ product: product.name, services, ms: gapMs });
    const done = this.#ended.get(last.id)?.status === 'done';
    if (after && done) this.#written.set(after.id, { after, step: last, isNew: !runner.existedBefore });
    else if (product.id !== undefined) this.#written.delete(product.id);
  }

  async #runStep(step: Step, runner: ChainRunner): Promise<boolean> {
    const start = this.#input.now();
    const ms = (): number => this.#input.now() - start;
    try {
      await runner.run(step);
    } catch (error) {
      return this.#recover(step, runner, error, ms);
    }
    this.#end({ step, status: 'done', ms: ms() });
    return true;
  }

  /** Recovers the product before it notes the failure. Returns whether the recovery completed the step. */
  async #recover(step: Step, runner: ChainRunner, error: unknown, ms: () => number): Promise<boolean> {
    const { result, clause, staysUnpublished } = await runner.recover(step, error);
    const wrote = runner.mayHaveWritten(error);
    if (error instanceof RunStopped) this.#stoppedBy ??= step.id;
    if (!(error instanceof OperationalError)) this.#abort(error, step.id);
    if (result === 'published' && (error instanceof AdminError || error instanceof UnverifiedWrite)) {
      this.#end({ step, status: 'done', ms: ms() });
      return true;
    }
    if (result === 'as-before') this.#undo(step);
    const refused = error instanceof ConsentExceeded;
    const { message, ...hint } = failureOf(error);
    const failure = { error: message + clause, ...hint, wrote, refused, stays_unpublished: staysUnpublished };
    this.#end({ step, status: 'failed', ...failure, ms: ms() });
    return false;
  }

  /** Marks an update as failed that the recovery has undone. */
  #undo(failed: Step): void {
    for (const { step, status, ms } of this.#ended.values()) {
      const undone = step.chain === failed.chain && step.action === 'update' && status === 'done';
      const error = 'it was undone, because the product could not be published with it';
      if (undone) this.#ended.set(step.id, { step, status: 'failed', error, wrote: true, ms });
    }
  }

  /**
   * Publishes products again that a late unpublish has unpublished, and reports writes of other clients over those of
   * this run.
   */
  async #recheckUnpublishes(): Promise<void> {
    try {
      for (const { runner, step } of this.#lateUnpublishes) {
        const { result, clause, staysUnpublished } = await runner.undoLateUnpublish();
        if (result !== 'not-needed') this.#amend(step, clause, staysUnpublished);
      }
      await this.#finalCheck();
    } catch (error) {
      this.#abort(error);
    }
  }

  /** Skipped after an interruption, which reports immediately. */
  async #finalCheck(): Promise<void> {
    const { admin, same, concurrency } = this.#input;
    if (this.#endReason() !== undefined) return;
    const run = limit(concurrency);
    const all = [...this.#written.values()];
    const created = all.filter(({ isNew }) => isNew).map(({ after }) => after);
    const changes = run(() => checkCreated(admin, created));
    const checks = all.map(async ({ after, step, isNew }) => {
      const check = async (): Promise<string | undefined> =>
        this.#endReason() === undefined ? finalCheck(admin, after, same) : undefined;
      const error = isNew ? (await changes).get(after.id) : await run(check);
      if (error !== undefined) this.#amend(step, error);
    });
    await Promise.all(checks);
  }

  /** Changes an outcome after the step ended: the product is not in the planned state. */
  #amend({ id }: Step, clause: string, staysUnpublished?: Outcome['stays_unpublished']): void {
    const outcome = this.#ended.get(id);
    if (outcome === undefined) return;
    const error = outcome.error === undefined ? clause.replace(/^; /, '') : `${outcome.error}${clause}`;
    this.#ended.set(id, {
      ...outcome,
      status: 'failed',
      error,
      wrote: true,
      stays_unpublished: staysUnpublished ?? outcome.stays_unpublished,
    });
  }

  #skip(step: Step, by: string): void {
    this.#end({ step, status: 'skipped', blocked_by: by, ms: 0 });
  }

  #end(outcome: Outcome): void {
    this.#ended.set(outcome.step.id, outcome);
    this.#pending.note(outcome);
    this.#report(outcome);
    this.#wake();
  }

  /** Calls the listener. Its errors end the run cleanly, since it must not be able to break a republish. */
  #report(outcome?: Outcome): void {
    const { plan, onOutcome, onProgress } = this.#input;
    const all = plan.steps.length;
    const ended = this.#ended.size;
    // A chain whose last step has just ended no longer counts as running.
    const running = Math.min(this.#running, all - ended);
    try {
      if (outcome) onOutcome?.(outcome, ended, all);
      onProgress?.({ ended, running, waiting: all - ended - running });
    } catch (error) {
      this.#abort(error, outcome?.step.id);
    }
  }
}

function failureOf(error: unknown): Pick<Outcome, 'hint'> & { readonly message: string } {
  const message = messageOf(error);
  if (!(error instanceof OperationalError)) return { message: `this is a bug in adc: ${message}` };
  return { message, ...(error.hint !== undefined && { hint: error.hint }) };
}
