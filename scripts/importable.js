import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Bundles a module of the project into a folder, since Node.js 20 does not run TypeScript.
 * @param options more options of rolldown.
 * @returns the URL to import.
 */
export async function importable(module, folder, options = {}) {
  const bundle = await rolldown({ cwd: root, input: module, platform: 'node', ...options });
  const name = basename(module, '.ts');
  const files = { entryFileNames: `${name}.mjs`, chunkFileNames: `${name}-[name]-[hash].mjs` };
  await bundle.write({ dir: folder, format: 'esm', ...files });
  await bundle.close();
  return pathToFileURL(join(folder, `${name}.mjs`)).href;
}
