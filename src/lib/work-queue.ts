/** The outcome of an item. */
type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * Works on items, each once and in order, at most `atOnce` at a time. Only the item waits, since a waiting promise
 * would take several kilobytes.
 */
export class WorkQueue<Item extends { readonly id: string }, Result> {
  readonly #work: (item: Item) => Promise<Result>;
  readonly #atOnce: number;
  readonly #known = new Set<string>();
  #waiting: Item[] = [];
  #taken = 0;
  #running = 0;
  readonly #outcomes = new Map<string, Outcome<Result>>();
  #onOutcome: (id: string, outcome: Outcome<Result>) => void = () => undefined;

  constructor(work: (item: Item) => Promise<Result>, atOnce: number) {
    this.#work = work;
    this.#atOnce = atOnce;
  }

  /** Handles an item as soon as there is room. A failure is reported only to callers that ask for the item. */
  begin(item: Item): void {
    if (this.#known.has(item.id)) return;
    this.#known.add(item.id);
    this.#waiting.push(item);
    if (this.#running < this.#atOnce) void this.#run();
  }

  /** The results of these items, after all have ended. Call it once. @throws the error of the first failed item. */
  async results(items: readonly Item[]): Promise<readonly Result[]> {
    for (const item of items) this.begin(item);
    const missing = new Set(items.map(({ id }) => id));
    await new Promise<void>((done, fail) => {
      this.#onOutcome = (id, outcome) => {
        if (!missing.delete(id)) return;
        if ('error' in outcome) this.#give(fail, outcome.error);
        else if (missing.size === 0) done();
      };
      if (missing.size === 0) done();
      for (const [id, outcome] of this.#outcomes) this.#onOutcome(id, outcome);
    });
    return items.map(({ id }) => resultOf(this.#outcomes.get(id)));
  }

  /** Waiting items no longer start. */
  #give(fail: (error: unknown) => void, error: unknown): void {
    this.#waiting = [];
    fail(error);
  }

  async #run(): Promise<void> {
    this.#running += 1;
    for (let item = this.#next(); item !== undefined; item = this.#next()) {
      const outcome = await this.#outcomeOf(item);
      this.#outcomes.set(item.id, outcome);
      this.#onOutcome(item.id, outcome);
    }
    this.#running -= 1;
  }

  #next(): Item | undefined {
    const next = this.#waiting[this.#taken];
    if (next !== undefined) this.#taken += 1;
    return next;
  }

  async #outcomeOf(item: Item): Promise<Outcome<Result>> {
    try {
      return { result: await this.#work(item) };
    } catch (error) {
      return { error };
    }
  }
}

function resultOf<Result>(outcome: Outcome<Result> | undefined): Result {
  if (outcome && 'result' in outcome) return outcome.result;
  throw new Error('an item has no result');
}
