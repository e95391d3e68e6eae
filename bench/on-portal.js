import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startedEmulator } from './emulator.js';
import { medians, run } from './node-process.js';

/**
 * The medians of several runs of a command, each on a new portal, with the numbers of requests.
 * @param work `args` of the command; `seed`, `latencyMs` and `switches` of the portal; optional `text` of products.yaml.
 */
export async function onPortal({ runs, folder }, { args, seed, latencyMs = 0, switches = {}, text }) {
  await mkdir(folder, { recursive: true });
  if (text !== undefined) await writeFile(join(folder, 'products.yaml'), text);
  const done = [];
  for (let count = 0; count < runs; count += 1) {
    const portal = await startedEmulator(folder, { seed, latencyMs, switches });
    try {
      const used = await run(args, { cwd: folder, env: portal.env });
      done.push({ ...used, ...(await portal.asked()) });
    } finally {
      await portal.stop();
    }
  }
  return medians(done);
}
