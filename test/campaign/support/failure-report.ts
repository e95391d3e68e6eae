import type { Mishap, Result, Setting } from './disrupted-run.ts';

/** Everything about a run that did not hold: what was wrong, and what it takes to see it again. */
export function brokenRun(setting: Setting, mishap: Mishap, { broken, first, second }: Result): string {
  const { world, ...server } = setting;
  return [
    ...broken,
    `server: ${JSON.stringify(server)}`,
    `mishap: ${JSON.stringify(mishap)}`,
    ...world.cast.map((one) => `product: ${JSON.stringify(one)}`),
    `first run, exit code ${first.exitCode}:\n${first.err}`,
    `second run, exit code ${second.exitCode}:\n${second.err}`,
  ].join('\n');
}
