/** Runs a task as soon as there is room, and gives what it gives. An urgent one goes before all that are not. */
export type Limit = <Result>(task: () => Promise<Result>, urgent?: boolean) => Promise<Result>;

/** Lets at most `atMost` tasks run at a time; the others wait their turn, first come, first served. */
export function limit(atMost: number): Limit {
  return new AdaptiveLimit(atMost).run;
}

/** How a task comes to its place: a returning one has it already, and was only away for a while. */
type Kind = 'urgent' | 'returning' | 'others';

/** How many tasks may run at a time. */
export interface Room {
  /** At first. Where that is less than `most`, the number follows the time that tasks take. */
  readonly start: number;
  readonly most: number;
}

/** How many requests are in flight where no number is given: 10 at first, and as many as the server has room for. */
export const ADAPTIVE: Room = { start: 10, most: 64 };

/** No fewer tasks than this for slow responses alone; and urgent ones may always be so many. */
const FLOOR = 5;

/**
 * A limit that gives way: each sign of too much halves the number of tasks at a time, down to one, and a full round of
 * tasks that went well adds one, up to the most. Signs that belong to one round count once, or the tasks that were already
 * under way would bring it down to one at a stroke. A limit that starts below its most doubles with each round until the
 * first sign of too much.
 *
 * A task that pauses keeps its place, so that no other takes up what was too much; but urgent ones pass all that pause. More
 * than the most are never under way.
 */
export class AdaptiveLimit {
  readonly #room: Room;
  readonly #waiting: Readonly<Record<Kind, (() => void)[]>> = { urgent: [], returning: [], others: [] };
  readonly #latency: Latency | undefined;
  #allowed: number;
  #startsSlowly: boolean;
  /** Places that are taken, and those of them whose tasks are under way. */
  #taken = 0;
  #underWay = 0;
  /** How many tasks have to end before the next sign counts, and how many went well since the number was last changed. */
  #stale = 0;
  #well = 0;

  constructor(room: number | Room) {
    this.#room = typeof room === 'number' ? { start: room, most: room } : room;
    const { start, most } = this.#room;
    this.#allowed = start;
    this.#startsSlowly = start < most;
    this.#latency = start < most ? new Latency() : undefined;
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
      this.#stale = Math.max(0, this.#stale - 1);
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

  /** Something went wrong that fewer tasks at a time might have prevented. */
  tooMuch(): void {
    this.#well = 0;
    this.#halve(1);
  }

  /** Something went well: of its kind, and in so many milliseconds where the number follows the time. */
  wentWell(kind = '', ms = 0): void {
    const load = this.#stale > 0 ? 'room' : this.#loadAfter(kind, ms);
    if (load === 'room') this.#grow();
  }

  #loadAfter(kind: string, ms: number): Load {
    if (this.#latency === undefined) return 'room';
    const load = this.#latency.note(kind, ms);
    if (this.#latency.size < this.#allowed) return load;
    const whole = this.#latency.endRound();
    if (whole === 'beyond') this.#halve(FLOOR);
    return whole;
  }

  #halve(least: number): void {
    this.#startsSlowly = false;
    if (this.#stale > 0) return;
    this.#allowed = Math.max(Math.min(least, this.#allowed), Math.floor(this.#allowed / 2));
    this.#stale = this.#taken;
    this.#latency?.forget();
  }

  /** A number that nothing has tried shows nothing: beyond the first it grows only while it is used. */
  #grow(): void {
    const { start, most } = this.#room;
    if (this.#allowed >= most || (this.#allowed >= start && this.#taken < this.#allowed)) return;
    this.#well += 1;
    if (!this.#startsSlowly && this.#well < this.#allowed) return;
    this.#well = 0;
    this.#allowed += 1;
    this.#admit();
  }

  async #enter(kind: Kind): Promise<void> {
    if (this.#hasRoom(kind)) this.#take(kind);
    else await new Promise<void>((resolve) => this.#waiting[kind].push(resolve));
  }

  #hasRoom(kind: Kind): boolean {
    const { most } = this.#room;
    if (kind === 'others') return this.#underWay < most && this.#taken < this.#allowed;
    return this.#underWay < Math.min(most, kind === 'urgent' ? Math.max(this.#allowed, FLOOR) : most);
  }

  #take(kind: Kind): void {
    this.#underWay += 1;
    if (kind !== 'returning') this.#taken += 1;
  }

  /** Places are taken in the name of the waiting callers, so that no later caller can take them. */
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

/** Milliseconds that a response may be late by chance, or by the work of this process itself. */
const SLACK_MS = 10;
/** How many times its usual time a response takes where the server queues requests: it does when it takes twice as long. */
const SLOWER = 1.5;
const SLOW = 2;
/** Latency that falls by less than this when half as many requests are sent does not come from their number. */
const UNMOVED = 0.8;

/** What response times show: the server has room, is at its limit, or is beyond it. */
export type Load = 'room' | 'full' | 'beyond';

/** Of a kind of request: the shortest time so far, and those of the present round. */
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
  #loads: Record<Load, number> = { room: 0, full: 0, beyond: 0 };
  /** How much longer than usual the responses took when the number of requests was last halved; 1 is the usual time. */
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

  /** How many responses the present round has so far. */
  get size(): number {
    const { room, full, beyond } = this.#loads;
    return room + full + beyond;
  }

  /** Ends the round. After `beyond` the caller halves the number of requests. */
  endRound(): Load {
    const isSlow = this.#loads.beyond * 2 > this.size;
    const slowness = this.#slowness();
    const isMoved = this.#halvedAt === undefined || slowness < this.#halvedAt * UNMOVED;
    if (isSlow && !isMoved) this.#learn();
    const load = isSlow && isMoved ? 'beyond' : this.#loads.full > this.#loads.room ? 'full' : 'room';
    this.#halvedAt = load === 'beyond' ? slowness : undefined;
    this.forget();
    return load;
  }

  /** Leaves out of the round what was sent before the number of requests changed. */
  forget(): void {
    this.#loads = { room: 0, full: 0, beyond: 0 };
    for (const times of this.#kinds.values()) [times.total, times.count] = [0, 0];
  }

  /** The server is slower whatever adc sends: the present times are the usual ones from now on. */
  #learn(): void {
    for (const times of this.#kinds.values()) {
      if (times.count > 0) times.usual = times.total / times.count;
    }
  }

  /** How many times the usual time the responses of this round took. */
  #slowness(): number {
    const used = [...this.#kinds.values()].filter(({ count }) => count > 0);
    const usual = used.reduce((sum, times) => sum + times.usual * times.count, 0);
    const total = used.reduce((sum, times) => sum + times.total, 0);
    return usual === 0 ? 1 : total / usual;
  }
}

function loadOf(ms: number, usual: number): Load {
  if (ms > usual * SLOW + SLACK_MS) return 'beyond';
  return ms > usual * SLOWER + SLACK_MS ? 'full' : 'room';
}
