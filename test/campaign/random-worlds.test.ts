import { expect, test } from 'vitest';
import { limit } from '../../src/lib/limit.ts';
import { brokenRun } from './support/failure-report.ts';
import { oneRun } from './support/disrupted-run.ts';
import { drawn } from './support/random-run.ts';

/** `npm run campaign` sets these; a test run alone plays a few, the same each time. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '30');
const SIDE_BY_SIDE = 10;
const TELLS_EVERY = 500;

test(
  'random portals, files, servers and mishaps: the next sync gets there, and exit codes are true',
  { timeout: 60_000 + RUNS * 1000 },
  async () => {
    const run = limit(SIDE_BY_SIDE);
    const broken: string[] = [];
    let held = 0;
    const seeds = Array.from({ length: RUNS }, (_, place) => FIRST + place);
    const play = async (seed: number): Promise<void> => {
      if (broken.length > 0) return;
      const { setting, mishap } = drawn(seed);
      const result = await oneRun(setting, mishap);
      if (result.broken.length > 0) broken.push(`seed ${seed}\n${brokenRun(setting, mishap, result)}`);
      else held += 1;
      if (held % TELLS_EVERY === 0 && held > 0) process.stdout.write(`campaign: ${held} of ${RUNS} held\n`);
    };
    await Promise.all(seeds.map((seed) => run(() => play(seed))));
    process.stdout.write(`campaign: seeds ${FIRST} to ${FIRST + RUNS - 1}, ${held} of ${RUNS} runs held\n`);
    expect(broken.join('\n\n')).toBe('');
  },
);
