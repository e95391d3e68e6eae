import { setTimeout } from 'node:timers/promises';

/** Time and chance, handed in so that tests need neither. */
export interface Clock {
  /** Milliseconds since 1970, never going back. */
  readonly now: () => number;
  /** Rejects with an AbortError as soon as the signal says so, and leaves no timer behind. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, below 1. */
  readonly random: () => number;
}

/** When the process began. The global `performance` would say so too, but loads a module of Node.js for that. */
const START = Date.now() - process.uptime() * 1000;

export const SYSTEM_CLOCK: Clock = {
  now: () => START + process.uptime() * 1000,
  sleep: async (ms, signal) => setTimeout(ms, undefined, signal ? { signal } : {}),
  random: Math.random,
};

export interface RetryRules<Result> {
  /** Milliseconds for all attempts and the pauses between them. */
  readonly withinMs: number;
  /** Undefined: the result stands. A number: try again, after that many milliseconds at the earliest. */
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
 * Tries until a result stands or the time is up; then the last result is given, never one invented
 * (docs/design/contract.md §7). undici's own retry loses the server's words and keeps the process alive after an abort, hence
 * this loop.
 * @param attempt is given the milliseconds that are left, and its number from 1.
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

/** Doubles with each attempt up to a cap; half of it is left to chance, so that many clients do not come back at once. */
export function backOff(attempts: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return full / 2 + (full / 2) * random;
}

/** Milliseconds that a Retry-After header asks for: seconds or a date. Nothing readable asks for nothing. */
export function retryAfterMs(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const value = header.trim();
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
