/** Runs a task as soon as the limit allows it, and returns its result. Urgent tasks run first. */
export type Limit = <Result>(task: () => Promise<Result>, urgent?: boolean) => Promise<Result>;

/** Lets at most `atMost` tasks run at a time; the others wait in order. */
export function limit(atMost: number): Limit {
  return new AdaptiveLimit(atMost).run;
}

/** The kinds of waiting tasks. A returning task kept its place during a pause. */
type Kind = 'urgent' | 'returning' | 'others';

/** The range for the number of concurrent tasks. */
export interface Room {
  /** The initial number. If it is less than `most`, the number adapts to the duration of tasks. */
  readonly start: number;
  readonly most: number;
}

/** The default number of requests in flight: 10 at first, then as many as the server can handle. */
export const ADAPTIVE: Room = { start: 10, most: 64 };

/** The minimum after slow responses, and the number of urgent tasks that may always run. */
const FLOOR = 5;

/**
 * An adaptive limit of concurrent tasks. Each sign of overload halves the limit, down to one. A round of successful
 * tasks adds one, up to the maximum. The signs of one round count once: otherwise the running tasks would reduce the
 * limit to one immediately. A limit that starts below its maximum doubles with each round until the first sign of
 * overload.
 *
 * A paused task keeps its place, so that no other task adds to the overload. Only urgent tasks may run instead of it.
 * The number of running tasks never exceeds the maximum.
 */
export class AdaptiveLimit {
  readonly #room: Room;
  readonly #waiting: Readonly<Record<Kind, (() => void)[]>> = { urgent: [], returning: [], others: [] };
  readonly #latency: Latency | undefined;
  #allowed: number;
  #startsSlowly: boolean;
  /** Numbers of started tasks and of running tasks: paused tasks are started, but not running. */
  #started = 0;
  #running = 0;
  /** Number of tasks that must end before the next sign counts, and of successes since the last change. */
  #stale = 0;
  #successes = 0;

  constructor(room: number | Room) {
    this.#room = typeof room === 'number' ? { start: room, most: room } : room;
    const { start, most } = this.#room;
    this.#allowed = start;
    this.#startsSlowly = start < most;
    this.#latency = start < most ? new Latency() : undefined;
  }

  /** The current number of concurrent tasks. */
  get allowed(): number {
    return this.#allowed;
  }

  readonly run: Limit = async (task, urgent = false) => {
    await this.#enter(urgent ? 'urgent' : 'others');
    try {
      return await task();
    } finally {
      this.#started -= 1;
      this.#running -= 1;
      this.#stale = Math.max(0, this.#stale - 1);
      this.#admit();
    }
  };

  /** Pauses a running task while it waits. */
  async pause<Result>(wait: () => Promise<Result>): Promise<Result> {
    this.#running -= 1;
    this.#admit();
    try {
      return await wait();
    } finally {
      await this.#enter('returning');
    }
  }

  /** Reports a failure that fewer concurrent tasks might have prevented. */
  reportOverload(): void {
    this.#successes = 0;
    this.#halve(1);
  }

  /** Reports a success. @param kind of the task @param ms its duration, for a limit that adapts to it */
  reportSuccess(kind = '', ms = 0): void {
    const load = this.#stale > 0 ? 'room' : this.#loadAfter(kind, ms);
    if (load === 'room') this.#grow();
  }

  #loadAfter(kind: string, ms: number): Load {
    if (this.#latency === undefined) return 'room';
    const load = this.#latency.note(kind, ms);
    if (this.#latency.size < this.#allowed) return load;
    const roundLoad = this.#latency.endRound();
    if (roundLoad === 'overloaded') this.#halve(FLOOR);
    return roundLoad;
  }

  #halve(least: number): void {
    this.#startsSlowly = false;
    if (this.#stale > 0) return;
    this.#allowed = Math.max(Math.min(least, this.#allowed), Math.floor(this.#allowed / 2));
    this.#stale = this.#started;
    this.#latency?.forget();
  }

  /** Grows beyond the start only if the limit is fully used: only then do successes show that the server can handle it. */
  #grow(): void {
    const { start, most } = this.#room;
    if (this.#allowed >= most || (this.#allowed >= start && this.#started < this.#allowed)) return;
    this.#successes += 1;
    if (!this.#startsSlowly && this.#successes < this.#allowed) return;
    this.#successes = 0;
    this.#allowed += 1;
    this.#admit();
  }

  async #enter(kind: Kind): Promise<void> {
    if (this.#hasRoom(kind)) this.#start(kind);
    else await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
  }

  #hasRoom(kind: Kind): boolean {
    const { most } = this.#room;
    if (kind === 'others') return this.#running < most && this.#started < this.#allowed;
    return this.#running < Math.min(most, kind === 'urgent' ? Math.max(this.#allowed, FLOOR) : most);
  }

  #start(kind: Kind): void {
    this.#running += 1;
    if (kind !== 'returning') this.#started += 1;
  }

  /** Starts waiting tasks while the limit allows it, so that no later task can start before them. */
  #admit(): void {
    for (const kind of ['urgent', 'returning', 'others'] as const) {
      while (this.#hasRoom(kind)) {
        const next = this.#waiting[kind].shift();
        if (next === undefined) break;
        this.#start(kind);
        next();
      }
    }
  }
}

/** Milliseconds of delay with other causes than the server. */
const SLACK_MS = 10;
/** From these multiples of the usual time, the server may queue requests (full), or certainly does (overloaded). */
const SLOWER = 1.5;
const SLOW = 2;
/** If halving the number of requests does not reduce the latency below this factor, their number is not the cause. */
const UNCHANGED = 0.8;

/** The load that response times show: the server has room, is at its limit, or is overloaded. */
export type Load = 'room' | 'full' | 'overloaded';

/** Durations of a kind of request: the shortest one so far, and the sum and number in the current round. */
interface Times {
  usual: number;
  total: number;
  count: number;
}

/**
 * Detects from response times whether a server queues requests. It compares only requests of the same kind: a page of a
 * list takes longer than a product.
 */
class Latency {
  readonly #kinds = new Map<string, Times>();
  #loads: Record<Load, number> = { room: 0, full: 0, overloaded: 0 };
  /** The slowness when the number of requests was last halved; 1 is the usual time. */
  #halvedAt: number | undefined;

  /** Notes the time of one response, in milliseconds. */
  note(kind: string, ms: number): Load {
    const times = this.#kinds.get(kind) ?? { usual: ms, total: 0, count: 0 };
    this.#kinds.set(kind, times);
    times.usual = Math.min(times.usual, ms);
    times.total += ms;
    times.count += 1;
    const load = loadOf(ms, times.usual);
    this.#loads[load] += 1;
    return load;
  }

  /** Number of responses in the current round. */
  get size(): number {
    const { room, full, overloaded } = this.#loads;
    return room + full + overloaded;
  }

  /** Ends the round. After `overloaded` the caller halves the number of requests. */
  endRound(): Load {
    const isSlow = this.#loads.overloaded * 2 > this.size;
    const slowness = this.#slowness();
    const isImproved = this.#halvedAt === undefined || slowness < this.#halvedAt * UNCHANGED;
    if (isSlow && !isImproved) this.#learn();
    const load = isSlow && isImproved ? 'overloaded' : this.#loads.full > this.#loads.room ? 'full' : 'room';
    this.#halvedAt = load === 'overloaded' ? slowness : undefined;
    this.forget();
    return load;
  }

  /** Deletes the durations of the current round. */
  forget(): void {
    this.#loads = { room: 0, full: 0, overloaded: 0 };
    for (const times of this.#kinds.values()) [times.total, times.count] = [0, 0];
  }

  /** Makes the current durations the usual ones, if the server is slower regardless of the number of requests. */
  #learn(): void {
    for (const times of this.#kinds.values()) {
      if (times.count > 0) times.usual = times.total / times.count;
    }
  }

  /** The duration of the responses of this round, as a multiple of the usual time. */
  #slowness(): number {
    const used = [...this.#kinds.values()].filter(({ count }) => count > 0);
    const usual = used.reduce((sum, times) => sum + times.usual * times.count, 0);
    const total = used.reduce((sum, times) => sum + times.total, 0);
    return usual === 0 ? 1 : total / usual;
  }
}

function loadOf(ms: number, usual: number): Load {
  if (ms > usual * SLOW + SLACK_MS) return 'overloaded';
  return ms > usual * SLOWER + SLACK_MS ? 'full' : 'room';
}

/** The outcome of an item. */
type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * Handles each item once, in order, at most `atOnce` at a time. It stores only the waiting items: a promise for each
 * item would need several kilobytes.
 */
export class WorkQueue<Item extends { readonly id: string }, Result> {
  readonly #work: (item: Item) => Promise<Result>;
  readonly #atOnce: number;
  readonly #known = new Set<string>();
  #waiting: Item[] = [];
  #position = 0;
  #running = 0;
  readonly #outcomes = new Map<string, Outcome<Result>>();
  #onOutcome: (id: string, outcome: Outcome<Result>) => void = () => undefined;

  constructor(work: (item: Item) => Promise<Result>, atOnce: number) {
    this.#work = work;
    this.#atOnce = atOnce;
  }

  /** Handles an item as soon as possible. Only results() reports a failure. */
  begin(item: Item): void {
    if (this.#known.has(item.id)) return;
    this.#known.add(item.id);
    this.#waiting.push(item);
    if (this.#running < this.#atOnce) void this.#run();
  }

  /** The results of the items. Call it only once. @throws the error of the first item that fails. */
  async results(items: readonly Item[]): Promise<readonly Result[]> {
    for (const item of items) this.begin(item);
    const missing = new Set(items.map(({ id }) => id));
    await new Promise<void>((done, fail) => {
      this.#onOutcome = (id, outcome) => {
        if (!missing.delete(id)) return;
        if ('error' in outcome) this.#stop(fail, outcome.error);
        else if (missing.size === 0) done();
      };
      if (missing.size === 0) done();
      for (const [id, outcome] of this.#outcomes) this.#onOutcome(id, outcome);
    });
    return items.map(({ id }) => resultOf(this.#outcomes.get(id)));
  }

  /** Cancels the waiting items. */
  #stop(fail: (error: unknown) => void, error: unknown): void {
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
    const next = this.#waiting[this.#position];
    if (next !== undefined) this.#position += 1;
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
