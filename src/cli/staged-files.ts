import { access, constants, lstat, mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { DumpFile } from '../dump/product-entry.ts';
import { printable } from '../lib/printable.ts';
import { isInside } from '../load/files.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import { codeOf, writeFailure } from './disk.ts';
import { hiddenName, putInPlace, rollBack, type Replacing, type Staged } from './put-in-place.ts';

/**
 * Writes files and their directories below `root`, all or none, and creates `root` if missing
 * (docs/design/contract.md §8, §7). Without `force`, writes nothing if one of them exists. Never replaces a
 * directory, and replaces symlinks instead of following them.
 * @throws UsageError with the existing paths; OperationalError if the disk refuses.
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

/** A complete file on the disk whose final path is not known yet. */
export interface UnplacedFile {
  readonly temporary: string;
  readonly bytes: number;
}

const MAX_NAMED = 5;

/**
 * Complete files on the disk under temporary names. commit() renames all of them or none: after a full disk, a refusal
 * or an interruption, the old files remain, and no reader sees an incomplete file (docs/design/contract.md §8, §7).
 * Every caller ends with commit() or discard().
 */
export class StagedFiles {
  readonly #replacing: Replacing;
  readonly #base: string | undefined;
  readonly #staged: Staged[] = [];
  readonly #unplaced = new Set<string>();
  readonly #created = new Set<string>();
  readonly #writing = new Set<Promise<void>>();
  #discarded = false;

  /**
   * @param replacing which existing files may be replaced; directories never are.
   * @param base a directory below which no symlink is followed.
   */
  constructor(replacing: Replacing, base?: string) {
    this.#replacing = replacing;
    this.#base = base;
  }

  /**
   * Writes a file under a hidden name beside its final path.
   * @throws UsageError for a device or a pipe; OperationalError if the disk refuses.
   */
  async add(path: string, content: string | Uint8Array): Promise<void> {
    if ((await pathKind(path)) === 'device') throw deviceRefused(path);
    await this.#refuseLinks(dirname(path));
    await withWriteFailure(path, async () => {
      this.#noteCreated(await mkdir(dirname(path), { recursive: true }), dirname(path));
      this.#staged.push({ path, temporary: await writeBeside(path, content) });
    });
  }

  /**
   * Writes a file without a final path under a hidden name in a directory, for place().
   * @throws OperationalError if the disk refuses.
   */
  async addUnplaced(folder: string, content: string | Uint8Array): Promise<UnplacedFile> {
    if (this.#discarded) throw new OperationalError('the staged files are already discarded');
    await this.#refuseLinks(folder);
    const temporary = hiddenName(join(folder, 'unplaced'));
    this.#unplaced.add(temporary);
    const writing = withWriteFailure(folder, async () => {
      this.#noteCreated(await mkdir(folder, { recursive: true }), folder);
      await writeDurably(temporary, content);
    });
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
    return { temporary, bytes: Buffer.byteLength(content) };
  }

  /** Sets the final path of a file from addUnplaced(). @throws OperationalError if the disk refuses. */
  async place(path: string, { temporary }: UnplacedFile): Promise<void> {
    await this.#refuseLinks(dirname(path));
    await withWriteFailure(path, async () =>
      this.#noteCreated(await mkdir(dirname(path), { recursive: true }), dirname(path)),
    );
    this.#unplaced.delete(temporary);
    this.#staged.push({ path, temporary });
  }

  /**
   * Renames all files to their final paths. @throws UsageError with the existing paths; OperationalError if the disk
   * refuses: then nothing has changed.
   */
  async commit(): Promise<void> {
    await refuseExisting(
      this.#staged.map(({ path }) => path),
      this.#replacing.force,
    );
    const renamed: Staged[] = [];
    try {
      for (const one of this.#staged) {
        await withWriteFailure(one.path, async () => putInPlace(one, this.#replacing));
        renamed.push(one);
      }
    } catch (error) {
      for (const one of renamed.toReversed()) await rollBack(one);
      throw error;
    }
    await Promise.all(renamed.map(async ({ backup }) => backup && rm(backup, { force: true })));
    this.#staged.length = 0;
    this.#created.clear();
  }

  /** Removes the staged files, and the directories created for them. Does nothing after a commit. */
  async discard(): Promise<void> {
    // After a failure, the caller may have other writes in progress.
    this.#discarded = true;
    await Promise.allSettled(this.#writing);
    const ours = this.#staged.flatMap(({ temporary, backup }) => [temporary, ...(backup ? [backup] : [])]);
    const leftovers = [...ours, ...this.#unplaced];
    await Promise.allSettled(leftovers.map(async (path) => rm(path, { force: true })));
    const deepestFirst = [...this.#created].toSorted((a, b) => b.length - a.length);
    for (const folder of deepestFirst) await rmdir(folder).catch(() => undefined);
    this.#staged.length = 0;
    this.#unplaced.clear();
    this.#created.clear();
  }

  async #refuseLinks(folder: string): Promise<void> {
    if (this.#base !== undefined) await refuseLinks(this.#base, folder);
  }

  #noteCreated(first: string | undefined, folder: string): void {
    if (first === undefined) return;
    for (let one = folder; one.length >= first.length; one = dirname(one)) this.#created.add(one);
  }
}

/**
 * The directory below which a path must not contain a symlink: the working directory, or the directory of a path
 * outside of it.
 */
export function baseOf(path: string, cwd: string): string {
  return isInside(cwd, path) ? cwd : dirname(path);
}

/** @throws UsageError if a component between `base` and `path`, including `path`, is a symlink: its target is unknown. */
export async function refuseLinks(base: string, path: string): Promise<void> {
  let part = base;
  for (const step of relative(base, path).split(sep)) {
    part = join(part, step);
    const isLink = part !== base && (await lstat(part).catch(() => undefined))?.isSymbolicLink() === true;
    if (isLink) throw linkRefused(part);
  }
}

/** The error for a path through a symlink. */
export function linkRefused(path: string): UsageError {
  return new UsageError(`"${printable(path)}" is a link, and adc does not write through links`, {
    hint: 'Name its target instead. Nothing was written.',
  });
}

/** @throws UsageError for existing paths; with `force`, only for directories, devices and pipes. */
export async function refuseExisting(paths: readonly string[], force: boolean): Promise<void> {
  const found = await Promise.all(paths.map(pathKind));
  const device = paths.find((_, index) => found[index] === 'device');
  if (device !== undefined) throw deviceRefused(device);
  const conflicting = paths.filter(
    (_, index) => found[index] === 'folder' || (!force && found[index] === 'file'),
  );
  if (conflicting.length === 0) return;
  const named = conflicting.slice(0, MAX_NAMED).map((path) => `"${printable(path)}"`);
  const more = conflicting.length > MAX_NAMED ? `, and ${conflicting.length - MAX_NAMED} more` : '';
  throw new UsageError(`${named.join(', ')}${more} would be overwritten`, {
    hint: force
      ? 'A folder is never replaced by a file: choose another place with -o. Nothing was written.'
      : 'Choose another place with -o, or overwrite files with --force. Nothing was written.',
  });
}

/** The error for a device: replacing `/dev/stdout` or `/dev/null` would break other programs. */
function deviceRefused(path: string): UsageError {
  return new UsageError(`"${printable(path)}" is a device or a pipe`, {
    hint: 'Name a regular file, or leave out the option. Nothing was written.',
  });
}

/**
 * The kind of the existing path. A symlink counts as a file, even a dangling one, unless it points to a device or a
 * pipe, or is in `/dev`.
 */
async function pathKind(path: string): Promise<'file' | 'folder' | 'device' | 'nothing'> {
  if (dirname(path) === '/dev') return 'device';
  try {
    const own = await lstat(path);
    const kind = own.isSymbolicLink() ? await stat(path).catch(() => undefined) : own;
    if (kind !== undefined && !kind.isFile() && !kind.isDirectory()) return 'device';
    return own.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'nothing';
    throw writeFailure(path, error);
  }
}

/**
 * Writes a temporary file and returns its path: in the same directory, or in the system's temporary directory if the
 * file is writable and its directory is not, as for a single file mounted into a container.
 */
async function writeBeside(path: string, content: string | Uint8Array): Promise<string> {
  const beside = hiddenName(path);
  try {
    await writeDurably(beside, content);
    return beside;
  } catch (error) {
    if (!READ_ONLY.has(codeOf(error)) || !(await isWritableFile(path))) throw error;
    const elsewhere = hiddenName(join(tmpdir(), basename(path)));
    await writeDurably(elsewhere, content);
    return elsewhere;
  }
}

const READ_ONLY: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

async function isWritableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return (await lstat(path)).isFile();
  } catch {
    return false;
  }
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

/** Runs an action. @throws OperationalError for a system error. */
async function withWriteFailure(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw error instanceof OperationalError ? error : writeFailure(path, error);
  }
}
