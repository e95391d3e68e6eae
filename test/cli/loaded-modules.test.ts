import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atWorkplace } from '../support/run-adc.ts';

/*
 * The start-up time of a command depends on the modules that it loads, which, unlike time, do not depend on the machine.
 */

/** At the end, writes the loaded files and Node.js modules, without modules that Node.js loads itself. */
const LOOK = `
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const files = Object.keys(require.cache);
  const ofNode = process.moduleLoadList.filter((entry) => entry.startsWith('NativeModule ') && !before.has(entry));
  require('node:fs').writeFileSync(process.env.LOOK, JSON.stringify({ files, ofNode }));
});
`;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

interface Loaded {
  /** The paths of the modules of adc and of libraries. */
  readonly modules: readonly string[];
  /** The names of the libraries. */
  readonly libraries: ReadonlySet<string>;
  /** The public modules of Node.js. The internal modules differ between versions. */
  readonly ofNode: readonly string[];
  readonly chunks: number;
}

const looked = new Map<string, Promise<Loaded>>();

/** The modules that a successful command loads. Each command runs once. */
function loadedBy(command: string): Promise<Loaded> {
  const loaded = looked.get(command) ?? look(command);
  looked.set(command, loaded);
  return loaded;
}

async function look(command: string): Promise<Loaded> {
  const files = {
    'api-products.yaml': PAYMENTS,
    'unusual.yaml': `%YAML 1.2\n---\n${PAYMENTS}`,
    'look.cjs': LOOK,
  };
  return atWorkplace({ files }, async ({ folder, emulator }) => {
    const env = { ADC_SERVER: emulator.url, ADC_TOKEN: emulator.token, ADC_PORTAL: 'default' };
    const LOOK_AT = join(folder, 'look.json');
    const given = { ...env, NODE_OPTIONS: `--require=${folder}/look.cjs`, LOOK: LOOK_AT };
    expect(await program.sh(`cd ${folder} && $ADC ${command}`, given)).toMatchObject({ exitCode: 0 });
    const said = JSON.parse(await readFile(LOOK_AT, 'utf8')) as { files: string[]; ofNode: string[] };
    const names = new Set(said.files.map((file) => basename(file)));
    const chunks = program.chunks.filter(({ fileName }) => names.has(fileName));
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
    const libraries = new Set(modules.flatMap((id) => libraryOf(id) ?? []));
    return {
      modules,
      libraries,
      ofNode: said.ofNode.map((entry) => entry.replace('NativeModule ', '')).filter(isPublic),
      chunks: chunks.length,
    };
  });
}

function isPublic(name: string): boolean {
  return !name.startsWith('internal/');
}

function libraryOf(id: string): string | undefined {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
}

test.each([
  ['--version', 1],
  ['--help', 2],
])('adc %s loads no library, no module of Node.js and %i of its chunks', async (flag, count) => {
  const { chunks, libraries, ofNode } = await loadedBy(flag);
  expect({ chunks, libraries, ofNode }).toEqual({ chunks: count, libraries: new Set(), ofNode: [] });
});

const EXPENSIVE = new Set([
  'assert',
  'child_process',
  'http',
  'http2',
  'https',
  'tls',
  'url',
  'util/inspect',
  'zlib',
]);

/** The largest number of chunks that a command loads. A chunk takes longer to find and open than to compile. */
const MOST_CHUNKS = 14;

test('adc lint of valid, plain files loads no exact parser, no client and no code that explains errors', async () => {
  const { libraries, modules, ofNode, chunks } = await loadedBy('lint');
  expect(libraries).toEqual(
    new Set(['ajv', 'commander', 'fast-string-truncated-width', 'fast-string-width', 'js-yaml']),
  );
  expect(modules.filter((id) => /explain|\/src\/(admin|diff|plan)\//.test(id))).toEqual([]);
  expect(ofNode.filter((name) => EXPENSIVE.has(name) || ['net', 'stream'].includes(name))).toEqual([]);
  expect(chunks).toBeLessThan(MOST_CHUNKS);
});

/** Modules of undici that one connection does not need: fetch, mocks, balanced pools, proxies, HTTP/2. */
const NOT_FOR_ONE_CONNECTION =
  /undici\/lib\/(web|mock|api|interceptor|dispatcher\/(env-|proxy-|balanced|retry|client-h2))/;

test.each(['ping', 'diff', 'sync --yes', 'dump'])(
  'adc %s loads only the parts of undici and of Node.js that one connection needs',
  async (command) => {
    const { modules, libraries, ofNode } = await loadedBy(command);
    expect(libraries).toContain('undici');
    expect(modules.filter((id) => NOT_FOR_ONE_CONNECTION.test(id))).toEqual([]);
    expect(libraries).not.toContain('chalk');
    expect(modules.filter((id) => id.includes('/report/html'))).toEqual([]);
    expect(ofNode.filter((name) => EXPENSIVE.has(name))).toEqual([]);
  },
);

test.each(['lint', 'diff', 'sync --yes'])(
  'adc %s without OpenAPI documents loads no code that reads unusual YAML, explains errors or compares documents',
  async (command) => {
    const { modules, libraries, chunks } = await loadedBy(command);
    expect(libraries).not.toContain('yaml');
    expect(modules.filter((id) => /exact-yaml|explain|\/src\/diff\/openapi\//.test(id))).toEqual([]);
    expect(chunks).toBeLessThan(MOST_CHUNKS);
  },
);

test('adc lint of unusual YAML loads the exact parser', async () => {
  expect((await loadedBy('lint -f unusual.yaml')).libraries).toContain('yaml');
});

test.each(['ping', 'diff'])('adc %s computes no digest if none is needed', async (command) => {
  expect((await loadedBy(command)).ofNode).not.toContain('crypto');
});
