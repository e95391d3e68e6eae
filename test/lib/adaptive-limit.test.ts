import { describe, expect, test } from 'vitest';
import { AdaptiveLimit } from '../../src/lib/limit.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tasks that run until they are told to end. */
function held(limit: AdaptiveLimit) {
  const ends: (() => void)[] = [];
  const task = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  return {
    start: (count: number) => void Array.from({ length: count }, () => limit.run(task)),
    running: () => ends.length,
    end: async (count: number) => {
      for (const end of ends.splice(0, count)) end();
      await turn();
    },
  };
}

describe('a limit that gives way', () => {
  test('halves with each sign of too much, down to one', async () => {
    const limit = new AdaptiveLimit(8);
    for (const allowed of [4, 2, 1, 1]) {
      limit.tooMuch();
      expect(limit.allowed).toBe(allowed);
    }
  });

  test('counts the signs of one round once', async () => {
    const limit = new AdaptiveLimit(8);
    const tasks = held(limit);
    tasks.start(8);
    await turn();
    for (let sign = 0; sign < 8; sign += 1) limit.tooMuch();
    expect(limit.allowed).toBe(4);
    await tasks.end(8);
    limit.tooMuch();
    expect(limit.allowed).toBe(2);
  });

  test('lets those finish that run, and no more than allowed after them', async () => {
    const limit = new AdaptiveLimit(4);
    const tasks = held(limit);
    tasks.start(10);
    await turn();
    limit.tooMuch();
    await tasks.end(3);
    expect(tasks.running()).toBe(2);
    await tasks.end(1);
    expect(tasks.running()).toBe(2);
  });

  test('recovers by one with each round that went well, and never above its number', () => {
    const limit = new AdaptiveLimit(3);
    limit.tooMuch();
    const seen = Array.from({ length: 8 }, () => {
      limit.wentWell();
      return limit.allowed;
    });
    expect(seen).toEqual([2, 2, 3, 3, 3, 3, 3, 3]);
  });

  test('lets who waits in, as soon as it has recovered', async () => {
    const limit = new AdaptiveLimit(2);
    limit.tooMuch();
    const tasks = held(limit);
    tasks.start(2);
    await turn();
    expect(tasks.running()).toBe(1);
    limit.wentWell();
    await turn();
    expect(tasks.running()).toBe(2);
  });

  test('X8 lets what is urgent go first', async () => {
    const limit = new AdaptiveLimit(1);
    const order: string[] = [];
    const note = (name: string) => async () => void order.push(name);
    const first = limit.run(turn);
    await Promise.all([first, limit.run(note('reading')), limit.run(note('write'), true)]);
    expect(order).toEqual(['write', 'reading']);
  });
});
