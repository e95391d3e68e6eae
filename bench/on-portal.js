import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startedEmulator } from './emulator.js';
import { medians, run } from './node-process.js';

/**
 * The medians of so many runs of a command on a portal, each on a new one, with what the portal was asked.
 * @param work `args` of the command; `seed`, `latencyMs` and `switches` of the portal; `text` of products.yaml, if any.
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
