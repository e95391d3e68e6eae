import { ADC, inTurn, run } from '../node-process.js';

const MOST = { times: 1.3 };

/** The time is that of a start as users have it; CPU and memory are of runs of their own. */
async function startUp(args, runs) {
  const bare = (options) => () => run(['-e', '0'], options);
  const adc = (options) => () => run([ADC, ...args], options);
  const time = await inTurn(runs, adc({ usage: false }), bare({ usage: false }));
  const usage = await inTurn(Math.ceil(runs / 2), adc(), bare());
  return [
    { measure: 'time', value: time.subject.ms, floor: time.floor.ms, unit: 'ms', most: MOST },
    { measure: 'CPU', value: usage.subject.cpu, floor: usage.floor.cpu, unit: 'ms' },
    { measure: 'peak memory', value: usage.subject.mib, floor: usage.floor.mib, unit: 'MiB' },
  ];
}

export const versionRow = {
  name: 'version',
  work: '`adc --version`',
  runs: 41,
  measure: ({ runs }) => startUp(['--version'], runs),
};

export const helpRow = {
  name: 'help',
  work: '`adc --help`',
  runs: 41,
  measure: ({ runs }) => startUp(['--help'], runs),
};
