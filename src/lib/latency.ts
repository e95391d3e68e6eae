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
 * Tells from response times whether a server queues requests. Each kind of request is compared with itself only: a page of
 * a list takes longer than one product.
 */
export class Latency {
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
