import fs from 'node:fs';

/** The file system for product files and included files. Paths are absolute. Methods throw the errors of node:fs. */
export interface Files {
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly readdir: (path: string) => Promise<readonly Entry[]>;
  /** The path after following symlinks. */
  readonly realpath: (path: string) => Promise<string>;
  readonly stat: (path: string) => Promise<Stats>;
  /** Reads at most one byte more than `most`, which shows that there are too many. */
  readonly readPipe: (path: string, most: number) => Promise<Uint8Array>;
}

export type Entry = Pick<fs.Dirent, 'name' | 'isDirectory' | 'isSymbolicLink'>;
export type Stats = Pick<fs.Stats, 'isFIFO' | 'isFile' | 'isDirectory' | 'size'>;

/*
 * The working tree. Synchronous, because loading node:fs/promises and starting the threads of Node.js takes longer
 * than reading the files of most commands.
 */
export const DISK: Files = {
  readFile: async (path) => fs.readFileSync(path),
  readdir: async (path) => fs.readdirSync(path, { withFileTypes: true }),
  realpath: async (path) => fs.realpathSync.native(path),
  stat: async (path) => fs.statSync(path),
  readPipe,
};

/** Reads a pipe asynchronously: its writer may be slow or never write, and the process must remain interruptible. */
async function readPipe(path: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fs.createReadStream(path, { end: most })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
