import { setTimeout } from 'node:timers/promises';

/** Time and randomness, injected for tests. */
export interface Clock {
  /** Milliseconds since 1970, never going back. */
  readonly now: () => number;
  /** Rejects with an AbortError when the signal is aborted, and leaves no timer behind. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** When the process began. The global `performance` has it too, but loads a module of Node.js. */
const START = Date.now() - process.uptime() * 1000;

export const SYSTEM_CLOCK: Clock = {
  now: () => START + process.uptime() * 1000,
  sleep: async (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
  random: Math.random,
};

export interface RetryRules<Result> {
  /** Milliseconds for all attempts and the pauses between them. */
  readonly withinMs: number;
  /** Undefined: the result is final. A number: retry after at least that many milliseconds. */
  readonly again: (result: Result) => number | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

export interface Retried<Result> {
  readonly result: Result;
  readonly attempts: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Retries until a result is final or the time is up, and returns the last result (docs/design/contract.md §7).
 * undici's own retry loses the server's message and keeps the process alive after an abort.
 * @param attempt gets the remaining milliseconds, and its number, which starts at 1.
 */
export async function retry<Result>(
  attempt: (leftMs: number, number: number) => Promise<Result>,
  { withinMs, again, clock, signal }: RetryRules<Result>,
): Promise<Retried<Result>> {
  const end = clock.now() + withinMs;
  for (let attempts = 1; ; attempts += 1) {
    const result = await attempt(end - clock.now(), attempts);
    const asked = again(result);
    if (asked === undefined) return { result, attempts };
    const pause = Math.max(asked, backOff(attempts, clock.random()));
    if (clock.now() + pause >= end) return { result, attempts };
    await clock.sleep(pause, signal);
  }
}

/**
 * Milliseconds of the pause: doubles with each attempt up to a maximum. Half of it is random, so that many clients do
 * not retry at once.
 */
export function backOff(attempts: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return full / 2 + (full / 2) * random;
}

/** Milliseconds that a Retry-After header requests, in seconds or as a date; 0 if it is not readable. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const value = header.trim();
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
