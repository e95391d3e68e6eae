import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import type { DumpFile } from '../dump/dump.ts';

/**
 * Writes files below `root`, which is made where it is missing, and the folders that their paths name. Nothing is
 * written if one of them is there already, unless `force`; a folder is never replaced. Each is complete before it gets its name, so that no reader
 * sees half of one, and none is renamed before all are complete: a full disk leaves what was there (acceptance U3, X9).
 * @throws UsageError naming what is there already; OperationalError if the disk refuses.
 */
export async function writeFiles(
  root: string,
  files: readonly DumpFile[],
  options: { readonly force: boolean },
): Promise<void> {
  const targets = files.map(({ path, content }) => ({ path: join(root, ...path.split('/')), content }));
  await refuseExisting(
    targets.map(({ path }) => path),
    options.force,
  );
  const written: Written[] = [];
  try {
    for (const { path, content } of targets) written.push(await writeBeside(path, content));
    for (const { temporary, path } of written) await attempt(path, () => rename(temporary, path));
  } finally {
    await Promise.all(written.map(({ temporary }) => rm(temporary, { force: true })));
  }
}

interface Written {
  readonly temporary: string;
  readonly path: string;
}

const MOST_NAMED = 5;

/** What is there is in the way: anything at all, or with `force` only what no file can replace. */
async function refuseExisting(paths: readonly string[], force: boolean): Promise<void> {
  const found = await Promise.all(paths.map(whatIsAt));
  const inTheWay = paths.filter(
    (_, index) => found[index] === 'folder' || (!force && found[index] === 'file'),
  );
  if (inTheWay.length === 0) return;
  const named = inTheWay.slice(0, MOST_NAMED).map((path) => `"${printable(path)}"`);
  const more = inTheWay.length > MOST_NAMED ? `, and ${inTheWay.length - MOST_NAMED} more` : '';
  throw new UsageError(`${named.join(', ')}${more} would be overwritten`, {
    hint: force
      ? 'a folder is never replaced by a file; choose another place with -o; nothing was written'
      : 'choose another place with -o, or overwrite files with --force; nothing was written',
  });
}

/** A link is a file, also one that leads nowhere. */
async function whatIsAt(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw failure(path, error);
  }
}

/** Complete and on the disk, under a hidden name that no folder scan reads, in the folder of the file that it becomes. */
async function writeBeside(path: string, content: string | Uint8Array): Promise<Written> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  await attempt(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(temporary, content);
  });
  return { temporary, path };
}

async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function attempt(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw failure(path, error);
  }
}

function failure(path: string, error: unknown): OperationalError {
  const why = error instanceof Error ? error.message : String(error);
  return new OperationalError(`"${printable(path)}" can not be written: ${printable(why)}`, {
    cause: error,
  });
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
