import { join } from 'node:path';
import { companySeed, writeCompany } from '../company.js';
import { ADC } from '../node-process.js';
import { onPortal } from '../on-portal.js';

const SIZES = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
/** How much more than in proportion a hundred thousand may take. */
const LINEAR = { times: 1.25 };

async function measuredSize(size, { runs, folder }) {
  await writeCompany(join(folder, String(size)), size);
  const args = [
    ADC,
    'diff',
    '--allow-deletes',
    String(size),
    '--request-concurrent',
    '50',
    '-f',
    String(size),
  ];
  const used = await onPortal({ runs, folder }, { args, seed: companySeed(size) });
  console.error(`  ${size} products: ${Math.round(used.cpu)} ms, ${Math.round(used.mib)} MiB`);
  return { size, ...used };
}

export const diffGrowthRow = {
  name: 'diff-growth',
  work: '`adc diff` of 100,000 products, 1 % changed, beside ten times that of 10,000',
  runs: 1,
  measure: async (tools) => {
    const sizes = [];
    for (const size of SIZES) sizes.push(await measuredSize(size, tools));
    const [small, large] = [10_000, 100_000].map((size) => sizes.find((one) => one.size === size));
    const line = (name, of) => ({ name, points: sizes.map((one) => [one.size, of(one)]) });
    await tools.plot('diff-growth-in-time', {
      title: 'adc diff of 100 to 100,000 products, from the files to the plan',
      x: 'products',
      y: 'ms, at no latency',
      lines: [line('time', ({ ms }) => ms), line('CPU', ({ cpu }) => cpu)],
    });
    await tools.plot('diff-growth-in-memory', {
      title: 'Memory of adc diff of 100 to 100,000 products',
      x: 'products',
      y: 'peak in MiB, with Node.js',
      lines: [line('peak memory', ({ mib }) => mib)],
    });
    return [
      { measure: 'time', value: large.ms, floor: small.ms * 10, unit: 'ms', most: LINEAR },
      { measure: 'CPU', value: large.cpu, floor: small.cpu * 10, unit: 'ms', most: LINEAR },
      { measure: 'peak memory', value: large.mib, floor: small.mib * 10, unit: 'MiB', most: LINEAR },
    ];
  },
};
