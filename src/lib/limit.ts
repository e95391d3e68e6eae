/** Runs a task as soon as there is room, and returns its result. Urgent tasks go first. */
export type Limit = <Result>(task: () => Promise<Result>, urgent?: boolean) => Promise<Result>;

/** Lets at most `atMost` tasks run at a time; the others wait in order. */
export function limit(atMost: number): Limit {
  return new AdaptiveLimit(atMost).run;
}

/** How a task gets its place: a returning task kept its place during a pause. */
type Kind = 'urgent' | 'returning' | 'others';

/** The range for the number of concurrent tasks. */
export interface Room {
  /** The initial number. If it is less than `most`, the number adapts to the duration of tasks. */
  readonly start: number;
  readonly most: number;
}

/** The default number of requests in flight: 10 at first, then as many as the server can handle. */
export const ADAPTIVE: Room = { start: 10, most: 64 };

/** Minimum after slow responses, and the number of urgent tasks that is always allowed. */
const FLOOR = 5;

/**
 * An adaptive limit: each sign of overload halves the number of concurrent tasks, down to one, and a full round of
 * successful tasks adds one, up to the maximum. Signs of one round count once, or the running tasks would reduce the
 * number to one immediately. A limit that starts below its maximum doubles with each round until the first sign of
 * overload.
 *
 * A paused task keeps its place, so that no other task adds to the overload; but urgent tasks pass paused ones. Never
 * more than the maximum run.
 */
export class AdaptiveLimit {
  readonly #room: Room;
  readonly #waiting: Readonly<Record<Kind, (() => void)[]>> = { urgent: [], returning: [], others: [] };
  readonly #latency: Latency | undefined;
  #allowed: number;
  #startsSlowly: boolean;
  /** Taken places, and those of them with running tasks. */
  #taken = 0;
  #running = 0;
  /** Tasks that must end before the next sign counts, and successes since the last change. */
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
      this.#taken -= 1;
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
    const whole = this.#latency.endRound();
    if (whole === 'overloaded') this.#halve(FLOOR);
    return whole;
  }

  #halve(least: number): void {
    this.#startsSlowly = false;
    if (this.#stale > 0) return;
    this.#allowed = Math.max(Math.min(least, this.#allowed), Math.floor(this.#allowed / 2));
    this.#stale = this.#taken;
    this.#latency?.forget();
  }

  /** The number grows beyond its start only while it is fully used: an unused number proves nothing. */
  #grow(): void {
    const { start, most } = this.#room;
    if (this.#allowed >= most || (this.#allowed >= start && this.#taken < this.#allowed)) return;
    this.#successes += 1;
    if (!this.#startsSlowly && this.#successes < this.#allowed) return;
    this.#successes = 0;
    this.#allowed += 1;
    this.#admit();
  }

  async #enter(kind: Kind): Promise<void> {
    if (this.#hasRoom(kind)) this.#take(kind);
    else await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
  }

  #hasRoom(kind: Kind): boolean {
    const { most } = this.#room;
    if (kind === 'others') return this.#running < most && this.#taken < this.#allowed;
    return this.#running < Math.min(most, kind === 'urgent' ? Math.max(this.#allowed, FLOOR) : most);
  }

  #take(kind: Kind): void {
    this.#running += 1;
    if (kind !== 'returning') this.#taken += 1;
  }

  /** Assigns free places to the waiting callers, so that no later caller can take them. */
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

/** Milliseconds of delay that chance or the work of this process may cause. */
const SLACK_MS = 10;
/** The factor over the usual time that shows that the server queues requests; at twice the usual time, it does. */
const SLOWER = 1.5;
const SLOW = 2;
/** If half the number of requests does not reduce the latency below this factor, the number is not the cause. */
const UNCHANGED = 0.8;

/** The load that response times show: the server has room, is at its limit, or is overloaded. */
export type Load = 'room' | 'full' | 'overloaded';

/** Times of a kind of request: the shortest so far, and those of the current round. */
interface Times {
  usual: number;
  total: number;
  count: number;
}

/**
 * Detects from response times whether a server queues requests. Each kind of request is compared with itself only: a
 * page of a list takes longer than one product.
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

  /** Drops the responses of the round that were requested before the number changed. */
  forget(): void {
    this.#loads = { room: 0, full: 0, overloaded: 0 };
    for (const times of this.#kinds.values()) [times.total, times.count] = [0, 0];
  }

  /** The server is slower regardless of the number of requests: the current times become the usual ones. */
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
        if ('error' in outcome) this.#stop(fail, outcome.error);
        else if (missing.size === 0) done();
      };
      if (missing.size === 0) done();
      for (const [id, outcome] of this.#outcomes) this.#onOutcome(id, outcome);
    });
    return items.map(({ id }) => resultOf(this.#outcomes.get(id)));
  }

  /** Waiting items no longer start. */
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
