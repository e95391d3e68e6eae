import { join } from 'node:path';
import type { DumpFile } from '../dump/dump.ts';
import type { Replacing } from './put-in-place.ts';
import { refuseExisting, StagedFiles } from './staged-files.ts';

/**
 * Writes files below `root`, which is made where it is missing, and the folders that their paths name: all of them or
 * none (acceptance U3, X9). Nothing is written if one of them is there already, unless `force`; a folder is never
 * replaced, and a link is replaced rather than followed.
 * @throws UsageError naming what is there already; OperationalError if the disk refuses.
 */
export async function writeFiles(
  root: string,
  files: readonly DumpFile[],
  options: Replacing,
): Promise<void> {
  const targets = files.map(({ path, content }) => ({ path: join(root, ...path.split('/')), content }));
  await refuseExisting(
    targets.map(({ path }) => path),
    options.force,
  );
  const staged = new StagedFiles(options);
  try {
    for (const { path, content } of targets) await staged.add(path, content);
    await staged.commit();
  } finally {
    await staged.discard();
  }
}
