import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import { type Entry, type Files, type Stats, DISK, globPattern, isInside } from './files.ts';
import { MAX_BYTES } from './read-text.ts';

/** The files to read, and where git runs. */
export interface GitSource {
  /** Files, directories and globs. */
  readonly patterns: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A file or symlink at a revision. */
interface Blob {
  readonly id: string;
  readonly isLink: boolean;
}

type Folder = Map<string, Folder | Blob>;

/** The files at a git revision. A git process runs from the first read until close(). */
export interface GitFiles extends Files {
  readonly close: () => void;
}

/** Whether a revision has only zeros, as pipelines write a missing earlier revision. */
export function isNoRevision(ref: string): boolean {
  return /^0{4,}$/.test(ref);
}

/**
 * The files at a git revision. Runs no code of the repository (GitObjects), and follows symlinks only within its tree.
 * @throws OperationalError if the revision cannot be read; UsageError for files outside of the repository.
 */
export async function gitFiles(ref: string, { patterns, cwd, env }: GitSource): Promise<GitFiles> {
  if (ref.startsWith('-') || ref.trim() === '' || ref.includes('\0')) throw noCommit(ref);
  const folder = await DISK.realpath(cwd);
  const git = new GitObjects(folder, env);
  const top = lineOf(await git.run('rev-parse', '--show-toplevel'));
  for (const pattern of patterns) checkInside(pattern, folder, top);
  const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const commit = await git.run(...verify).then(lineOf, () => undefined);
  if (commit === undefined) throw noCommit(ref);
  const listing = await git.run('ls-tree', '-r', '-z', '--full-tree', commit);
  for (const pattern of patterns) checkSubmodule(pattern, folder, submodulesOf(listing, top));
  const root = treeOf(listing);
  addFolder(root, stepsTo(top, folder));
  return { ...filesOf(top, root, async (id) => git.blob(id)), close: () => git.close() };
}

const lineOf = (output: string): string => output.replace(/\r?\n$/, '');

function noCommit(ref: string): OperationalError {
  return new OperationalError(`--base: ${JSON.stringify(ref)} is not a commit of this clone`, {
    hint: 'Fetch the history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` in GitLab, else `git fetch --unshallow`.',
  });
}

/** @throws UsageError for a path outside of the repository. */
function checkInside(pattern: string, cwd: string, top: string): void {
  if (pattern === '-')
    throw new UsageError('--base cannot read standard input at a revision', {
      hint: 'Name the product files with -f, or remove --base.',
    });
  if (isInside(top, resolve(cwd, globPattern(pattern)?.base ?? pattern))) return;
  throw new UsageError(`--base: ${JSON.stringify(pattern)} is outside the repository ${top}`, {
    hint: 'Name files of the repository with -f, or remove --base.',
  });
}

/** @throws UsageError for files of a submodule: the repository has none of its revisions. */
function checkSubmodule(pattern: string, cwd: string, submodules: readonly string[]): void {
  const path = resolve(cwd, globPattern(pattern)?.base ?? pattern);
  const found = submodules.find((one) => isInside(one, path));
  if (found === undefined) return;
  throw new UsageError(`--base: ${JSON.stringify(pattern)} is in the submodule ${found}`, {
    hint: 'Run adc in the directory of the submodule, or remove --base.',
  });
}

interface ListedEntry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  readonly path: string;
}

/** The lines of `git ls-tree -r -z`. */
function entriesOf(listing: string): readonly ListedEntry[] {
  return listing.split('\0').flatMap((line) => {
    const [, mode = '', type = '', id = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
    return path === '' ? [] : [{ mode, type, id, path }];
  });
}

/** The directories of submodules, absolute. */
function submodulesOf(listing: string, top: string): readonly string[] {
  return entriesOf(listing).flatMap(({ type, path }) => (type === 'commit' ? [join(top, path)] : []));
}

/** The tree of the listed files, without submodules. */
function treeOf(listing: string): Folder {
  const root: Folder = new Map();
  for (const { mode, type, id, path } of entriesOf(listing)) {
    if (type !== 'blob') continue;
    const steps = path.split('/');
    const name = steps.pop() ?? '';
    addFolder(root, steps).set(name, { id, isLink: mode === '120000' });
  }
  return root;
}

/** The directory at path components below a root; creates the missing ones. */
function addFolder(root: Folder, steps: readonly string[]): Folder {
  let folder = root;
  for (const step of steps) {
    const found = folder.get(step);
    const next: Folder = found instanceof Map ? found : new Map();
    folder.set(step, next);
    folder = next;
  }
  return folder;
}

const stepsTo = (top: string, path: string): readonly string[] =>
  relative(top, path)
    .split(sep)
    .filter((step) => step !== '');

/** A file or directory, and its path after following symlinks. */
interface Found {
  readonly path: string;
  readonly node: Folder | Blob;
}

/** Maximum number of symlinks in one path, as on Linux. */
const MAX_LINKS = 40;

/** A file system that follows symlinks only within the tree. */
function filesOf(top: string, root: Folder, read: (id: string) => Promise<Buffer>): Files {
  const find = async (path: string, links = 0): Promise<Found> => {
    if (!isInside(top, path) || links > MAX_LINKS) throw missing(path);
    const steps = stepsTo(top, path);
    let found: Found = { path: top, node: root };
    for (const [at, step] of steps.entries()) {
      const next = found.node instanceof Map ? found.node.get(step) : undefined;
      if (next === undefined) throw missing(path);
      if ('isLink' in next && next.isLink) {
        const target = (await read(next.id)).toString();
        return find(resolve(found.path, target, ...steps.slice(at + 1)), links + 1);
      }
      found = { path: join(found.path, step), node: next };
    }
    return found;
  };
  return {
    readFile: async (path) => {
      const { node } = await find(path);
      if (node instanceof Map) throw missing(path);
      return read(node.id);
    },
    readdir: async (path) => {
      const { node } = await find(path);
      if (!(node instanceof Map)) throw missing(path);
      return [...node].map(([name, one]) => entryOf(name, one));
    },
    realpath: async (path) => (await find(path)).path,
    stat: async (path) => statsOf((await find(path)).node),
    readPipe: (path) => Promise.reject(missing(path)),
  };
}

function entryOf(name: string, node: Folder | Blob): Entry {
  const isFolder = node instanceof Map;
  return { name, isDirectory: () => isFolder, isSymbolicLink: () => !isFolder && node.isLink };
}

/** The stats of a node; the size of a blob is unknown until it is read. */
function statsOf(node: Folder | Blob): Stats {
  const isFolder = node instanceof Map;
  return { size: 0, isFIFO: () => false, isFile: () => !isFolder, isDirectory: () => isFolder };
}

function missing(path: string): Error {
  return Object.assign(new Error(`no such file or directory, '${path}'`), { code: 'ENOENT' });
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings for the command line of git, which override those of the repository. */
const SAFE_SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);
/** The only environment variables that git gets: no GIT_DIR, and no GIT_CONFIG_… */
const PASSED_VARIABLES = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot'];
/** Maximum output of a command in bytes: enough for the file names of a large repository. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * Runs git commands that only read objects in a directory. No code of the repository runs: no hook, filter or text
 * conversion, no fetch, no submodule (docs/design/contract.md §12).
 */
class GitObjects {
  readonly #options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
  #batch: ChildProcessWithoutNullStreams | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(cwd: string, all: Environment) {
    const passed = PASSED_VARIABLES.flatMap((name) =>
      all[name] === undefined ? [] : [[name, all[name]] as const],
    );
    const env = {
      ...Object.fromEntries(passed),
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
    };
    this.#options = { cwd, env };
  }

  /** The output of a command. @throws OperationalError if git is missing or fails. */
  async run(...args: readonly string[]): Promise<string> {
    const options = { ...this.#options, maxBuffer: MAX_OUTPUT };
    try {
      const running = promisify(execFile)('git', commandOf(args), options);
      running.child.stdin?.end();
      return (await running).stdout;
    } catch (error) {
      throw gitFailed(args[0] ?? '', error);
    }
  }

  /** The bytes of a blob. One process reads all blobs, one after the other. */
  async blob(id: string): Promise<Buffer> {
    const read = this.#last.then(async () => this.#read(id));
    this.#last = read.catch(() => this.close());
    return read;
  }

  /** Ends the process that reads blobs; the next read starts it again. */
  close(): void {
    this.#batch?.kill();
    this.#batch = undefined;
  }

  async #read(id: string): Promise<Buffer> {
    this.#batch ??= startGit(commandOf(['cat-file', '--batch']), this.#options);
    const { stdin, stdout } = this.#batch;
    stdin.write(`${id}\n`);
    const [, type, size = ''] = (await readLine(stdout)).split(' ');
    if (type !== 'blob') throw new Error(`git has no object ${id}`);
    if (Number(size) > MAX_BYTES) throw new Error(`it has ${size} bytes`);
    const bytes = size === '0' ? Buffer.alloc(0) : await readExactly(stdout, Number(size));
    await readExactly(stdout, 1);
    return bytes;
  }
}

const commandOf = (args: readonly string[]): readonly string[] => [
  '--no-pager',
  '--no-replace-objects',
  ...SAFE_SETTINGS,
  ...args,
];

function startGit(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
) {
  const child = spawn('git', args, options);
  // A failure ends the output, so adc does not read standard error.
  child.on('error', () => child.stdout.destroy());
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  return child;
}

type Output = ChildProcessWithoutNullStreams['stdout'];

async function readLine(output: Output): Promise<string> {
  let text = '';
  for (;;) {
    const char = (await readExactly(output, 1)).toString('latin1');
    if (char === '\n') return text;
    text += char;
  }
}

async function readExactly(output: Output, size: number): Promise<Buffer> {
  for (;;) {
    const bytes = output.read(size) as Buffer | null;
    if (bytes?.length === size) return bytes;
    if (output.destroyed || output.readableEnded) throw new Error('git cat-file ended');
    await Promise.race([once(output, 'readable'), once(output, 'close')]);
  }
}

function gitFailed(command: string, error: unknown): OperationalError {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new OperationalError('--base needs git, which is not installed', {
      hint: 'Install git, or remove --base.',
    });
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const reason = printable(stderr.split('\n')[0] ?? '').replace(/^fatal: /, '');
  return new OperationalError(`--base: git ${command} failed${reason === '' ? '' : `: ${reason}`}`, {
    hint: 'Run adc in a clone of the repository with its history, or remove --base.',
  });
}
