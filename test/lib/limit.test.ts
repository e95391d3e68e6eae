import { assert, asyncProperty, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limit } from '../../src/lib/limit.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('limit', () => {
  it('never runs more than allowed, and runs all', async () => {
    await assert(
      asyncProperty(integer({ min: 1, max: 5 }), integer({ min: 0, max: 12 }), async (atMost, tasks) => {
        const run = limit(atMost);
        let [running, most] = [0, 0];
        const task = async (index: number): Promise<number> => {
          running += 1;
          most = Math.max(most, running);
          await turn();
          running -= 1;
          return index;
        };
        const all = Array.from({ length: tasks }, (_, index) => index);
        expect(await Promise.all(all.map((index) => run(async () => task(index))))).toEqual(all);
        expect(most).toBe(Math.min(atMost, tasks));
      }),
      { numRuns: 30 },
    );
  });

  it('starts them in the order in which they came', async () => {
    const run = limit(1);
    const started: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => run(async () => void started.push(n))));
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('frees the place after a failure', async () => {
    const run = limit(1);
    const failing = run(async () => {
      throw new Error('no');
    });
    const after = run(async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await after).toBe('yes');
  });
});
