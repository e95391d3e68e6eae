import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program, as it is built. */
export const ADC = fileURLToPath(new URL('../bin/adc.js', import.meta.url));
const USAGE_HOOK = fileURLToPath(new URL('usage-hook.cjs', import.meta.url));

/** NODE_EXTRA_CA_CERTS alone would slow down every start of Node.js 20; a server of the surroundings is not ours. */
export function cleanEnv(more = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(ADC_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|NODE_COMPILE_CACHE$|https?_proxy$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), CI: '1', ...more };
}

/**
 * Runs Node.js with these arguments and gives `ms`, the time from outside. With `usage`, also what the process says of
 * itself at its end: `cpu` in milliseconds, user and system, and `mib`, the most memory it had; that costs a start
 * about a millisecond, so that start-up alone is measured without.
 * @throws Error with what it said, if it ends with another code than `exitCode`.
 */
export async function run(args, { cwd, env = {}, usage = true, exitCode = 0 } = {}) {
  const start = performance.now();
  const child = spawn(process.execPath, [...(usage ? ['--require', USAGE_HOOK] : []), ...args], {
    cwd,
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe', usage ? 'pipe' : 'ignore'],
  });
  const texts = child.stdio.map(collected);
  const code = await new Promise((done, fail) => child.on('error', fail).on('close', done));
  const ms = performance.now() - start;
  const [, out, err, used] = await Promise.all(texts);
  if (code !== exitCode) throw new Error(`node ${args.join(' ')} ended with ${code}\n${out}${err}`);
  return { ms, out, err, ...(usage ? JSON.parse(used) : {}) };
}

async function collected(stream) {
  let text = '';
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

/**
 * Runs both in turn, so that a busy moment of the machine slows down both, and gives the medians of each. A side is a
 * function that gives numbers.
 */
export async function inTurn(runs, subject, floor) {
  const [subjects, floors] = [[], []];
  for (let count = 0; count < runs; count += 1) {
    subjects.push(await subject());
    floors.push(await floor());
  }
  return { subject: medians(subjects), floor: medians(floors) };
}

/** The median of every number that the runs give. */
export function medians(runs) {
  const names = Object.keys(runs[0] ?? {}).filter((name) => typeof runs[0][name] === 'number');
  return Object.fromEntries(names.map((name) => [name, median(runs.map((one) => one[name]))]));
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
