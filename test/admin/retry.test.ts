import { assert, asyncProperty, integer, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff, retry, retryAfterMs } from '../../src/admin/client.ts';
import { fastClock } from './support/emulated.ts';

const always = (asked: number) => () => asked;

describe('retry', () => {
  it('returns the first final result, and the number of attempts', async () => {
    const clock = fastClock();
    const results = [503, 503, 200];
    const retried = await retry(async () => results.shift(), {
      withinMs: 60_000,
      retryDelayMs: (status) => (status === 200 ? undefined : 0),
      clock,
    });
    expect(retried).toEqual({ result: 200, attempts: 3 });
    expect(clock.slept).toEqual([backOff(1, 0.5), backOff(2, 0.5)]);
  });

  it('waits as long as the server requests, if that is longer', async () => {
    const clock = fastClock();
    const results = [429, 200];
    await retry(async () => results.shift(), {
      withinMs: 60_000,
      retryDelayMs: (status) => (status === 200 ? undefined : 7000),
      clock,
    });
    expect(clock.slept).toEqual([7000]);
  });

  it('does not wait beyond its time', async () => {
    const clock = fastClock();
    const retried = await retry(async () => 429, {
      withinMs: 60_000,
      retryDelayMs: always(3_600_000),
      clock,
    });
    expect(retried).toEqual({ result: 429, attempts: 1 });
    expect(clock.slept).toEqual([]);
  });

  it('ends within its time despite Retry-After, and returns the last result', async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 100_000 }), nat(20_000), async (withinMs, asked) => {
        const clock = fastClock();
        const start = clock.now();
        let last = 0;
        const { result } = await retry(async () => (last += 1), {
          withinMs,
          retryDelayMs: always(asked),
          clock,
        });
        expect(result).toBe(last);
        expect(clock.now() - start).toBeLessThan(withinMs);
      }),
    );
  });

  it('passes the remaining time to each attempt', async () => {
    const clock = fastClock();
    const left: number[] = [];
    await retry(async (ms) => void left.push(ms), { withinMs: 1000, retryDelayMs: always(400), clock });
    expect(left).toEqual([1000, 600, 200]);
  });
});

describe('backOff', () => {
  it('grows up to a maximum, and half of it is random', () => {
    expect([backOff(1, 0), backOff(1, 0.999)]).toEqual([125, expect.closeTo(250, 0)]);
    expect(backOff(2, 0)).toBe(250);
    expect(backOff(100, 0)).toBe(5000);
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['soon', 0],
    [undefined, 0],
  ])('reads %j', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
