// Builds dist/: the program and the library as CommonJS chunks that load only what a command needs, the page, the types, and
// the licences of bundled packages.
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPage, RENDERER_NOTICE } from './build-page.js';
import { bundleProgram } from './bundle-program.js';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The exports of `import { … } from 'adc-products'`. Node.js finds names of CommonJS exports only if they are explicit. */
const LIBRARY = `import library from './index.cjs';
export const { diff, sync, dump, InternalError } = library;
`;

/**
 * The types for `require('adc-products')`. dist/types belongs to an ES module, which a CommonJS module may reference only
 * with its resolution mode.
 */
const COMMONJS_TYPES = `import type * as library from './types/index.d.ts' with { 'resolution-mode': 'import' };
export type * from './types/index.d.ts' with { 'resolution-mode': 'import' };
export declare const diff: typeof library.diff;
export declare const sync: typeof library.sync;
export declare const dump: typeof library.dump;
export declare const InternalError: typeof library.InternalError;
export type InternalError = library.InternalError;
`;

async function build() {
  await rm(`${root}dist`, { recursive: true, force: true });
  await Promise.all([buildProgram(), buildPage(), buildTypes()]);
}

async function buildProgram() {
  const chunks = await bundleProgram(
    { 'cli/run': 'src/cli/run.ts', index: 'src/index.ts' },
    { dir: 'dist', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
  );
  refuseProgramInLibrary(chunks);
  await writeFile(`${root}dist/index.js`, LIBRARY);
  await writeFile(`${root}dist/THIRD-PARTY-NOTICES`, await notices(chunks));
}

/** @throws if a chunk that the library may load also runs the program. */
function refuseProgramInLibrary(chunks) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const reached = new Set(['index.cjs']);
  for (const name of reached) {
    const { imports = [], dynamicImports = [], moduleIds = [] } = byName.get(name) ?? {};
    if (moduleIds.some((id) => id.endsWith('/src/cli/run.ts')))
      throw new Error('the library loads src/cli/run.ts');
    for (const next of [...imports, ...dynamicImports]) reached.add(next);
  }
}

/** Keeps only the type files that index.d.ts references, directly or indirectly. They reference no other package. */
async function buildTypes() {
  await promisify(execFile)(`${root}node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], { cwd: root });
  await writeFile(`${root}dist/index.d.cts`, COMMONJS_TYPES);
  const folder = join(root, 'dist/types');
  const kept = new Set([join(folder, 'index.d.ts')]);
  for (const file of kept) {
    const text = await readFile(file, 'utf8');
    for (const [, name] of text.matchAll(/(?<![-\w])(?:from|import) ?\(?'([^']+)'/g)) {
      if (!name.startsWith('.')) throw new Error(`the types of the library need ${name}: ${file}`);
      kept.add(join(dirname(file), name.replace(/\.ts$/, '.d.ts')));
    }
  }
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of files.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    if (!kept.has(file)) await rm(file);
  }
}

/** The licence texts of all bundled packages. */
async function notices(chunks) {
  const folders = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  const texts = await Promise.all([...new Set(folders)].toSorted((a, b) => (a < b ? -1 : 1)).map(notice));
  return [...texts, RENDERER_NOTICE].join(`\n${'-'.repeat(80)}\n\n`);
}

async function notice(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${await readFile(`${folder}/${file}`, 'utf8')}`;
}

await build();
