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
  readonly left: LiveProduct;
  readonly step: Step;
  readonly isNew: boolean;
}

class Run {
  readonly authGaps: AuthGap[] = [];
  bug: unknown;
  readonly #input: ExecuteInput;
  readonly #tools: ChainTools;
  readonly #waiting: PendingChains;
  readonly #places: Slots;
  /** How many chains are running. */
  #running = 0;
  readonly #ended = new Map<string, Outcome>();
  /** The product after the last chain of each, by product id. */
  readonly #written = new Map<string, Written>();
  /** Chains with an unpublish that the server may apply late, with their last step. */
  readonly #late: { readonly runner: ChainRunner; readonly step: Step }[] = [];
  #stoppedBy: string | undefined;
  #wake: () => void = () => undefined;

  constructor(input: ExecuteInput) {
    const { plan, admin, consent, same, now, concurrency } = input;
    this.#input = input;
    this.#waiting = new PendingChains(plan.steps);
    this.#places = new Slots(concurrency);
    const pause: Pause = async (wait) => {
      const waited = this.#places.pause(wait);
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
      left: new Map(),
      ...(concurrency > 1 && { pause }),
    };
  }

  outcomes(): readonly Outcome[] {
    return this.#input.plan.steps.flatMap(({ id }) => this.#ended.get(id) ?? []);
  }

  async finish(): Promise<void> {
    while (this.#waiting.size > 0 || this.#running > 0) {
      this.#skipBlocked();
      this.#startReady();
      if (this.#running > 0) await this.#nextEnd();
      else if (this.#waiting.size > 0)
        this.#breakOff(new Error('the plan waits for a step that it does not have'));
    }
    await this.#recheckUnpublishes();
  }

  /** Resolves when a step or a chain ends: another chain may then be ready. */
  #nextEnd(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #startReady(): void {
    while (this.#places.hasRoom) {
      const steps = this.#waiting.takeReady();
      if (steps === undefined) return;
      this.#running += 1;
      this.#places.take();
      void this.#runChain(steps)
        .catch((error: unknown) => this.#breakOff(error))
        .finally(() => this.#endChain());
      this.#tell();
    }
  }

  #endChain(): void {
    this.#running -= 1;
    this.#places.free();
    this.#wake();
  }

  /** Skips chains that can no longer start, and the chains that wait for them. */
  #skipBlocked(): void {
    const take = () => this.#waiting.takeBlocked(this.#overBecause());
    for (let blocked = take(); blocked.length > 0; blocked = take()) {
      for (const { steps, by } of blocked) for (const step of steps) this.#skip(step, by);
    }
  }

  /** Ends the run cleanly after a bug in adc, which is reported at the end. */
  #breakOff(bug: unknown, step = 'interrupt'): void {
    this.bug ??= bug;
    this.#stoppedBy ??= step;
  }

  #overBecause(): string | undefined {
    return this.#stoppedBy ?? (this.#input.signal?.aborted ? 'interrupt' : undefined);
  }

  async #runChain(steps: StepChain): Promise<void> {
    const runner = new ChainRunner(steps, this.#tools);
    let failed: string | undefined;
    for (const step of steps) {
      const goesOn = runner.mustRepublish || finishesReplacement(steps);
      const blockedBy = failed ?? (goesOn ? undefined : this.#overBecause());
      if (blockedBy !== undefined) this.#skip(step, blockedBy);
      else if (!(await this.#runStep(step, runner))) failed = step.id;
    }
    this.#note(steps, runner, failed);
  }

  /** Notes the result of a chain: how long its services were open, and its product. */
  #note(steps: StepChain, runner: ChainRunner, failed: string | undefined): void {
    const { gapMs, left } = runner;
    const { product } = steps[0] ?? {};
    const last = steps.at(-1);
    if (product === undefined || last === undefined) return;
    if (runner.unpublishMayCome)
      this.#late.push({ runner, step: steps.find(({ id }) => id === failed) ?? last });
    const services = steps.flatMap(({ impact }) => impact.services_without_auth);
    if (gapMs !== undefined) this.authGaps.push({ product: product.name, services, ms: gapMs });
    const done = this.#ended.get(last.id)?.status === 'done';
    if (left && done) this.#written.set(left.id, { left, step: last, isNew: !runner.wasThere });
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

  /** Recovers first, then notes the failure. Returns whether the recovery completed the step. */
  async #recover(step: Step, runner: ChainRunner, error: unknown, ms: () => number): Promise<boolean> {
    const back = await runner.recover(step, error);
    const wrote = runner.mayHaveWritten(error);
    if (error instanceof RunStopped) this.#stoppedBy ??= step.id;
    if (!(error instanceof OperationalError)) this.#breakOff(error, step.id);
    if (back.how === 'published' && (error instanceof AdminError || error instanceof UnverifiedWrite)) {
      this.#end({ step, status: 'done', ms: ms() });
      return true;
    }
    if (back.how === 'as-before') this.#undo(step);
    const refused = error instanceof ConsentExceeded;
    const { message, ...hint } = failureOf(error);
    const failure = { error: message + back.words, ...hint, wrote, refused, stays_off: back.staysOff };
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
      for (const { runner, step } of this.#late) {
        const { how, words, staysOff } = await runner.lookForLateUnpublish();
        if (how !== 'not-needed') this.#amend(step, words, staysOff);
      }
      await this.#finalCheck();
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** Skipped after an interruption, which reports immediately. */
  async #finalCheck(): Promise<void> {
    const { admin, same, concurrency } = this.#input;
    if (this.#overBecause() !== undefined) return;
    const run = limit(concurrency);
    const all = [...this.#written.values()];
    const created = all.filter(({ isNew }) => isNew).map(({ left }) => left);
    const moved = run(() => checkCreated(admin, created));
    const looks = all.map(async ({ left, step, isNew }) => {
      const check = async (): Promise<string | undefined> =>
        this.#overBecause() === undefined ? finalCheck(admin, left, same) : undefined;
      const error = isNew ? (await moved).get(left.id) : await run(check);
      if (error !== undefined) this.#amend(step, error);
    });
    await Promise.all(looks);
  }

  /** Changes an outcome after the step ended: the product is not in the planned state. */
  #amend({ id }: Step, words: string, staysOff?: Outcome['stays_off']): void {
    const outcome = this.#ended.get(id);
    if (outcome === undefined) return;
    const error = outcome.error === undefined ? words.replace(/^; /, '') : `${outcome.error}${words}`;
    this.#ended.set(id, {
      ...outcome,
      status: 'failed',
      error,
      wrote: true,
      stays_off: staysOff ?? outcome.stays_off,
    });
  }

  #skip(step: Step, by: string): void {
    this.#end({ step, status: 'skipped', blocked_by: by, ms: 0 });
  }

  #end(outcome: Outcome): void {
    this.#ended.set(outcome.step.id, outcome);
    this.#waiting.note(outcome);
    this.#tell(outcome);
    this.#wake();
  }

  /** Calls the listener. Its errors end the run cleanly, since it must not be able to break a republish. */
  #tell(outcome?: Outcome): void {
    const { plan, onOutcome, onProgress } = this.#input;
    const all = plan.steps.length;
    const ended = this.#ended.size;
    // A chain whose last step has just ended no longer counts as running.
    const running = Math.min(this.#running, all - ended);
    try {
      if (outcome) onOutcome?.(outcome, ended, all);
      onProgress?.({ ended, running, waiting: all - ended - running });
    } catch (error) {
      this.#breakOff(error, outcome?.step.id);
    }
  }
}

function failureOf(error: unknown): Pick<Outcome, 'hint'> & { readonly message: string } {
  const message = messageOf(error);
  if (!(error instanceof OperationalError)) return { message: `this is a bug in adc: ${message}` };
  return { message, ...(error.hint !== undefined && { hint: error.hint }) };
}
