import { spawn } from 'node:child_process';
import { watch, type FSWatcher } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listed, printable } from '../lib/printable.ts';
import { DISK, type Files } from '../load/files.ts';
import { UsageError } from '../model/errors.ts';
import type { PageSource } from '../model/portal-view.ts';
import { isSitePage, writeSite } from '../page/html.ts';
import { codeOf, writeFailure } from './disk.ts';
import type { Io } from './io.ts';

/** Milliseconds without a change: an editor writes a file in several steps, and a checkout writes several files. */
const QUIET_MS = 100;
const MAY_BE_PRODUCT_FILE = /\.(?:ya?ml|json)$/i;

/** Reads from the disk, and watches every file and directory that was read. */
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

  /** Watches a file, which may not exist. @param path absolute. @returns the path. */
  add(path: string): string {
    this.#paths.add(path);
    this.#watch(dirname(path));
    return path;
  }

  /** Waits for a change since the last call. @returns false if the signal ended the wait. */
  async waitForChange(): Promise<boolean> {
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

  /** Watches the directory of a file: editors replace a file by another one with the same name. */
  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_, name) => this.#note(folder, name ?? ''));
      watcher.on('error', () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // The directory does not exist. Its reader reports that, and watches the parent directory.
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #note(folder: string, name: string): void {
    const isRemoved = name === basename(folder);
    if (isRemoved) this.#drop(folder);
    const isNew = this.#listed.has(folder) && MAY_BE_PRODUCT_FILE.test(name);
    if (!isRemoved && !isNew && !this.#paths.has(join(folder, name))) return;
    this.#hasChanged = true;
    this.#wake();
  }
}

/** The main file of the page. */
export const INDEX = 'index.html';
const DOCUMENTS = 'documents';
const PAGE_FILES: ReadonlySet<string> = new Set([INDEX, DOCUMENTS, 'document.html', 'page.js', 'page.css']);
const PAGE_DOCUMENT = /^[0-9a-f]{64}\.js$/;

/** @throws UsageError if a directory contains files that adc preview did not write. */
export async function refuseOtherFiles(folder: string): Promise<void> {
  const [names, documents] = [await namesIn(folder), await namesIn(join(folder, DOCUMENTS))];
  const others = [
    ...names.filter((name) => !PAGE_FILES.has(name)),
    ...documents.filter((name) => !PAGE_DOCUMENT.test(name)).map((name) => `${DOCUMENTS}/${name}`),
  ];
  const isOwn = !names.includes(INDEX) || isSitePage(await readFile(join(folder, INDEX), 'utf8'));
  if (isOwn && others.length === 0) return;
  const found = listed((isOwn ? others : [INDEX]).map(printable), 'adc replaces none of them', 3);
  throw new UsageError(`"${printable(folder)}" has files that adc preview did not write: ${found}`, {
    hint: 'Name a directory that is empty or does not exist.',
  });
}

/** Replaces the page in a directory that refuseOtherFiles() accepts. @throws OperationalError if it cannot be written. */
export async function replaceSite(folder: string, source: PageSource): Promise<void> {
  try {
    await rm(join(folder, DOCUMENTS), { recursive: true, force: true });
    await writeSite(folder, source);
  } catch (error) {
    throw writeFailure(folder, error);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UsageError(`"${printable(folder)}" is not a directory that adc can read`, { cause: error });
  }
}

/** Programs that open an address, by the platform of Node.js. None of them is a shell. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in a browser. A failure is only a warning, since adc also prints the address. */
export function openBrowser(url: string, { err }: Pick<Io, 'err'>): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', ({ message }) => err(`warning: the browser cannot be opened: ${message}\n`));
  child.on('exit', (code) => {
    if (code !== 0) err(`warning: the browser cannot be opened: ${program} ended with ${code}\n`);
  });
  child.unref();
}
