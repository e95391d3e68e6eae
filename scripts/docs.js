// `npm run docs`: generates the pages of docs/reference/ from the tables of the program.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importable } from './importable.js';

const root = fileURLToPath(new URL('../', import.meta.url));

// As deep below the root as the sources, which read files by relative paths.
await mkdir(`${root}dist`, { recursive: true });
const folder = await mkdtemp(join(root, 'dist/docs-'));
try {
  const { PAGES } = await import(await importable('scripts/pages.ts', folder));
  await mkdir(`${root}docs/reference`, { recursive: true });
  for (const [file, make] of Object.entries(PAGES))
    await writeFile(`${root}docs/reference/${file}`, await make());
} finally {
  await rm(folder, { recursive: true });
}
