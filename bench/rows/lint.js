import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADC, inTurn, run } from '../node-process.js';
import { declared, declaredExternal, openapiDocument } from '../portal-files.js';

const YAML = fileURLToPath(new URL('../../node_modules/yaml', import.meta.url));

/** Only parses with the library `yaml`, and keeps positions and comments. */
const PARSE = `
const { parseAllDocuments } = require(${JSON.stringify(YAML)});
parseAllDocuments(require('node:fs').readFileSync(process.argv[1], 'utf8'), { uniqueKeys: false });
`;

/** Only reads the files of a folder. */
const READ = `
const { readdirSync, readFileSync } = require('node:fs');
for (const name of readdirSync(process.argv[1])) readFileSync(process.argv[1] + '/' + name, 'utf8');
`;

async function lint(folder, file, floorArgs, { runs, times }) {
  const adc = () => run([ADC, 'lint', '-f', file], { cwd: folder });
  const { subject, floor } = await inTurn(runs, adc, () => run(floorArgs, { cwd: folder }));
  return [
    { measure: 'time', value: subject.ms, floor: floor.ms, unit: 'ms', ...(times && { most: { times } }) },
    { measure: 'peak memory', value: subject.mib, floor: floor.mib, unit: 'MiB' },
  ];
}

export const lintSmall = {
  name: 'lint-20',
  work: '`adc lint`, 20 products and an OpenAPI file',
  runs: 21,
  measure: async ({ runs, folder }) => {
    await writeFile(join(folder, 'openapi.yaml'), openapiDocument(0, 20));
    await writeFile(join(folder, 'small.yaml'), declared(20) + declaredExternal(['openapi.yaml']));
    return lint(folder, 'small.yaml', ['-e', '0'], { runs, times: 2.5 });
  },
};

export const lintLarge = {
  name: 'lint-10000',
  work: '`adc lint`, 10,000 products in a file',
  runs: 5,
  measure: async ({ runs, folder }) => {
    await writeFile(join(folder, 'large.yaml'), declared(10_000));
    return lint(folder, 'large.yaml', ['-e', PARSE, 'large.yaml'], { runs, times: 1.5 });
  },
};

const FILES = 2_000;

export const lintFiles = {
  name: 'lint-files',
  work: `\`adc lint\`, a folder of ${FILES.toLocaleString('en')} files with a product each`,
  runs: 5,
  measure: async ({ runs, folder }) => {
    const [head, ...products] = declared(FILES).split(/(?=^ {2}- name:)/m);
    await mkdir(join(folder, 'products'), { recursive: true });
    for (const [index, product] of products.entries()) {
      await writeFile(join(folder, 'products', `${index}.yaml`), head + product);
    }
    return lint(folder, 'products', ['-e', READ, 'products'], { runs });
  },
};

export const lintOpenapi = {
  name: 'lint-openapi',
  work: '`adc lint`, an OpenAPI document of 1 MB in JSON',
  runs: 11,
  measure: async ({ runs, folder }) => {
    await writeFile(join(folder, 'openapi.json'), openapiDocument(0, 3_250));
    await writeFile(join(folder, 'one.yaml'), declared(0) + declaredExternal(['openapi.json']));
    return lint(folder, 'one.yaml', ['-e', '0'], { runs, times: 20 });
  },
};
