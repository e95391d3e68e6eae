import { beforeAll, expect, test } from 'vitest';
import { limit } from '../../src/lib/limit.ts';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { violationsOf, randomProcessRun } from './support/process-run.ts';

/** `npm run campaign -- --processes` sets these variables. Without them, the test runs a few fixed seeds. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '4');
const SIDE_BY_SIDE = 3;
const REPORT_EVERY = 50;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

test(
  'with random portals, and one or two processes that get signals, losses stay within the consent, and the next sync completes',
  { timeout: 120_000 + RUNS * 10_000 },
  async () => {
    const run = limit(SIDE_BY_SIDE);
    const broken: string[] = [];
    let passed = 0;
    const play = async (seed: number): Promise<void> => {
      if (broken.length > 0) return;
      const processRun = randomProcessRun(seed);
      const found = await violationsOf(processRun, program.file);
      const again = `npm run campaign -- --processes --runs 1 --seed ${seed}`;
      if (found.length > 0) broken.push([again, ...found, JSON.stringify(processRun, null, 1)].join('\n'));
      else passed += 1;
      if (passed % REPORT_EVERY === 0 && passed > 0)
        process.stdout.write(`campaign: ${passed} of ${RUNS} passed\n`);
    };
    await Promise.all(Array.from({ length: RUNS }, (_, place) => run(() => play(FIRST + place))));
    process.stdout.write(
      `campaign: seeds ${FIRST} to ${FIRST + RUNS - 1}, ${passed} of ${RUNS} runs passed\n`,
    );
    expect(broken.join('\n\n')).toBe('');
  },
);
