import { join } from 'node:path';
import { companySeed, writeCompany } from '../company.js';
import { growth, growthLine, SIZES } from '../growth.js';
import { ADC } from '../node-process.js';
import { onPortal } from '../on-portal.js';

async function measuredSize(size, { runs, folder }) {
  await writeCompany(join(folder, String(size)), size);
  const args = [ADC, 'diff', '--request-concurrent', '50', '-f', String(size)];
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
    const [ms, cpu, mib] = ['ms', 'cpu', 'mib'].map((name) => (one) => one[name]);
    await tools.plot('diff-growth-in-time', {
      title: 'adc diff of 100 to 100,000 products, from the files to the plan',
      x: 'products',
      y: 'ms, at no latency',
      lines: [growthLine('time', sizes, ms), growthLine('CPU', sizes, cpu)],
    });
    await tools.plot('diff-growth-in-memory', {
      title: 'Memory of adc diff of 100 to 100,000 products',
      x: 'products',
      y: 'peak in MiB, with Node.js',
      lines: [growthLine('peak memory', sizes, mib)],
    });
    return [growth('CPU', 'ms', sizes, cpu), growth('peak memory', 'MiB', sizes, mib)];
  },
};
