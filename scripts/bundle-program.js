import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Bundles modules of the project into the CommonJS that people run, for the package, for executables and for tests of either.
 * @param input as rolldown takes it, from the root of the project.
 * @param output where to, as rolldown takes it.
 * @returns the chunks, which name their modules.
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
 * What undici loads although adc never uses it, and what replaces it: HTTP/2, which adc does not allow; request bodies that
 * are forms and streams; node:http for its limit of header sizes, 16 KiB; node:assert, with which Node.js loads all that
 * prints values. Without these, `adc ping` takes 10 % less CPU (218 instead of 242 ms, best of 15) and `adc diff` of one
 * product 13 % less (296 instead of 339 ms). Each row alone gains less.
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
