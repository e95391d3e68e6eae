import { expect, test } from 'vitest';
import { limit } from '../../src/lib/limit.ts';
import { failureReport } from './support/failure-report.ts';
import { disruptedRun } from './support/disrupted-run.ts';
import { randomRun } from './support/random-run.ts';

/** `npm run campaign` sets these variables. Without them, the test runs a few fixed seeds. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '30');
const SIDE_BY_SIDE = 10;
const REPORT_EVERY = 500;

test(
  'with random portals, files, servers and disruptions, the next sync completes, and exit codes are correct',
  { timeout: 60_000 + RUNS * 1000 },
  async () => {
    const run = limit(SIDE_BY_SIDE);
    const broken: string[] = [];
    let passed = 0;
    const seeds = Array.from({ length: RUNS }, (_, place) => FIRST + place);
    const play = async (seed: number): Promise<void> => {
      if (broken.length > 0) return;
      const { setting, disruption } = randomRun(seed);
      const result = await disruptedRun(setting, disruption);
      if (result.broken.length > 0)
        broken.push(`seed ${seed}\n${failureReport(setting, disruption, result)}`);
      else passed += 1;
      if (passed % REPORT_EVERY === 0 && passed > 0)
        process.stdout.write(`campaign: ${passed} of ${RUNS} passed\n`);
    };
    await Promise.all(seeds.map((seed) => run(() => play(seed))));
    process.stdout.write(
      `campaign: seeds ${FIRST} to ${FIRST + RUNS - 1}, ${passed} of ${RUNS} runs passed\n`,
    );
    expect(broken.join('\n\n')).toBe('');
  },
);
