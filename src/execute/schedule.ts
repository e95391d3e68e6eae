import type { Pause } from '../model/admin.ts';
import type { Outcome, Step } from '../model/plan.ts';

/** Steps of one product that run back to back, in order. */
export type StepChain = readonly Step[];

/**
 * The chains that have not started. Counts the open dependencies of each: a plan may have thousands of steps, and its
 * last deletions wait for all the others.
 */
export class PendingChains {
  readonly #chains = new Map<string, Step[]>();
  /** The chain of each step. */
  readonly #chainOf: ReadonlyMap<string, string>;
  /** The chains that wait for each step. */
  readonly #followers = new Map<string, string[]>();
  /** The number of open dependencies of each chain. */
  readonly #open = new Map<string, number>();
  /** Chains that can start, in the order of the plan. May include chains that were already removed. */
  readonly #ready = { urgent: [] as string[], others: [] as string[] };
  readonly #positions: ReadonlyMap<string, number>;
  readonly #blocked = new Map<string, string>();

  constructor(steps: readonly Step[]) {
    this.#chainOf = new Map(steps.map(({ id, chain }) => [id, chain]));
    for (const step of steps) {
      const chain = this.#chains.get(step.chain);
      if (chain) chain.push(step);
      else this.#add(step);
    }
    this.#positions = new Map([...this.#chains.keys()].map((chain, position) => [chain, position]));
    for (const [chain, open] of this.#open) if (open === 0) this.#makeReady(chain);
  }

  get size(): number {
    return this.#chains.size;
  }

  /** Notes the outcome of a step, after which chains may be ready or blocked. */
  note({ step, status }: Outcome): void {
    for (const chain of this.#followers.get(step.id) ?? []) {
      if (status === 'done') this.#countDown(chain);
      else if (!this.#blocked.has(chain)) this.#blocked.set(chain, step.id);
    }
  }

  /**
   * Removes and returns the first chain that can start. A chain whose product is or will be missing on the portal comes
   * before the others.
   */
  takeReady(): StepChain | undefined {
    for (const queue of [this.#ready.urgent, this.#ready.others]) {
      for (let chain = queue.shift(); chain !== undefined; chain = queue.shift()) {
        if (this.#chains.has(chain)) return this.#take(chain);
      }
    }
    return undefined;
  }

  /**
   * Removes and returns all chains that can no longer start, each with the reason: the id of a step, or `endReason`.
   * @param endReason the reason why the run ended; undefined if it goes on.
   */
  takeBlocked(endReason: string | undefined): readonly { readonly steps: StepChain; readonly by: string }[] {
    const all = endReason === undefined ? [...this.#blocked.keys()] : [...this.#chains.keys()];
    const blocked = all.flatMap((chain) => {
      const steps = this.#chains.get(chain) ?? [];
      const by = this.#blocked.get(chain) ?? (this.#isCommitted(steps) ? undefined : endReason);
      return by === undefined ? [] : [{ chain, by }];
    });
    return blocked.map(({ chain, by }) => ({ steps: this.#take(chain), by }));
  }

  #add(first: Step): void {
    const after = new Set(first.after);
    this.#chains.set(first.chain, [first]);
    this.#open.set(first.chain, after.size);
    for (const id of after) {
      const followers = this.#followers.get(id);
      if (followers) followers.push(first.chain);
      else this.#followers.set(id, [first.chain]);
    }
  }

  #countDown(chain: string): void {
    const open = (this.#open.get(chain) ?? 0) - 1;
    this.#open.set(chain, open);
    if (open === 0) this.#makeReady(chain);
  }

  #makeReady(chain: string): void {
    const queue = isUrgent(this.#chains.get(chain) ?? []) ? this.#ready.urgent : this.#ready.others;
    const position = this.#positionOf(chain);
    const before = queue.findLastIndex((other) => this.#positionOf(other) < position);
    queue.splice(before + 1, 0, chain);
  }

  #positionOf(chain: string): number {
    return this.#positions.get(chain) ?? 0;
  }

  #take(chain: string): StepChain {
    const steps = this.#chains.get(chain) ?? [];
    this.#chains.delete(chain);
    this.#blocked.delete(chain);
    return steps;
  }

  /** Whether a chain starts even after the run ended: a replacement whose old product was already changed. */
  #isCommitted(steps: StepChain): boolean {
    const after = steps[0]?.after ?? [];
    return finishesReplacement(steps) && after.every((id) => !this.#chains.has(this.#chainOf.get(id) ?? ''));
  }
}

/**
 * Whether a chain creates a product again after its deletion for another type: until then, it is missing on the
 * portal.
 */
export function finishesReplacement([first]: StepChain): boolean {
  return first?.action === 'create' && first.reason === 'type-is-immutable';
}

function isUrgent(steps: StepChain): boolean {
  return (
    finishesReplacement(steps) || (steps[0]?.action === 'unpublish' && steps.at(-1)?.action === 'publish')
  );
}

/**
 * Maximum number of started products while some of them pause: the read that they wait for shows no more products.
 */
const MAX_BEGUN = 80;

/** A limit on concurrent work. A paused worker frees its slot for others, and continues before new ones start. */
export class Slots {
  readonly #most: number;
  readonly #returning: (() => void)[] = [];
  #taken = 0;
  #paused = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get hasRoom(): boolean {
    const isCrowded = this.#paused > 0 && this.#taken + this.#paused >= MAX_BEGUN;
    return this.#taken < this.#most && !isCrowded;
  }

  take(): void {
    this.#taken += 1;
  }

  free(): void {
    const next = this.#returning.shift();
    if (next) next();
    else this.#taken -= 1;
  }

  readonly pause: Pause = async (wait) => {
    this.#paused += 1;
    this.free();
    try {
      return await wait();
    } finally {
      if (this.#taken < this.#most) this.take();
      else await new Promise<void>((resolve) => this.#returning.push(resolve));
      this.#paused -= 1;
    }
  };
}
