// `npm run docs`: makes the pages of docs/reference/ that say what the program's tables say.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Node.js 20 does not run TypeScript, so what makes the pages is bundled first. */
async function bundle(folder) {
  const bundled = await rolldown({ cwd: root, input: 'scripts/pages.ts', platform: 'node' });
  await bundled.write({
    dir: folder,
    format: 'esm',
    entryFileNames: 'pages.mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await bundled.close();
  return import(pathToFileURL(join(folder, 'pages.mjs')));
}

// As deep below the root as the sources that read files by their place.
await mkdir(`${root}dist`, { recursive: true });
const folder = await mkdtemp(join(root, 'dist/docs-'));
try {
  const { PAGES } = await bundle(folder);
  await mkdir(`${root}docs/reference`, { recursive: true });
  for (const [file, make] of Object.entries(PAGES))
    await writeFile(`${root}docs/reference/${file}`, await make());
} finally {
  await rm(folder, { recursive: true });
}
