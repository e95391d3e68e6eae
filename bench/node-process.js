import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const ADC = fileURLToPath(new URL('../bin/adc.js', import.meta.url));
const USAGE_HOOK = fileURLToPath(new URL('usage-hook.cjs', import.meta.url));

/** The environment without settings that change results: NODE_EXTRA_CA_CERTS slows down each start of Node.js 20. */
export function cleanEnv(more = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(ADC_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|NODE_COMPILE_CACHE$|https?_proxy$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), CI: '1', ...more };
}

/**
 * Runs Node.js with these arguments. Returns `ms`, the elapsed time. With `usage`, also `cpu`, the user and system time in
 * milliseconds, and `mib`, the peak memory. `usage` adds about a millisecond, so start-up is measured without it.
 * @throws Error with the output, if the exit code is not `exitCode`.
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
 * Runs both functions alternately, so that other load affects both. Returns the medians of the numbers that each returns.
 */
export async function inTurn(runs, subject, floor) {
  const [subjects, floors] = [[], []];
  for (let count = 0; count < runs; count += 1) {
    subjects.push(await subject());
    floors.push(await floor());
  }
  return { subject: medians(subjects), floor: medians(floors) };
}

/** The median of each number over all runs. */
export function medians(runs) {
  const names = Object.keys(runs[0] ?? {}).filter((name) => typeof runs[0][name] === 'number');
  return Object.fromEntries(names.map((name) => [name, median(runs.map((one) => one[name]))]));
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
