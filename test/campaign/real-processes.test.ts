import { beforeAll, expect, test } from 'vitest';
import { limit } from '../../src/lib/limit.ts';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { played, storyOf } from './support/process-run.ts';

/** `npm run campaign -- --processes` sets these; a test run alone plays a few, the same each time. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '4');
const SIDE_BY_SIDE = 3;
const TELLS_EVERY = 50;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

test(
  'random portals, real processes and signals, also two at once: nothing is lost beyond consent, and the next sync gets there',
  { timeout: 120_000 + RUNS * 10_000 },
  async () => {
    const run = limit(SIDE_BY_SIDE);
    const broken: string[] = [];
    let held = 0;
    const play = async (seed: number): Promise<void> => {
      if (broken.length > 0) return;
      const story = storyOf(seed);
      const found = await played(story, program.file);
      const again = `npm run campaign -- --processes --runs 1 --seed ${seed}`;
      if (found.length > 0) broken.push([again, ...found, JSON.stringify(story, null, 1)].join('\n'));
      else held += 1;
      if (held % TELLS_EVERY === 0 && held > 0) process.stdout.write(`campaign: ${held} of ${RUNS} held\n`);
    };
    await Promise.all(Array.from({ length: RUNS }, (_, place) => run(() => play(FIRST + place))));
    process.stdout.write(`campaign: seeds ${FIRST} to ${FIRST + RUNS - 1}, ${held} of ${RUNS} runs held\n`);
    expect(broken.join('\n\n')).toBe('');
  },
);
