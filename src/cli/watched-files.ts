import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DISK, type Files } from '../load/files.ts';

/** An editor writes a file in several steps, and a checkout writes several files. */
const QUIET_MS = 100;
const MAY_BE_PRODUCT_FILE = /\.(?:ya?ml|json)$/i;

/** The disk, with a memory of what was read from it, and a wait for changes there. */
export class WatchedFiles {
  readonly files: Files = {
    ...DISK,
    readFile: async (path) => DISK.readFile(this.add(path)),
    stat: async (path) => DISK.stat(this.add(path)),
    readdir: async (path) => {
      this.#listed.add(path);
      this.#watch(path);
      return DISK.readdir(path);
    },
  };
  readonly #paths = new Set<string>();
  readonly #listed = new Set<string>();
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #signal: AbortSignal;
  #hasChanged = false;
  #wake = (): void => undefined;

  /** @param signal ends each wait. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Watches a file, which need not exist. @param path absolute. */
  add(path: string): string {
    this.#paths.add(path);
    this.#watch(dirname(path));
    return path;
  }

  /** Waits until something has changed since the last call. @returns false if the signal ended the wait. */
  async change(): Promise<boolean> {
    while (!this.#signal.aborted) {
      if (!this.#hasChanged) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      this.#hasChanged = false;
      await sleep(QUIET_MS);
      if (!this.#hasChanged) return true;
    }
    return false;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  /** Folders are watched, not files: editors replace a file by another one of the same name. */
  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_, name) => this.#note(folder, name ?? ''));
      watcher.on('error', () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // The folder is gone. What reads it reports that, and watches the folder above it.
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #note(folder: string, name: string): void {
    const isGone = name === basename(folder);
    if (isGone) this.#drop(folder);
    const isNew = this.#listed.has(folder) && MAY_BE_PRODUCT_FILE.test(name);
    if (!isGone && !isNew && !this.#paths.has(join(folder, name))) return;
    this.#hasChanged = true;
    this.#wake();
  }
}
