/** Runs a task as soon as there is room, and gives what it gives. An urgent one goes before all that are not. */
export type Limit = <Result>(task: () => Promise<Result>, urgent?: boolean) => Promise<Result>;

/** Lets at most `atMost` tasks run at a time; the others wait their turn, first come, first served. */
export function limit(atMost: number): Limit {
  return new AdaptiveLimit(atMost).run;
}

/**
 * A limit that gives way: each sign of too much halves the number of tasks at a time, down to one, and a full round of
 * tasks that went well adds one, up to `atMost`. Signs that belong to one round count once, or the tasks that were already
 * under way would bring it down to one at a stroke.
 */
export class AdaptiveLimit {
  readonly #atMost: number;
  readonly #waiting = { urgent: [] as (() => void)[], others: [] as (() => void)[] };
  #allowed: number;
  #running = 0;
  /** How many tasks have to end before the next sign counts, and how many went well since the number was last changed. */
  #deaf = 0;
  #well = 0;

  constructor(atMost: number) {
    this.#atMost = atMost;
    this.#allowed = atMost;
  }

  /** How many tasks may run at a time now. */
  get allowed(): number {
    return this.#allowed;
  }

  readonly run: Limit = async (task, urgent = false) => {
    await this.#enter(urgent);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  };

  /** Something went wrong that fewer tasks at a time might have spared. */
  tooMuch(): void {
    this.#well = 0;
    if (this.#deaf > 0) return;
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#deaf = this.#running;
  }

  /** Something went well. */
  wentWell(): void {
    this.#well += 1;
    if (this.#well < this.#allowed || this.#allowed >= this.#atMost) return;
    this.#well = 0;
    this.#allowed += 1;
    this.#admit();
  }

  async #enter(urgent: boolean): Promise<void> {
    if (this.#running < this.#allowed) this.#running += 1;
    else {
      const queue = urgent ? this.#waiting.urgent : this.#waiting.others;
      await new Promise<void>((resolve) => queue.push(resolve));
    }
  }

  #leave(): void {
    this.#running -= 1;
    this.#deaf = Math.max(0, this.#deaf - 1);
    this.#admit();
  }

  /** Places are taken in the name of those who waited, so that nobody who comes in between can take them. */
  #admit(): void {
    while (this.#running < this.#allowed) {
      const next = this.#waiting.urgent.shift() ?? this.#waiting.others.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }
}
