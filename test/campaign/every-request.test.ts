import { expect, test } from 'vitest';
import { limit } from '../../src/lib/limit.ts';
import { brokenRun } from './support/failure-report.ts';
import { eventfulWorld } from './support/world-of-all-changes.ts';
import { mishapsAt } from './support/disruptions.ts';
import { oneRun, type Mishap, type Setting } from './support/disrupted-run.ts';

const world = eventfulWorld();
/** Both dialects, both readings of PUT; strictly serial, so that a number identifies one request. */
const SETTINGS: readonly Setting[] = (['path', 'query'] as const).flatMap((dialect) =>
  (['merge', 'replace'] as const).map((putSemantics) => ({
    world,
    dialect,
    switches: { putSemantics },
    concurrent: 1,
  })),
);
/** Some mishaps wait one second until the server recovers. */
const SIDE_BY_SIDE = 10;
/** To run every case: `ADC_CAMPAIGN=every npx vitest run test/campaign`. */
const EVERY = process.env['ADC_CAMPAIGN'] === 'every';

interface Case {
  readonly setting: Setting;
  readonly mishap: Mishap;
}

/**
 * Mishaps at each request, in one setting after the other. Deaths and interruptions meet every sixth write of a setting,
 * faults every twelfth, and every sixth read meets one mishap; unless every case is asked for.
 */
function casesOf(writes: readonly boolean[], turn: number): readonly Case[] {
  const setting = SETTINGS[turn] as Setting;
  let write = 0;
  return writes.flatMap((isWrite, place) => {
    if (isWrite) write += 1;
    const mishaps = mishapsAt(place + 1);
    const isIn = (kind: Mishap['kind'], index: number): boolean => {
      if (EVERY) return true;
      if (!isWrite) return place % (6 * SETTINGS.length) === turn && index === place % mishaps.length;
      const every = (kind === 'fault' ? 12 : 6) * SETTINGS.length;
      return (index + write) % every === turn;
    };
    return mishaps.filter(({ kind }, index) => isIn(kind, index)).map((mishap) => ({ setting, mishap }));
  });
}

test(
  'after any fault of any request, the next sync completes, and no more subscriptions end than planned',
  { timeout: EVERY ? 3_600_000 : 240_000 },
  async () => {
    const whole = await Promise.all(SETTINGS.map((setting) => oneRun(setting)));
    expect(whole.flatMap(({ broken }) => broken)).toEqual([]);
    const cases = whole.flatMap(({ writes }, turn) => casesOf(writes, turn));
    const run = limit(SIDE_BY_SIDE);
    const results = await Promise.all(
      cases.map(({ setting, mishap }) =>
        run(async () => {
          const result = await oneRun(setting, mishap);
          return result.broken.length === 0 ? [] : [brokenRun(setting, mishap, result)];
        }),
      ),
    );
    const broken = results.flat();
    process.stdout.write(`campaign: ${cases.length} runs, ${cases.length - broken.length} held\n`);
    expect(broken).toEqual([]);
  },
);
