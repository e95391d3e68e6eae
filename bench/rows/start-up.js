import { fileURLToPath } from 'node:url';
import { ADC, inTurn, run } from '../node-process.js';

const MOST = { times: 1.3 };

/** Measures the time without the usage hook, like a start by a user. Separate runs measure CPU and memory. */
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

/** Modules that adc does not load for help and version, to measure what they would cost. */
const PARTS = [
  ['node:tty', "require('node:tty').isatty(1)"],
  ['a stream for standard output', "process.stdout.write('x')"],
  [
    'commander',
    `require(${JSON.stringify(fileURLToPath(new URL('../../node_modules/commander', import.meta.url)))})`,
  ],
];

export const partsRow = {
  name: 'start-parts',
  work: '`node -e`, beside `node -e 0`',
  runs: 21,
  measure: async ({ runs }) => {
    const lines = [];
    for (const [measure, code] of PARTS) {
      const { subject, floor } = await inTurn(
        runs,
        () => run(['-e', code]),
        () => run(['-e', '0']),
      );
      lines.push({ measure: `CPU of ${measure}`, value: subject.cpu, floor: floor.cpu, unit: 'ms' });
    }
    return lines;
  },
};
