/** Runs a task as soon as there is room, and gives what it gives. An urgent one goes before all that are not. */
export type Limit = <Result>(task: () => Promise<Result>, urgent?: boolean) => Promise<Result>;

/** Lets at most `atMost` tasks run at a time; the others wait their turn, first come, first served. */
export function limit(atMost: number): Limit {
  return new AdaptiveLimit(atMost).run;
}

/** How a task comes to its place: a returning one has it already, and was only away for a while. */
type Kind = 'urgent' | 'returning' | 'others';

/**
 * A limit that gives way: each sign of too much halves the number of tasks at a time, down to one, and a full round of
 * tasks that went well adds one, up to `atMost`. Signs that belong to one round count once, or the tasks that were already
 * under way would bring it down to one at a stroke.
 *
 * A task that pauses keeps its place, so that no other takes up what was too much; but urgent ones pass all that pause, and
 * give no way. More than `atMost` are never under way.
 */
export class AdaptiveLimit {
  readonly #atMost: number;
  readonly #waiting: Readonly<Record<Kind, (() => void)[]>> = { urgent: [], returning: [], others: [] };
  #allowed: number;
  /** Places that are taken, and those of them whose tasks are under way. */
  #taken = 0;
  #underWay = 0;
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
    await this.#enter(urgent ? 'urgent' : 'others');
    try {
      return await task();
    } finally {
      this.#taken -= 1;
      this.#underWay -= 1;
      this.#deaf = Math.max(0, this.#deaf - 1);
      this.#admit();
    }
  };

  /** Lets a running task wait for something else than its own work. */
  async pause<Result>(wait: () => Promise<Result>): Promise<Result> {
    this.#underWay -= 1;
    this.#admit();
    try {
      return await wait();
    } finally {
      await this.#enter('returning');
    }
  }

  /** Something went wrong that fewer tasks at a time might have spared. */
  tooMuch(): void {
    this.#well = 0;
    if (this.#deaf > 0) return;
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#deaf = this.#taken;
  }

  /** Something went well. */
  wentWell(): void {
    this.#well += 1;
    if (this.#well < this.#allowed || this.#allowed >= this.#atMost) return;
    this.#well = 0;
    this.#allowed += 1;
    this.#admit();
  }

  async #enter(kind: Kind): Promise<void> {
    if (this.#hasRoom(kind)) this.#take(kind);
    else await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
  }

  #hasRoom(kind: Kind): boolean {
    return this.#underWay < this.#atMost && (kind !== 'others' || this.#taken < this.#allowed);
  }

  #take(kind: Kind): void {
    this.#underWay += 1;
    if (kind !== 'returning') this.#taken += 1;
  }

  /** Places are taken in the name of those who waited, so that nobody who comes in between can take them. */
  #admit(): void {
    for (const kind of ['urgent', 'returning', 'others'] as const) {
      while (this.#hasRoom(kind)) {
        const next = this.#waiting[kind].shift();
        if (next === undefined) break;
        this.#take(kind);
        next();
      }
    }
  }
}
