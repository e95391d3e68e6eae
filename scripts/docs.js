// `npm run docs`: makes the pages of docs/ that say what the program's tables say.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Each page with the module that makes it, and the function that gives its text. */
const PAGES = {
  'diagnostics.md': ['scripts/diagnostics-page.ts', 'diagnosticsPage'],
  'reference.md': ['scripts/reference-page.ts', 'referencePage'],
};

/** Node.js 20 does not run TypeScript, so the page's module is bundled first. */
async function page([input, name], folder) {
  const bundled = await rolldown({ cwd: root, input, platform: 'node' });
  await bundled.write({
    dir: folder,
    format: 'esm',
    entryFileNames: 'page.mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundled.close();
  return (await import(pathToFileURL(join(folder, 'page.mjs'))))[name]();
}

await mkdir(`${root}docs`, { recursive: true });
for (const [file, made] of Object.entries(PAGES)) {
  const folder = await mkdtemp(join(tmpdir(), 'adc-docs-'));
  await writeFile(`${root}docs/${file}`, await page(made, folder));
  await rm(folder, { recursive: true });
}
