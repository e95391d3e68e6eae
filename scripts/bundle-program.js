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
    plugins: [withoutWhatIsNeverNeeded, readOnce],
  });
  const written = await bundle.write({ format: 'cjs', minify: true, ...output });
  await bundle.close();
  return written.output.filter(({ type }) => type === 'chunk');
}

/**
 * What libraries load or do as they are loaded although adc never needs it, and what stands for it. commander runs
 * subcommands that are programs of their own, of which adc has none. undici speaks HTTP/2 where that is allowed, which it is not; takes
 * bodies that are forms and streams, and adc sends texts; asks node:http how long headers may be, which is 16 KiB; and
 * makes sure of itself with node:assert, with which Node.js loads all that could show values and colours. js-yaml makes its
 * schemas and the patterns of its writer, of which reading events needs none, so that they are dropped where they are
 * said to be pure.
 */
const NEVER_NEEDED = [
  { file: '/commander/lib/command.js', done: "require('node:child_process')", instead: '({})' },
  { file: '/undici/lib/dispatcher/client.js', done: "require('./client-h2.js')", instead: 'undefined' },
  {
    file: '/undici/lib/dispatcher/client.js',
    done: "require('node:http')",
    instead: '({ maxHeaderSize: 16 * 1024 })',
  },
  { file: '/undici/lib/dispatcher/client-h1.js', done: "require('../web/fetch/body.js')", instead: '({})' },
  { file: '/undici/lib/core/util.js', done: "require('node:http')", instead: '({})' },
  ...['core/connect', 'core/request', 'core/util', 'dispatcher/client', 'dispatcher/client-h1'].map(
    (name) => ({
      file: `/undici/lib/${name}.js`,
      done: "require('node:assert')",
      instead: "((ok, what = 'undici is wrong about itself') => { if (!ok) throw new Error(what) })",
    }),
  ),
  {
    file: '/js-yaml/dist/js-yaml.mjs',
    done: /^(var \w+ = )(?=(?:new (?:Schema|RegExp)|\w+_SCHEMA\.withTags|define\w+Tag)\()/gm,
    instead: '$1/* @__PURE__ */ ',
  },
];

const withoutWhatIsNeverNeeded = {
  name: 'without-what-is-never-needed',
  transform(code, id) {
    const rows = NEVER_NEEDED.filter(({ file }) => id.endsWith(file));
    if (rows.length === 0) return null;
    return rows.reduce((rest, { file, done, instead }) => {
      const changed = rest.replaceAll(done, instead);
      if (changed === rest) throw new Error(`${file} is another one: look at what is done for it here`);
      return changed;
    }, code);
  },
};

/**
 * A CommonJS module of a library is an arrow function in the bundle. V8 skims every function as it loads a chunk, and reads
 * it in full as it is called, but for one that stands in brackets and is no arrow function: that is taken to be called soon.
 */
const readOnce = {
  name: 'read-once',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue;
      file.code = file.code.replaceAll(
        MODULE,
        (_all, call, several, one) => `${call}function(${several ?? one}){`,
      );
    }
  },
};

const MODULE = /(\/\* @__PURE__ \*\/ [\w$.]+\(\()(?:\(([\w$,]*)\)|([\w$]+))=>\{/g;
