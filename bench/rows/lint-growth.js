import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { growth } from '../growth.js';
import { ADC, medians, run } from '../node-process.js';

const SIZES = [10_000, 100_000];
const repeated = (count, part) => Array.from({ length: count }, (_, index) => part(index)).join('');
const PRODUCT = 'api_products:\n  - name: A\n    type: external\n    status: draft\n';

/** Files whose number of elements grows with `size`, with the exit code of `adc lint`. */
const FILES = [
  {
    what: 'documents with a comment each',
    exitCode: 0,
    text: (size) =>
      repeated(
        size,
        (index) =>
          `---\n# adc-lint-disable-next-line servers-unknown\napi_products:\n  - { name: P${index}, type: external, status: draft }\n`,
      ),
  },
  {
    what: 'unset variables in a text',
    exitCode: 1,
    text: (size) => `${PRODUCT}    desc: "${repeated(size, (index) => `\${V${index}} `)}"\n`,
  },
  {
    what: 'unknown keys',
    exitCode: 1,
    text: (size) => PRODUCT + repeated(size, (index) => `    key${index}: x\n`),
  },
  {
    what: 'anchors, each with an alias',
    exitCode: 0,
    text: (size) =>
      `${PRODUCT}    labels:\n${repeated(size, (index) => `      k${index}: &a${index} v\n      l${index}: *a${index}\n`)}`,
  },
];

export const lintGrowthRow = {
  name: 'lint-growth',
  work: '`adc lint` of a file with 100,000 of something, beside ten times that of 10,000',
  runs: 3,
  measure: async ({ runs, folder }) => {
    const lines = [];
    for (const { what, exitCode, text } of FILES) {
      const sizes = [];
      for (const size of SIZES) {
        await writeFile(join(folder, 'a.yaml'), text(size));
        const used = [];
        for (let count = 0; count < runs; count += 1) {
          used.push(await run([ADC, 'lint', '-f', 'a.yaml'], { cwd: folder, exitCode }));
        }
        sizes.push({ size, ...medians(used) });
      }
      lines.push(growth(`CPU, ${what}`, 'ms', sizes, (one) => one.cpu));
    }
    return lines;
  },
};
