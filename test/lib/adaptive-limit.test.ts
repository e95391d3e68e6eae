import { array, assert, asyncProperty, boolean, integer, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AdaptiveLimit } from '../../src/lib/limit.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tasks that run until the test ends them. */
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

describe('an adaptive limit', () => {
  test('halves with each sign of overload, down to one', async () => {
    const limit = new AdaptiveLimit(8);
    for (const allowed of [4, 2, 1, 1]) {
      limit.reportOverload();
      expect(limit.allowed).toBe(allowed);
    }
  });

  test('counts the signs of one round once', async () => {
    const limit = new AdaptiveLimit(8);
    const tasks = held(limit);
    tasks.start(8);
    await turn();
    for (let sign = 0; sign < 8; sign += 1) limit.reportOverload();
    expect(limit.allowed).toBe(4);
    await tasks.end(8);
    limit.reportOverload();
    expect(limit.allowed).toBe(2);
  });

  test('lets running tasks finish, and starts no more than allowed after them', async () => {
    const limit = new AdaptiveLimit(4);
    const tasks = held(limit);
    tasks.start(10);
    await turn();
    limit.reportOverload();
    await tasks.end(3);
    expect(tasks.running()).toBe(2);
    await tasks.end(1);
    expect(tasks.running()).toBe(2);
  });

  test('recovers by one with each successful round, up to its maximum', () => {
    const limit = new AdaptiveLimit(3);
    limit.reportOverload();
    const seen = Array.from({ length: 8 }, () => {
      limit.reportSuccess();
      return limit.allowed;
    });
    expect(seen).toEqual([2, 2, 3, 3, 3, 3, 3, 3]);
  });

  test('starts waiting tasks as soon as it has recovered', async () => {
    const limit = new AdaptiveLimit(2);
    limit.reportOverload();
    const tasks = held(limit);
    tasks.start(2);
    await turn();
    expect(tasks.running()).toBe(1);
    limit.reportSuccess();
    await turn();
    expect(tasks.running()).toBe(2);
  });

  test('starts urgent tasks first', async () => {
    const limit = new AdaptiveLimit(1);
    const order: string[] = [];
    const note = (name: string) => async () => void order.push(name);
    const first = limit.run(turn);
    await Promise.all([first, limit.run(note('reading')), limit.run(note('write'), true)]);
    expect(order).toEqual(['write', 'reading']);
  });

  test('starts urgent tasks before paused ones, even after overload; others wait', async () => {
    const limit = new AdaptiveLimit(2);
    const back: (() => void)[] = [];
    const pausing = (): Promise<void> =>
      limit.run(() => limit.pause(() => new Promise((resolve) => back.push(resolve))));
    const paused = [pausing(), pausing()];
    await turn();
    limit.reportOverload();
    const started: string[] = [];
    const start = (name: string, urgent: boolean): Promise<void> =>
      limit.run(async () => void started.push(name), urgent);
    const other = start('other', false);
    await start('urgent', true);
    expect(started).toEqual(['urgent']);
    for (const resolve of back) resolve();
    await Promise.all([...paused, other]);
    expect(started).toEqual(['urgent', 'other']);
  });

  test('never runs more than its maximum, and runs all, with any paused and urgent tasks', async () => {
    const task = record({
      urgent: boolean(),
      pauses: integer({ min: 0, max: 3 }),
      turns: integer({ min: 0, max: 3 }),
    });
    await assert(
      asyncProperty(integer({ min: 1, max: 4 }), array(task, { maxLength: 20 }), async (atMost, tasks) => {
        const limit = new AdaptiveLimit(atMost);
        let [underWay, most, ended] = [0, 0, 0];
        const work = async (turns: number): Promise<void> => {
          underWay += 1;
          most = Math.max(most, underWay);
          for (let count = 0; count < turns; count += 1) await turn();
          underWay -= 1;
        };
        const runs = tasks.map(({ urgent, pauses, turns }) =>
          limit.run(async () => {
            await work(turns);
            for (let count = 0; count < pauses; count += 1) {
              if (count === 1) limit.reportOverload();
              await limit.pause(turn);
              await work(turns);
            }
            ended += 1;
          }, urgent),
        );
        await Promise.all(runs);
        expect(ended).toBe(tasks.length);
        expect(most).toBeLessThanOrEqual(atMost);
      }),
    );
  });
});
