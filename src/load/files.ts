import fs from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { compareStrings } from '../lib/lists.ts';

/** The file system for product files and included files. Paths are absolute. Methods throw the errors of node:fs. */
export interface Files {
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly readdir: (path: string) => Promise<readonly Entry[]>;
  /** The path after following symlinks. */
  readonly realpath: (path: string) => Promise<string>;
  readonly stat: (path: string) => Promise<Stats>;
  /** Reads at most `maxBytes` and one more byte, which shows that the limit is exceeded. */
  readonly readPipe: (path: string, maxBytes: number) => Promise<Uint8Array>;
}

export type Entry = Pick<fs.Dirent, 'name' | 'isDirectory' | 'isSymbolicLink'>;
export type Stats = Pick<fs.Stats, 'isFIFO' | 'isFile' | 'isDirectory' | 'size'>;

/**
 * The file system of the machine. Its methods are synchronous: loading node:fs/promises and starting the threads of
 * Node.js takes longer than reading the files of most commands.
 */
export const DISK: Files = {
  readFile: async (path) => fs.readFileSync(path),
  readdir: async (path) => fs.readdirSync(path, { withFileTypes: true }),
  realpath: async (path) => fs.realpathSync.native(path),
  stat: async (path) => fs.statSync(path),
  readPipe,
};

/** Reads a pipe asynchronously: its writer may be slow or never write, and the process must remain interruptible. */
async function readPipe(path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of fs.createReadStream(path, { end: maxBytes })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A path as messages show it: relative to the working directory if it is inside, with `/` on all systems. */
export function shownName(path: string, cwd: string): string {
  const shown = isInside(cwd, path) ? relative(cwd, path) : path;
  return shown === '' ? '.' : shown.split(sep).join('/');
}

/** Whether a path below a directory has a hidden component; `..data` of a mounted ConfigMap does not count. */
export function isHidden(folder: string, path: string): boolean {
  return relative(folder, path)
    .split(sep)
    .some((step) => /^\.(?!\.|$)/.test(step));
}

/** Whether an absolute path is a directory or below it; does not follow symlinks. */
export function isInside(folder: string, path: string): boolean {
  const fromFolder = relative(folder, path);
  return fromFolder !== '..' && !fromFolder.startsWith(`..${sep}`) && !isAbsolute(fromFolder);
}

/**
 * The sorted files below a directory, each as its path components. Skips node_modules and names that begin with a
 * dot. Does not follow symlinks to directories, which may form a loop: their last component is empty.
 * @throws the errors of readdir.
 */
export async function walkFolder(
  files: Files,
  folder: string,
  depth = Infinity,
): Promise<readonly (readonly string[])[]> {
  const entries = await files.readdir(folder);
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const found: (readonly (readonly string[])[])[] = [];
  for (const entry of visible.toSorted((a, b) => compareStrings(a.name, b.name))) {
    found.push(await filesOf(files, entry, folder, depth));
  }
  return found.flat();
}

async function filesOf(
  files: Files,
  entry: Entry,
  folder: string,
  depth: number,
): Promise<readonly (readonly string[])[]> {
  const isLink = entry.isSymbolicLink() && (await pointsToFolder(files, join(folder, entry.name)));
  if (!entry.isDirectory() && !isLink) return [[entry.name]];
  if (depth <= 0) return [];
  if (isLink) return [[entry.name, '']];
  const below = await walkFolder(files, join(folder, entry.name), depth - 1);
  return below.map((steps) => [entry.name, ...steps]);
}

/** False for a symlink without a target, which then counts as a file: reading it reports the error. */
async function pointsToFolder(files: Files, path: string): Promise<boolean> {
  try {
    return (await files.stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** A glob: `*` and `?` within a name, `**` across directories, `{a,b}` for alternatives. */
interface GlobPattern {
  /** The directory above all matches: the path components before the first one with a special character. */
  readonly base: string;
  /** Maximum depth of a match below the base; Infinity with `**`. */
  readonly depth: number;
  /** Matches paths below the base, written with `/`. */
  readonly matches: (path: string) => boolean;
}

const SPECIAL = /[*?{]/;

/** Parses a glob; undefined for a pattern without special characters. */
export function globPattern(pattern: string): GlobPattern | undefined {
  const steps = pattern.split('/');
  const first = steps.findIndex((step) => SPECIAL.test(step));
  if (first === -1) return undefined;
  const rest = steps.slice(first);
  const regExp = new RegExp(`^${regExpSource(rest.join('/'))}$`, 'su');
  return {
    base: steps.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.'),
    depth: pattern.includes('**') || rest.some((step) => /\{[^}]*$/.test(step)) ? Infinity : rest.length - 1,
    matches: (path) => regExp.test(path),
  };
}

const TOKENS = /\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[\\^$.|+()[\]{}/]/g;

/** Alternatives may contain stars, but no other alternatives; unbalanced braces are literal. */
function regExpSource(glob: string): string {
  return glob.replaceAll(TOKENS, (token) => {
    if (token.startsWith('{') && token.endsWith('}')) return alternatives(token.slice(1, -1));
    return TRANSLATIONS[token] ?? `\\${token}`;
  });
}

const TRANSLATIONS: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};

function alternatives(list: string): string {
  return `(?:${list.split(',').map(regExpSource).join('|')})`;
}
