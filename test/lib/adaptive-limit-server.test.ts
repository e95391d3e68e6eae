import { describe, expect, test } from 'vitest';
import { AdaptiveLimit, type Room } from '../../src/lib/limit.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ADAPTIVE: Room = { start: 10, most: 64 };

interface Server {
  /** The number of requests that it processes at once. Other requests wait in its queue. */
  readonly workers: number;
  /** Milliseconds to process a request. */
  readonly work: number;
  /** Milliseconds of network time for a request and its response. */
  readonly way?: number;
  /** Milliseconds that are added to each response from the given time on. */
  readonly later?: { readonly from: number; readonly ms: number };
  /** The number of requests above which it returns 429 immediately. */
  readonly refusesAbove?: number;
}

interface Run {
  /** Milliseconds of simulated time until the last response. */
  readonly ms: number;
  /** The number of requests in flight at each response of the second half. */
  readonly inFlight: readonly number[];
  readonly refused: number;
}

/** Sends requests through a limit to a simulated server, with simulated time. */
async function simulate(limit: AdaptiveLimit, server: Server, requests: number): Promise<Run> {
  const events: { at: number; happen: () => void }[] = [];
  const { workers, work, way = 0, later, refusesAbove = Infinity } = server;
  const free = Array.from({ length: workers }, () => 0);
  let [now, running, refused] = [0, 0, 0];
  const inFlight: number[] = [];
  const respond = async (at: number): Promise<void> =>
    new Promise((resolve) => events.push({ at, happen: resolve }));
  const request = async (): Promise<void> => {
    for (;;) {
      const sent = now;
      if (running >= refusesAbove) {
        await respond(now + way + 1);
        refused += 1;
        limit.reportOverload();
        await limit.pause(() => respond(now + 100));
        continue;
      }
      running += 1;
      const worker = free.indexOf(Math.min(...free));
      const begins = Math.max(now + way / 2, free[worker]!);
      free[worker] = begins + work;
      const extra = later && sent >= later.from ? later.ms : 0;
      await respond(begins + work + way / 2 + extra);
      inFlight.push(running);
      running -= 1;
      limit.reportSuccess('GET 3', now - sent);
      return;
    }
  };
  const all = Promise.all(Array.from({ length: requests }, () => limit.run(request)));
  await turn();
  while (events.length > 0) {
    events.sort((one, other) => one.at - other.at);
    const next = events.shift()!;
    now = next.at;
    next.happen();
    await turn();
  }
  await all;
  return { ms: now, inFlight: inFlight.slice(requests / 2), refused };
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;

const SERVERS: readonly Server[] = [1, 2, 4, 8, 16, 32, 64, 1000].flatMap((workers) => [
  { workers, work: 20 },
  { workers, work: 100 },
  { workers, work: 20, way: 80 },
]);

describe('the number of requests in flight follows the server', () => {
  test.each(SERVERS)(
    'is never slower than five requests at a time, and settles near the capacity of the server: %o',
    async (server) => {
      const { workers, work, way = 0 } = server;
      const knee = Math.min(ADAPTIVE.most, (workers * (work + way)) / work);
      const five = await simulate(new AdaptiveLimit(5), server, 600);
      const { ms, inFlight } = await simulate(new AdaptiveLimit(ADAPTIVE), server, 600);
      expect(ms).toBeLessThanOrEqual(five.ms);
      expect(ms).toBeLessThanOrEqual((1.8 * 600 * (work + way)) / knee);
      expect(mean(inFlight)).toBeLessThanOrEqual(Math.max(15, 2.5 * knee));
    },
  );

  test('sends fewer requests to a server that returns 429, and more again later', async () => {
    const server = { workers: 1000, work: 20, refusesAbove: 30 };
    const { inFlight, refused } = await simulate(new AdaptiveLimit(ADAPTIVE), server, 3000);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(300);
    expect(mean(inFlight)).toBeGreaterThan(15);
  });

  test('sends as many requests as before to a server that becomes slower by itself', async () => {
    const server = { workers: 1000, work: 20, later: { from: 200, ms: 200 } };
    const { inFlight } = await simulate(new AdaptiveLimit(ADAPTIVE), server, 4000);
    expect(mean(inFlight)).toBeGreaterThan(40);
  });

  test('a fixed number is the maximum, for any response time', async () => {
    const { inFlight } = await simulate(new AdaptiveLimit(50), { workers: 4, work: 20 }, 1000);
    expect(Math.max(...inFlight)).toBe(50);
    expect(mean(inFlight.slice(0, 400))).toBe(50);
  });
});
