import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { commandChunks, loadRareLate } from './chunks.js';

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
    plugins: [smallerLibraries, loadRareLate],
    preserveEntrySignatures: 'allow-extension',
  });
  const written = await bundle.write({
    format: 'cjs',
    minify: true,
    codeSplitting: commandChunks(),
    ...output,
  });
  await bundle.close();
  return written.output.filter(({ type }) => type === 'chunk');
}

/**
 * Modules that libraries load and adc never uses, with replacements. Of undici: HTTP/2, which adc does not allow; request
 * bodies that are forms or streams; node:http, only for its header size limit of 16 KiB; node:assert, which loads the code
 * that prints values. Of commander: node:child_process, for commands in other files. Without those of undici, `adc ping`
 * takes 10 % less CPU (218 instead of 242 ms, best of 15) and `adc diff` of one product 13 % less (296 instead of 339 ms).
 * A single row saves less.
 */
const UNUSED = [
  { file: 'undici/lib/dispatcher/client', loads: "require('./client-h2.js')", instead: 'undefined' },
  {
    file: 'undici/lib/dispatcher/client',
    loads: "require('node:http')",
    instead: '({ maxHeaderSize: 16 * 1024 })',
  },
  { file: 'undici/lib/dispatcher/client-h1', loads: "require('../web/fetch/body.js')", instead: '({})' },
  { file: 'undici/lib/core/util', loads: "require('node:http')", instead: '({})' },
  ...['core/connect', 'core/request', 'core/util', 'dispatcher/client', 'dispatcher/client-h1'].map(
    (file) => ({
      file: `undici/lib/${file}`,
      loads: "require('node:assert')",
      instead: "((ok, what = 'assertion failed in undici') => { if (!ok) throw new Error(what) })",
    }),
  ),
  { file: 'commander/lib/command', loads: "require('node:child_process')", instead: 'undefined' },
];

const smallerLibraries = {
  name: 'smaller-libraries',
  transform(code, id) {
    const rows = UNUSED.filter(({ file }) => id.endsWith(`/node_modules/${file}.js`));
    if (rows.length === 0) return null;
    return rows.reduce((rest, { file, loads, instead }) => {
      const changed = rest.replaceAll(loads, instead);
      if (changed === rest) throw new Error(`${file}.js no longer has ${loads}: change its row here`);
      return changed;
    }, code);
  },
};
