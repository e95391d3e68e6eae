import type { Admin } from '../model/admin.ts';
import type { Consent } from '../model/consent.ts';
import { OperationalError } from '../model/errors.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Step } from '../model/plan.ts';
import { Budget } from './budget.ts';
import { ConsentExceeded, RunStopped } from './failures.ts';
import { ChainRunner, type ChainTools } from './run-chain.ts';
import type { SameField } from './verify.ts';

export interface ExecuteInput {
  readonly plan: Plan;
  readonly admin: Admin;
  readonly consent: Consent;
  readonly same: SameField;
  /** How many products are worked on at once; the client limits requests as well. */
  readonly concurrency: number;
  /** Ends the run after the republish in hand (contract §7). */
  readonly signal?: AbortSignal;
  /** Called as each step ends, in the order in which they end. */
  readonly onOutcome?: (outcome: Outcome, ended: number, all: number) => void;
  /** Milliseconds since some point; a monotonic clock. */
  readonly now: () => number;
}

export interface Execution {
  /** One outcome a step, in the order of the plan. */
  readonly outcomes: readonly Outcome[];
  /** How long the services of a republished product were without product auth, in milliseconds. */
  readonly authGaps: readonly AuthGap[];
}

export interface AuthGap {
  readonly product: string;
  readonly services: readonly string[];
  readonly ms: number;
}

/** Carries out a plan: chains side by side, the steps of a chain back to back (contract §7). Never throws for a failed step. */
export async function execute(input: ExecuteInput): Promise<Execution> {
  const run = new Run(input);
  await run.finish();
  return { outcomes: run.outcomes(), authGaps: run.authGaps };
}

class Run {
  readonly authGaps: AuthGap[] = [];
  readonly #input: ExecuteInput;
  readonly #tools: ChainTools;
  readonly #waiting: Map<string, readonly Step[]>;
  readonly #running = new Set<Promise<void>>();
  readonly #ended = new Map<string, Outcome>();
  #stoppedBy: string | undefined;
  #wake: () => void = () => undefined;

  constructor(input: ExecuteInput) {
    const { plan, admin, consent, same, now } = input;
    this.#input = input;
    this.#waiting = chains(plan.steps);
    const fingerprints = new Map(plan.products.map((product) => [product.id, product.fingerprint]));
    this.#tools = { admin, same, now, budget: new Budget(consent.subscriptionLoss), fingerprints };
  }

  outcomes(): readonly Outcome[] {
    return this.#input.plan.steps.flatMap(({ id }) => this.#ended.get(id) ?? []);
  }

  async finish(): Promise<void> {
    while (this.#waiting.size > 0 || this.#running.size > 0) {
      this.#skipBlocked();
      this.#startReady();
      if (this.#running.size > 0) await this.#nextEnd();
    }
  }

  /** Resolves when a step has ended: another chain may be ready then. */
  #nextEnd(): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([woken, ...this.#running]);
  }

  #startReady(): void {
    const ready = [...this.#waiting].filter(([, steps]) => this.#isReady(steps)).toSorted(republishesFirst);
    const free = this.#input.concurrency - this.#running.size;
    for (const [chain, steps] of ready.slice(0, Math.max(0, free))) {
      this.#waiting.delete(chain);
      const done: Promise<void> = this.#runChain(steps).finally(() => this.#running.delete(done));
      this.#running.add(done);
    }
  }

  #isReady([first]: readonly Step[]): boolean {
    return first?.after.every((id) => this.#ended.get(id)?.status === 'done') ?? false;
  }

  /** Chains that can't start any more: something that they waited for did not happen, or the run is over. */
  #skipBlocked(): void {
    for (let blocked = this.#blocked(); blocked.length > 0; blocked = this.#blocked()) {
      for (const [chain, steps, by] of blocked) {
        this.#waiting.delete(chain);
        for (const step of steps) this.#skip(step, by);
      }
    }
  }

  #blocked(): readonly (readonly [string, readonly Step[], string])[] {
    return [...this.#waiting].flatMap(([chain, steps]) => {
      const by = this.#overBecause() ?? steps[0]?.after.find((id) => isUndone(this.#ended.get(id)));
      return by === undefined ? [] : [[chain, steps, by] as const];
    });
  }

  #overBecause(): string | undefined {
    return this.#stoppedBy ?? (this.#input.signal?.aborted ? 'interrupt' : undefined);
  }

  async #runChain(steps: readonly Step[]): Promise<void> {
    const runner = new ChainRunner(steps, this.#tools);
    let failed: string | undefined;
    for (const step of steps) {
      const blockedBy = failed ?? (runner.isInWindow ? undefined : this.#overBecause());
      if (blockedBy !== undefined) this.#skip(step, blockedBy);
      else if (!(await this.#runStep(step, runner))) failed = step.id;
    }
    const services = steps.flatMap(({ impact }) => impact.services_without_auth);
    if (runner.gapMs > 0)
      this.authGaps.push({ product: steps[0]?.product.name ?? '', services, ms: runner.gapMs });
  }

  async #runStep(step: Step, runner: ChainRunner): Promise<boolean> {
    const start = this.#input.now();
    const ms = (): number => this.#input.now() - start;
    try {
      await runner.run(step);
      this.#end({ step, status: 'done', ms: ms() });
      return true;
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      if (error instanceof RunStopped) this.#stoppedBy = step.id;
      const wrote = runner.mayHaveWritten(error);
      const refused = error instanceof ConsentExceeded;
      const message = error.message + (await runner.recover(step, error));
      this.#end({ step, status: 'failed', error: message, ms: ms(), wrote, refused });
      return false;
    }
  }

  #skip(step: Step, by: string): void {
    this.#end({ step, status: 'skipped', blocked_by: by, ms: 0 });
  }

  #end(outcome: Outcome): void {
    this.#ended.set(outcome.step.id, outcome);
    this.#input.onOutcome?.(outcome, this.#ended.size, this.#input.plan.steps.length);
    this.#wake();
  }
}

function chains(steps: readonly Step[]): Map<string, readonly Step[]> {
  const found = new Map<string, Step[]>();
  for (const step of steps) {
    const chain = found.get(step.chain);
    if (chain) chain.push(step);
    else found.set(step.chain, [step]);
  }
  return found;
}

/** Off the portal and on again: the steps between which linked services have no product auth. */
function isRepublish(steps: readonly Step[]): boolean {
  return steps[0]?.action === 'unpublish' && steps.at(-1)?.action === 'publish';
}

function republishesFirst(
  [, a]: readonly [string, readonly Step[]],
  [, b]: readonly [string, readonly Step[]],
): number {
  return Number(isRepublish(b)) - Number(isRepublish(a));
}

function isUndone(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'failed' || outcome?.status === 'skipped';
}
