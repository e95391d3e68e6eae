import { randomUUID } from 'node:crypto';
import { chmod, chown, constants, copyFile, link, lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { printable } from '../lib/printable.ts';
import { UsageError } from '../model/errors.ts';
import { codeOf, exists } from './disk.ts';

/** A file with a temporary name. */
export interface Staged {
  readonly path: string;
  readonly temporary: string;
  /** The previous file under a temporary name, until the commit is complete. */
  backup?: string;
}

export interface Replacing {
  /** Whether existing files are replaced. */
  readonly force: boolean;
  /** Limits `force` to files for which this returns true. */
  readonly mayReplace?: ((path: string) => Promise<boolean>) | undefined;
}

/** A hidden name in the same directory, which directory scans skip. */
export function hiddenName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 60)}.${randomUUID()}.tmp`);
}

/**
 * Renames a staged file to its path.
 * @throws UsageError if a file exists there, and `replacing` does not allow to replace it; system errors.
 */
export async function putInPlace(staged: Staged, { force, mayReplace }: Replacing): Promise<void> {
  const isReplacing = await exists(staged.path);
  if (isReplacing && mayReplace !== undefined) return replaceIf(mayReplace, staged);
  if (!isReplacing || !force) return putNew(staged);
  await backUp(staged);
  return putOver(staged);
}

/** Undoes putInPlace(). */
export async function rollBack({ path, backup }: Staged): Promise<void> {
  if (backup === undefined) await rm(path, { force: true });
  else await putOver({ path, temporary: backup });
}

/**
 * Replaces a file if the check allows it. Checks it again after renaming it, since another process could replace the
 * file after the first check.
 */
async function replaceIf(mayReplace: (path: string) => Promise<boolean>, staged: Staged): Promise<void> {
  const { path } = staged;
  if (!(await mayReplace(path))) throw overwriteRefused(path);
  const renamed = besideTemporary(staged);
  try {
    await rename(path, renamed);
  } catch (error) {
    if (!CANNOT_RENAME.has(codeOf(error))) throw error;
    await backUp(staged);
    return putOver(staged);
  }
  if (await mayReplace(renamed)) {
    staged.backup = renamed;
    await copyMode(renamed, staged.temporary);
    return putNew(staged);
  }
  await link(renamed, path).then(
    async () => rm(renamed),
    async () => rename(renamed, path),
  );
  throw overwriteRefused(path);
}

/** Creates a file, and replaces none. Some disks have no hard links. */
async function putNew({ path, temporary }: Staged): Promise<void> {
  try {
    await link(temporary, path).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw error;
      await copyFile(temporary, path, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? overwriteRefused(path) : error;
  }
  await rm(temporary);
}

/**
 * Replaces a file. A single file that is mounted cannot be renamed (EBUSY), and its directory may be read-only, so its
 * content is replaced.
 */
async function putOver(staged: Staged): Promise<void> {
  const { path, temporary, backup } = staged;
  try {
    await rename(temporary, path);
  } catch (error) {
    const own = await lstat(path).catch(() => undefined);
    if (!CANNOT_RENAME.has(codeOf(error)) || own?.isFile() !== true) throw error;
    // A backup by hard link would change with the file.
    if (backup !== undefined) await rm(backup).then(async () => copyFile(path, backup));
    await writeInPlace(path, temporary).catch(async (failure: unknown) => {
      if (backup !== undefined) await writeInPlace(path, backup);
      throw failure;
    });
    await rm(temporary);
  }
}

const CANNOT_RENAME: ReadonlySet<string> = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS']);

async function writeInPlace(path: string, from: string): Promise<void> {
  const content = await readFile(from);
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    await file.truncate();
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Keeps a backup of the previous file. Some disks have no hard links. */
async function backUp(staged: Staged): Promise<void> {
  const { path, temporary } = staged;
  const backup = besideTemporary(staged);
  staged.backup = backup;
  await link(path, backup).catch(async () => copyFile(path, backup));
  await copyMode(path, temporary);
}

/**
 * Copies the permissions of the previous file, and its owner where that is allowed: a container usually runs as root. A
 * symlink has none: adc replaces the symlink, not its target.
 */
async function copyMode(before: string, temporary: string): Promise<void> {
  const stats = await lstat(before);
  if (!stats.isFile()) return;
  await chown(temporary, stats.uid, stats.gid).catch(() => undefined);
  await chmod(temporary, stats.mode & PERMISSIONS);
}

const PERMISSIONS = 0o777;

/** A hidden name in the directory of the temporary file. */
function besideTemporary({ path, temporary }: Staged): string {
  return hiddenName(join(dirname(temporary), basename(path)));
}

function overwriteRefused(path: string): UsageError {
  return new UsageError(`"${printable(path)}" would be overwritten`, {
    hint: 'Choose another place with -o. Nothing was written.',
  });
}
