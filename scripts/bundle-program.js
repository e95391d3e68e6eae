import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Bundles modules of the project as CommonJS for the package, for executables and for their tests.
 * @param input the `input` of rolldown, relative to the root of the project.
 * @param output the `output` of rolldown.
 * @returns the chunks with their modules.
 */
export async function bundleProgram(input, output) {
  const bundle = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    plugins: [smallerUndici],
  });
  const written = await bundle.write({ format: 'cjs', minify: true, ...output });
  await bundle.close();
  return written.output.filter(({ type }) => type === 'chunk');
}

/**
 * Modules that undici loads and adc never uses, with replacements: HTTP/2, which adc does not allow; request bodies that
 * are forms or streams; node:http, only for its header size limit of 16 KiB; node:assert, which loads the code that prints
 * values. Without them, `adc ping` takes 10 % less CPU (218 instead of 242 ms, best of 15) and `adc diff` of one product
 * 13 % less (296 instead of 339 ms). A single row saves less.
 */
const UNUSED = [
  { file: 'dispatcher/client', loads: "require('./client-h2.js')", instead: 'undefined' },
  { file: 'dispatcher/client', loads: "require('node:http')", instead: '({ maxHeaderSize: 16 * 1024 })' },
  { file: 'dispatcher/client-h1', loads: "require('../web/fetch/body.js')", instead: '({})' },
  { file: 'core/util', loads: "require('node:http')", instead: '({})' },
  ...['core/connect', 'core/request', 'core/util', 'dispatcher/client', 'dispatcher/client-h1'].map(
    (file) => ({
      file,
      loads: "require('node:assert')",
      instead: "((ok, what = 'assertion failed in undici') => { if (!ok) throw new Error(what) })",
    }),
  ),
];

const smallerUndici = {
  name: 'smaller-undici',
  transform(code, id) {
    const rows = UNUSED.filter(({ file }) => id.endsWith(`/undici/lib/${file}.js`));
    if (rows.length === 0) return null;
    return rows.reduce((rest, { file, loads, instead }) => {
      const changed = rest.replaceAll(loads, instead);
      if (changed === rest)
        throw new Error(`undici/lib/${file}.js no longer has ${loads}: change its row here`);
      return changed;
    }, code);
  },
};
