import { array, assert, asyncProperty, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../src/lib/limit.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const items = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}`, index }));

describe('work in turn', () => {
  it('runs once for each item, never more at a time than allowed, and returns the results', async () => {
    const counts = integer({ min: 1, max: 5 });
    await assert(
      asyncProperty(counts, array(integer({ min: 0, max: 20 }), { maxLength: 40 }), async (atOnce, begun) => {
        const worked: string[] = [];
        let [running, most] = [0, 0];
        const work = async ({ id, index }: { readonly id: string; readonly index: number }) => {
          worked.push(id);
          running += 1;
          most = Math.max(most, running);
          for (let count = 0; count < index % 3; count += 1) await turn();
          running -= 1;
          return index * 2;
        };
        const turns = new WorkQueue(work, atOnce);
        const all = items(21);
        for (const index of begun) turns.begin({ id: `${index}`, index });
        if (begun.length % 2 === 0) await turn();
        expect(await turns.results(all)).toEqual(all.map(({ index }) => index * 2));
        expect([worked.length, new Set(worked).size]).toEqual([21, 21]);
        expect(most).toBeLessThanOrEqual(atOnce);
      }),
      { numRuns: 50 },
    );
  });

  it('fails as soon as a requested item fails, and starts no other', async () => {
    const begun: string[] = [];
    const turns = new WorkQueue(async ({ id }: { readonly id: string }) => {
      begun.push(id);
      await turn();
      throw new Error(id);
    }, 2);
    await expect(turns.results(items(10))).rejects.toThrow('0');
    for (let count = 0; count < 10; count += 1) await turn();
    expect(begun.length).toBeLessThan(10);
  });

  it('ignores the failure of an item without a caller', async () => {
    const work = async ({ id }: { readonly id: string }): Promise<string> => {
      await turn();
      if (id === 'gone') throw new Error(id);
      return id;
    };
    const turns = new WorkQueue(work, 1);
    turns.begin({ id: 'gone' });
    expect(await turns.results([{ id: 'here' }])).toEqual(['here']);
  });

  it('reports a failure that came before the item was asked for', async () => {
    const turns = new WorkQueue(({ id }: { readonly id: string }) => Promise.reject(new Error(id)), 1);
    turns.begin({ id: 'a' });
    await turn();
    await expect(turns.results([{ id: 'a' }])).rejects.toThrow('a');
  });

  it('returns immediately without items', async () => {
    expect(await new WorkQueue(() => Promise.resolve(1), 1).results([])).toEqual([]);
  });
});
