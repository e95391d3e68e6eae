import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import { isPlanText } from '../plan/save-plan.ts';
import { refuseExisting } from './staged-files.ts';
import { codeOf } from './write-failure.ts';
import { writeFiles } from './write-files.ts';

/**
 * Checks early, before anything is read, that a plan can be saved there: a plan replaces nothing except an earlier plan.
 * @throws UsageError for any other file, for folders and for symlinks.
 */
export async function refuseToReplace(path: string, cwd: string): Promise<void> {
  await refuseExisting([resolve(cwd, path)], true);
  if (await mayReplace(resolve(cwd, path))) return;
  throw new UsageError(`"${printable(path)}" exists and is not a plan`, {
    hint: 'adc diff -o replaces earlier plans only. Choose another name, or delete the file. Nothing was written.',
  });
}

/** Readers see the whole plan, never half of it. @throws UsageError if another file has got the name meanwhile. */
export async function savePlanFile(path: string, content: string): Promise<void> {
  await writeFiles(dirname(path), [{ path: basename(path), content }], { force: true, mayReplace });
}

/** An empty file holds nothing that could be lost: `mktemp` makes one. Devices get an error of their own. */
async function mayReplace(path: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return !stats.isSymbolicLink() && !stats.isDirectory();
    return stats.size === 0 || isPlanText(await readFile(path, 'utf8'));
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
  }
}
