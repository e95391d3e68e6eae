import { beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/start-emulator.ts';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { tempFiles } from '../support/temp-files.ts';

/** Prints the V8 flags that the program sets. */
const WATCH = `
const v8 = require('node:v8');
const set = v8.setFlagsFromString;
v8.setFlagsFromString = (flag) => { process.stderr.write('flag ' + flag + '\\n'); set(flag); };
`;

const documentOf = (characters: number): string =>
  JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'A', version: '1', description: 'x'.repeat(characters) },
    paths: {},
  });

const productsOf = (count: number): string =>
  `api_products:\n${Array.from(
    { length: count },
    (_, at) => `  - name: API ${at}
    type: external
    server_urls: [https://${at}.example.com]
    openapi_file: ${at}.json
`,
  ).join('')}`;

async function flagsOf(command: string, documents: number, env: Readonly<Record<string, string>> = {}) {
  const files = Array.from({ length: documents }, (_, at) => [`${at}.json`, documentOf(1_000_000)]);
  const folder = await tempFiles({
    'products.yaml': productsOf(documents),
    'watch.cjs': WATCH,
    ...(Object.fromEntries(files) as Record<string, string>),
  });
  const { err } = await program.sh(`cd ${folder} && $ADC ${command} -f products.yaml`, {
    NODE_OPTIONS: `--require=${folder}/watch.cjs`,
    ...env,
  });
  return [...err.matchAll(/^flag (\S+)/gm)].map(([, flag]) => flag);
}

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

test('limits the heap once, and only for large documents', async () => {
  expect(await flagsOf('lint', 1)).toEqual([]);
  expect(await flagsOf('lint', 4)).toEqual(['--heap-growing-percent=20', '--expose-gc']);
});

const [major = 0] = process.versions.node.split('.').map(Number);

test('a command that sends requests compiles less', async () => {
  const emulator = await startEmulator();
  try {
    const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, ADC_PORTAL: 'default' };
    expect(await flagsOf('diff', 1, env)).toEqual([
      '--max-inlined-bytecode-size-cumulative=200',
      ...(major < 24 ? ['--liftoff-only'] : []),
    ]);
  } finally {
    await emulator.close();
  }
});
