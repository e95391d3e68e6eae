import fs from 'node:fs';

/** Where product files and what they include are read from. Paths are absolute. Methods throw what node:fs throws. */
export interface Files {
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly readdir: (path: string) => Promise<readonly Entry[]>;
  /** With links followed. */
  readonly realpath: (path: string) => Promise<string>;
  readonly stat: (path: string) => Promise<Stats>;
  /** At most one byte more than asked for, which shows that there are too many. */
  readonly readPipe: (path: string, most: number) => Promise<Uint8Array>;
}

export type Entry = Pick<fs.Dirent, 'name' | 'isDirectory' | 'isSymbolicLink'>;
export type Stats = Pick<fs.Stats, 'isFIFO' | 'isFile' | 'isDirectory' | 'size'>;

/*
 * The working tree. Loading all of node:fs/promises takes longer than reading the files of a command that only checks them, and
 * so does waking the threads of Node.js that would wait for a file meanwhile.
 */
export const DISK: Files = {
  readFile: async (path) => fs.readFileSync(path),
  readdir: async (path) => fs.readdirSync(path, { withFileTypes: true }),
  realpath: async (path) => fs.realpathSync.native(path),
  stat: async (path) => fs.statSync(path),
  readPipe,
};

/** What another program writes may take its time, or never come: the process stays able to be interrupted. */
async function readPipe(path: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fs.createReadStream(path, { end: most })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
