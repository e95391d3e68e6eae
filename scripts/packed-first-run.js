// Installs the package into an empty folder with ci/install.sh, like a pipeline, and does a first run with it.
import { execFile, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'adc-packed-'));
const bin = join(folder, 'node_modules', '.bin');

/** Runs a command and returns its output. @throws for an unexpected exit code. */
function run(file, args, { env = {}, exitCode = 0, cwd = folder } = {}) {
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env: { ...process.env, CI: '', ...env } }, (error, out, err) => {
      const code = error ? error.code : 0;
      if (code === exitCode) resolve(out);
      else reject(new Error(`${file} ${args.join(' ')} ended with ${code}, not ${exitCode}\n${out}${err}`));
    });
  });
}

/** Starts `adc dev` with an example. Returns the process and the printed variables. */
async function startDev() {
  const dev = spawn(join(bin, 'adc'), ['dev', '--example', 'payments', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const env = {};
  for await (const line of createInterface({ input: dev.stdout })) {
    const [, name, value] = /^\s*export (\w+)=(.*)$/.exec(line) ?? [];
    if (name) env[name] = value;
    if (name === 'ADC_PORTAL') return { dev, env };
  }
  throw new Error('adc dev ended before it printed the variables to export');
}

/**
 * Installs from a copy of the built package. Runs only `pack` and `install` of npm, and uses no registry.
 */
async function install() {
  const checkout = join(folder, 'checkout');
  const { files } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const name of [
    'package.json',
    'README.md',
    'LICENSE',
    ...files.filter((file) => !file.startsWith('!')),
  ])
    await cp(join(root, name), join(checkout, name), { recursive: true });
  const npm = (await run('sh', ['-c', 'command -v npm'])).trim();
  const fakes = join(folder, 'fakes');
  await mkdir(fakes);
  await writeFile(join(fakes, 'npm'), `#!/bin/sh\ncase "$1" in ci | run) ;; *) exec '${npm}' "$@" ;; esac\n`);
  await chmod(join(fakes, 'npm'), 0o755);
  await writeFile(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}\n');
  const env = { PATH: `${fakes}${delimiter}${process.env.PATH}`, npm_config_registry: 'http://127.0.0.1:9' };
  await run(join(checkout, 'ci/install.sh'), ['--prefix', folder], { env });
}

/** Checks that a flag loads no code of commander, HTTP, YAML or schemas, found by names in these files. */
async function startsLight(flag) {
  const installed = join(folder, 'node_modules/adc-products/bin/adc.js');
  const script = `process.argv = ['node', 'adc', '${flag}']; require(${JSON.stringify(installed)});
    process.on('exit', () => console.log(Object.keys(require.cache).join('\\n')));`;
  const output = (await run('node', ['-e', script])).trim().split('\n');
  const files = output.filter((line) => line.startsWith(folder));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const heavy = files.filter((_, place) =>
    /CommanderError|YAMLParseError|undici|fast-deep-equal|ucs2length/.test(texts[place]),
  );
  if (files.length === 0) throw new Error(`it could not be seen what adc ${flag} loads`);
  if (heavy.length > 0) throw new Error(`adc ${flag} loads ${heavy.join(', ')}`);
}

async function firstRun(env) {
  const adc = (line, exitCode = 0) => run(join(bin, 'adc'), line.split(' '), { env, exitCode });
  await adc('lint');
  await adc('diff --exit-code');
  const file = join(folder, 'api-products.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('Payment processing', 'Card payment'));
  await adc('diff --exit-code', 2);
  await adc('sync');
  await adc('diff --exit-code');
  await adc('dump -o live/');
  await adc('diff -f live/ --exit-code');
  await run(join(bin, 'adc-products'), ['--version']);
  await run(join(bin, 'adc'), ['demo']);
}

async function useLibrary(env) {
  const options = `{ files: ['api-products.yaml'], server: '${env.ADC_SERVER}', token: '${env.ADC_TOKEN}' }`;
  const check = `.then(({ plan }) => { if (plan?.steps.length !== 0) throw new Error('the library sees changes'); });`;
  await writeFile(
    join(folder, 'use.mjs'),
    `import { diff } from 'adc-products';\nawait diff(${options})${check}\n`,
  );
  await writeFile(
    join(folder, 'use.cjs'),
    `const { diff } = require('adc-products');\ndiff(${options})${check}\n`,
  );
  await run('node', ['use.mjs']);
  await run('node', ['use.cjs']);
  await useTypes(options);
}

/** Checks all declaration files, with ES modules and CommonJS, without other installed packages. */
async function useTypes(options) {
  const typed = `export const outcomes = (error: unknown) => error instanceof adc.InternalError && (error as adc.InternalError).result.outcomes;
export const plan: Promise<adc.Plan | undefined> = adc.diff(${options}).then((result) => result.plan);\n`;
  await writeFile(join(folder, 'typed.mts'), `import * as adc from 'adc-products';\n${typed}`);
  await writeFile(join(folder, 'typed.cts'), `import adc = require('adc-products');\n${typed}`);
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const settings = ['--module', 'nodenext', '--skipLibCheck', 'false', '--types', ''];
  await run(compiler, ['--ignoreConfig', '--noEmit', '--strict', ...settings, 'typed.mts', 'typed.cts']);
}

try {
  await install();
  for (const flag of ['--version', '--help']) await startsLight(flag);
  const { dev, env } = await startDev();
  try {
    await firstRun(env);
    await useLibrary(env);
  } finally {
    dev.kill('SIGINT');
  }
  console.log('The packed package installs into an empty folder and does the first run.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
