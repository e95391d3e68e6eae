import { randomUUID } from 'node:crypto';
import { chmod, copyFile, link, lstat, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import { codeOf, writeFailure } from './write-failure.ts';

interface Staged {
  readonly path: string;
  readonly temporary: string;
  /** A second name of what is replaced, from when that is about to happen. */
  backup?: string;
}

/** Something that is on the disk and has no name yet. */
export interface Held {
  readonly temporary: string;
  readonly bytes: number;
}

const MOST_NAMED = 5;

/**
 * Files that are complete and on the disk, but do not bear their names yet. They get them all together or not at all: a
 * full disk, a refusal or an interruption leaves what was there, and no reader ever sees half a file (acceptance U3, X9).
 * Whoever stages files ends with commit() or discard().
 */
export class StagedFiles {
  readonly #force: boolean;
  readonly #staged: Staged[] = [];
  readonly #held = new Set<string>();
  readonly #made = new Set<string>();
  readonly #writing = new Set<Promise<void>>();
  #discarded = false;

  /** @param force whether files that exist are replaced; folders never are. */
  constructor({ force }: { readonly force: boolean }) {
    this.#force = force;
  }

  /**
   * Writes a file under a hidden name beside the one that it gets.
   * @throws UsageError for a device or a pipe; OperationalError if the disk refuses.
   */
  async add(path: string, content: string | Uint8Array): Promise<void> {
    if ((await whatIsAt(path)) === 'device') throw deviceRefused(path);
    const temporary = hiddenName(path);
    await attempt(path, async () => {
      this.#note(await mkdir(dirname(path), { recursive: true }), dirname(path));
      await writeDurably(temporary, content);
    });
    this.#staged.push({ path, temporary });
  }

  /**
   * Writes what has no name yet under a hidden one in a folder, for place().
   * @throws OperationalError if the disk refuses.
   */
  async hold(folder: string, content: string | Uint8Array): Promise<Held> {
    if (this.#discarded) throw new OperationalError('what was written is discarded already');
    const temporary = hiddenName(join(folder, 'held'));
    this.#held.add(temporary);
    const writing = attempt(folder, async () => {
      this.#note(await mkdir(folder, { recursive: true }), folder);
      await writeDurably(temporary, content);
    });
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
    return { temporary, bytes: Buffer.byteLength(content) };
  }

  /** Says which name something held gets. @throws OperationalError if the disk refuses. */
  async place(path: string, { temporary }: Held): Promise<void> {
    await attempt(path, async () =>
      this.#note(await mkdir(dirname(path), { recursive: true }), dirname(path)),
    );
    this.#held.delete(temporary);
    this.#staged.push({ path, temporary });
  }

  /** @throws UsageError naming what is in the way; OperationalError if the disk refuses: then nothing has changed. */
  async commit(): Promise<void> {
    await refuseExisting(
      this.#staged.map(({ path }) => path),
      this.#force,
    );
    const renamed: Staged[] = [];
    try {
      for (const one of this.#staged) {
        await attempt(one.path, async () => putInPlace(one));
        renamed.push(one);
      }
    } catch (error) {
      for (const one of renamed.toReversed()) await takeBack(one);
      throw error;
    }
    await Promise.all(renamed.map(async ({ backup }) => backup && rm(backup, { force: true })));
    this.#staged.length = 0;
    this.#made.clear();
  }

  /** Removes what was staged, and the folders that were made for it. Does nothing after a commit. */
  async discard(): Promise<void> {
    // Whoever gives up after one failure may have other writes under way.
    this.#discarded = true;
    await Promise.allSettled(this.#writing);
    const ours = this.#staged.flatMap(({ temporary, backup }) => [temporary, ...(backup ? [backup] : [])]);
    const leftovers = [...ours, ...this.#held];
    await Promise.allSettled(leftovers.map(async (path) => rm(path, { force: true })));
    const deepestFirst = [...this.#made].toSorted((a, b) => b.length - a.length);
    for (const folder of deepestFirst) await rmdir(folder).catch(() => undefined);
    this.#staged.length = 0;
    this.#held.clear();
    this.#made.clear();
  }

  #note(first: string | undefined, folder: string): void {
    if (first === undefined) return;
    for (let one = folder; one.length >= first.length; one = dirname(one)) this.#made.add(one);
  }
}

/** @throws UsageError for what is there already: anything at all, or with `force` only what no file can replace. */
export async function refuseExisting(paths: readonly string[], force: boolean): Promise<void> {
  const found = await Promise.all(paths.map(whatIsAt));
  const device = paths.find((_, index) => found[index] === 'device');
  if (device !== undefined) throw deviceRefused(device);
  const inTheWay = paths.filter(
    (_, index) => found[index] === 'folder' || (!force && found[index] === 'file'),
  );
  if (inTheWay.length === 0) return;
  const named = inTheWay.slice(0, MOST_NAMED).map((path) => `"${printable(path)}"`);
  const more = inTheWay.length > MOST_NAMED ? `, and ${inTheWay.length - MOST_NAMED} more` : '';
  throw new UsageError(`${named.join(', ')}${more} would be overwritten`, {
    hint: force
      ? 'A folder is never replaced by a file: choose another place with -o. Nothing was written.'
      : 'Choose another place with -o, or overwrite files with --force. Nothing was written.',
  });
}

/** To replace `/dev/stdout` or `/dev/null` would break whatever else runs on the machine. */
function deviceRefused(path: string): UsageError {
  return new UsageError(`"${printable(path)}" is a device or a pipe`, {
    hint: 'Name a file; adc dump without -o writes to standard output. Nothing was written.',
  });
}

/** A link is a file, also one that leads nowhere, but not if it leads to a device or a pipe, or stands among devices. */
async function whatIsAt(path: string): Promise<'file' | 'folder' | 'device' | 'nothing'> {
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

/** A name in the same folder that no folder scan reads. */
function hiddenName(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 60)}.${randomUUID()}.tmp`);
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

async function putInPlace(one: Staged): Promise<void> {
  if ((await whatIsAt(one.path)) === 'file') {
    const backup = hiddenName(one.path);
    await secondName(one.path, backup);
    one.backup = backup;
    await giveMode(one);
  }
  await rename(one.temporary, one.path);
}

/** Whoever could read or run a file can do so afterwards. What a link leads to has no say: the link itself is replaced. */
async function giveMode({ path, temporary }: Staged): Promise<void> {
  const before = await lstat(path);
  if (before.isFile()) await chmod(temporary, before.mode & PERMISSIONS);
}

const PERMISSIONS = 0o777;

/** Some disks know no hard links. */
async function secondName(path: string, other: string): Promise<void> {
  await link(path, other).catch(async () => copyFile(path, other));
}

async function takeBack({ path, backup }: Staged): Promise<void> {
  if (backup === undefined) await rm(path, { force: true });
  else await rename(backup, path);
}

async function attempt(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw error instanceof OperationalError ? error : writeFailure(path, error);
  }
}
