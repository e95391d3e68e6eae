import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Builds a script of bench/parts/ like the program, to measure stages inside one process.
 * @returns the path of a CommonJS file in the folder.
 */
export async function bundled(part, folder) {
  const bundle = await rolldown({ cwd: root, input: { [part]: `bench/parts/${part}.ts` }, platform: 'node' });
  const entryFileNames = '[name].cjs';
  await bundle.write({ dir: folder, format: 'cjs', entryFileNames, chunkFileNames: '[name]-[hash].cjs' });
  await bundle.close();
  return join(folder, `${part}.cjs`);
}
