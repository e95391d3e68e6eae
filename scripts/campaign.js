// Tests random portals, files, servers and disruptions on the embedded Admin API until a run fails: `npm run campaign`.
//
//   npm run campaign -- --runs 10000           10,000 runs with new seeds
//   npm run campaign -- --runs 1 --seed 4711   repeats the run with this seed
//   npm run campaign -- --processes            runs one or two adc processes, and sends signals to them
//   npm run campaign -- --restores             runs sync, restore and undo as processes, and kills them at any moment
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    processes: { type: 'boolean', default: false },
    restores: { type: 'boolean', default: false },
  },
});
const kind = ['processes', 'restores'].find((one) => values[one]);
const testName = { processes: 'real-processes', restores: 'killed-restores' }[kind] ?? 'random-worlds';
const runs = wholeNumber('--runs', values.runs);
const seed = values.seed === undefined ? Math.floor(Date.now() / 1000) : wholeNumber('--seed', values.seed);

const words = [...(kind === undefined ? [] : [`--${kind}`]), `--runs ${runs}`, `--seed ${seed}`];
process.stdout.write(`npm run campaign -- ${words.join(' ')}\n`);
const start = performance.now();
const children = shares().map(({ first, count }) => runShare(first, count));
const held = (await Promise.all(children.map(({ ended }) => ended))).every(Boolean);
const seconds = Math.round((performance.now() - start) / 1000);
process.stdout.write(`campaign: ${held ? 'all runs held' : 'a run did not hold'}, after ${seconds} s\n`);
process.exitCode = held ? 0 : 1;

function wholeNumber(option, text) {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`${option} is ${text}; it must be a whole number`);
}

/** One share of consecutive seeds for each processor. */
function shares() {
  const size = Math.ceil(runs / Math.min(runs, availableParallelism()));
  const firsts = Array.from({ length: Math.ceil(runs / size) }, (_, place) => place * size);
  return firsts.map((first) => ({ first: seed + first, count: Math.min(size, runs - first) }));
}

/** Runs a share. If a run fails, ends the other shares. */
function runShare(first, count) {
  const env = { ...process.env, ADC_CAMPAIGN_SEED: String(first), ADC_CAMPAIGN_RUNS: String(count) };
  const args = [vitest, 'run', '--reporter=dot', `test/campaign/${testName}.test.ts`];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  const ended = new Promise((resolve) => {
    child.on('exit', (code) => {
      if (code !== 0) for (const { child: other } of children) other.kill();
      resolve(code === 0);
    });
  });
  return { child, ended };
}
