import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from '../bundled.js';
import { companySeed, companyText, writeCompany } from '../company.js';
import { growth, growthLine, SIZES } from '../growth.js';
import { inTurn, medians, run } from '../node-process.js';

const YAML = fileURLToPath(new URL('../../node_modules/yaml', import.meta.url));

/** The CPU time of parsing the same text with the library `yaml`, without starting Node.js and loading the library. */
const PARSE = `
const { parseAllDocuments } = require(${JSON.stringify(YAML)});
const text = require('node:fs').readFileSync(process.argv[1], 'utf8');
const start = process.cpuUsage();
parseAllDocuments(text, { uniqueKeys: false });
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ all: (user + system) / 1000 }));
`;

/** The JSON output of the script, with the usage of the process. */
async function outputOf(args, folder) {
  const { out, cpu, mib, ms } = await run(args, { cwd: folder });
  return { ...JSON.parse(out), whole: cpu, mib, ms };
}

export const loadDiffPlanRow = {
  name: 'load-diff-plan',
  work: 'load, diff and plan of 10,000 products of 40 lines in a file, 1 % changed',
  runs: 5,
  measure: async ({ runs, folder }) => {
    await writeFile(join(folder, 'products.yaml'), companyText(0, 10_000));
    await writeFile(join(folder, 'seed.json'), JSON.stringify(companySeed(10_000)));
    const script = await bundled('load-diff-plan', folder);
    const { subject, floor } = await inTurn(
      runs,
      () => outputOf([script, 'products.yaml', 'seed.json'], folder),
      () => outputOf(['-e', PARSE, 'products.yaml'], folder),
    );
    const after = subject.all - subject.files;
    return [
      { measure: 'CPU', value: subject.all, floor: floor.all, unit: 'ms', most: { times: 2 } },
      { measure: 'CPU after reading the files', value: after, floor: floor.all, unit: 'ms' },
      { measure: 'peak memory', value: subject.mib, floor: floor.mib, unit: 'MiB' },
    ];
  },
};

async function measuredSizes(runs, folder, script) {
  const sizes = [];
  for (const size of SIZES) {
    await writeCompany(join(folder, String(size)), size);
    await writeFile(join(folder, `${size}.json`), JSON.stringify(companySeed(size)));
    const taken = [];
    for (let count = 0; count < runs; count += 1) {
      taken.push(await outputOf([script, String(size), `${size}.json`], folder));
    }
    sizes.push({ size, ...medians(taken) });
    console.error(
      `  ${size} products: ${Math.round(sizes.at(-1).all)} ms, ${Math.round(sizes.at(-1).mib)} MiB`,
    );
  }
  return sizes;
}

export const growthRow = {
  name: 'growth',
  work: 'load, diff and plan of 100,000 products, in files of a hundred, beside ten times that of 10,000',
  runs: 1,
  measure: async ({ runs, folder, plot }) => {
    const sizes = await measuredSizes(runs, folder, await bundled('load-diff-plan', folder));
    const [all, mib] = ['all', 'mib'].map((name) => (one) => one[name]);
    await plot('growth-in-time', {
      title: 'Load, diff and plan of 100 to 100,000 products',
      x: 'products',
      y: 'CPU in ms',
      lines: [
        growthLine('all', sizes, all),
        growthLine('after reading', sizes, (one) => one.all - one.files),
      ],
    });
    await plot('growth-in-memory', {
      title: 'Memory of load, diff and plan of 100 to 100,000 products',
      x: 'products',
      y: 'peak in MiB, with Node.js and with what is live',
      lines: [growthLine('peak memory', sizes, mib)],
    });
    return [growth('CPU', 'ms', sizes, all), growth('peak memory', 'MiB', sizes, mib)];
  },
};
