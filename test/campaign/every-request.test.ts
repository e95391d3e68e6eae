import { expect, test } from 'vitest';
import { limit } from '../../src/lib/limit.ts';
import { failureReport } from './support/failure-report.ts';
import { worldOfAllChanges } from './support/world-of-all-changes.ts';
import { disruptionsAt } from './support/disruptions.ts';
import { disruptedRun, type Disruption, type Setting } from './support/disrupted-run.ts';

const world = worldOfAllChanges();
/** Both dialects, both readings of PUT; strictly serial, so that a number identifies one request. */
const SETTINGS: readonly Setting[] = (['path', 'query'] as const).flatMap((dialect) =>
  (['merge', 'replace'] as const).map((putSemantics) => ({
    world,
    dialect,
    switches: { putSemantics },
    concurrent: 1,
  })),
);
/** After some disruptions, a run waits one second for the server to recover. */
const SIDE_BY_SIDE = 10;
/** `ADC_CAMPAIGN=every npx vitest run test/campaign` runs every case. */
const EVERY = process.env['ADC_CAMPAIGN'] === 'every';

interface Case {
  readonly setting: Setting;
  readonly disruption: Disruption;
}

/**
 * The cases of one setting. A crash and an interruption happen at every sixth write, each fault at every twelfth write, and
 * one disruption at every sixth read, unless ADC_CAMPAIGN asks for every case.
 */
function casesOf(writes: readonly boolean[], turn: number): readonly Case[] {
  const setting = SETTINGS[turn] as Setting;
  let write = 0;
  return writes.flatMap((isWrite, place) => {
    if (isWrite) write += 1;
    const disruptions = disruptionsAt(place + 1);
    const isIn = (kind: Disruption['kind'], index: number): boolean => {
      if (EVERY) return true;
      if (!isWrite) return place % (6 * SETTINGS.length) === turn && index === place % disruptions.length;
      const every = (kind === 'fault' ? 12 : 6) * SETTINGS.length;
      return (index + write) % every === turn;
    };
    return disruptions
      .filter(({ kind }, index) => isIn(kind, index))
      .map((disruption) => ({ setting, disruption }));
  });
}

test(
  'after any fault of any request, the next sync completes, and no more subscriptions end than planned',
  { timeout: EVERY ? 3_600_000 : 240_000 },
  async () => {
    const whole = await Promise.all(SETTINGS.map((setting) => disruptedRun(setting)));
    expect(whole.flatMap(({ broken }) => broken)).toEqual([]);
    const cases = whole.flatMap(({ writes }, turn) => casesOf(writes, turn));
    const run = limit(SIDE_BY_SIDE);
    const results = await Promise.all(
      cases.map(({ setting, disruption }) =>
        run(async () => {
          const result = await disruptedRun(setting, disruption);
          return result.broken.length === 0 ? [] : [failureReport(setting, disruption, result)];
        }),
      ),
    );
    const broken = results.flat();
    process.stdout.write(`campaign: ${cases.length} runs, ${cases.length - broken.length} passed\n`);
    expect(broken).toEqual([]);
  },
);
