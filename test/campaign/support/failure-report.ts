import type { Disruption, Result, Setting } from './disrupted-run.ts';

/** The violations of a run, and the input to reproduce it. */
export function failureReport(
  setting: Setting,
  disruption: Disruption,
  { broken, first, second }: Result,
): string {
  const { world, ...server } = setting;
  return [
    ...broken,
    `server: ${JSON.stringify(server)}`,
    `disruption: ${JSON.stringify(disruption)}`,
    ...world.changes.map((one) => `product: ${JSON.stringify(one)}`),
    `first run, exit code ${first.exitCode}:\n${first.err}`,
    `second run, exit code ${second.exitCode}:\n${second.err}`,
  ].join('\n');
}
