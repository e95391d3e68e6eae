import { execFile } from 'node:child_process';
import { join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import { isInside } from './file-name.ts';
import { DISK, type Entry, type Files, type Stats } from './files.ts';
import { globPattern } from './glob-pattern.ts';
import { MAX_BYTES } from './read-text.ts';

/** What is read of a repository, and from where. */
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

/**
 * The files at a git revision. Runs only commands of git that read objects, so nothing of the repository runs: no hook, filter
 * or text conversion, no fetch, no submodule (docs/design/contract.md §12).
 * @throws OperationalError if the revision cannot be read; UsageError for what has no revision.
 */
export async function gitFiles(ref: string, { patterns, cwd, env }: GitSource): Promise<Files> {
  if (ref.startsWith('-') || ref.trim() === '') throw noCommit(ref);
  const git = gitIn(await DISK.realpath(cwd), env);
  const top = lineOf(await git(['rev-parse', '--show-toplevel']));
  const folder = await DISK.realpath(cwd);
  for (const pattern of patterns) checkInside(pattern, folder, top);
  const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const commit = await git(verify).then(lineOf, () => undefined);
  if (commit === undefined) throw noCommit(ref);
  const root = treeOf((await git(['ls-tree', '-r', '-z', '--full-tree', commit])).toString());
  addFolder(root, stepsTo(top, folder));
  return filesOf(top, root, (id) => git(['cat-file', 'blob', id]));
}

type Git = (args: readonly string[]) => Promise<Buffer>;

/** Settings of the command line go before those of the repository. */
const SAFE = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);
/** All of the environment that git gets: no GIT_DIR, and no GIT_CONFIG_… */
const PASSED = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SystemRoot'];
/** The names of the files of a large repository. */
const MOST_OUTPUT = 256 * 1024 * 1024;

function gitIn(cwd: string, given: GitSource['env']): Git {
  const kept = PASSED.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  const env = { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' };
  return async (args) => {
    const maxBuffer = args[0] === 'cat-file' ? MAX_BYTES : MOST_OUTPUT;
    const run = promisify(execFile)('git', ['--no-pager', '--no-replace-objects', ...SAFE, ...args], {
      cwd,
      env,
      maxBuffer,
      encoding: 'buffer',
    });
    return run.then(
      ({ stdout }) => stdout,
      (error: unknown) => {
        throw gitFailed(args[0] ?? '', error);
      },
    );
  };
}

const lineOf = (output: Buffer): string => output.toString().replace(/\r?\n$/, '');

function gitFailed(command: string, error: unknown): OperationalError {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return new OperationalError('--base needs git, which is not installed', {
      hint: 'Install git, or remove --base.',
    });
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const why = printable(said.split('\n')[0] ?? '').replace(/^fatal: /, '');
  return new OperationalError(`--base: git ${command} failed${why === '' ? '' : `: ${why}`}`, {
    hint: 'Run adc in a clone of the repository with its history, or remove --base.',
  });
}

function noCommit(ref: string): OperationalError {
  return new OperationalError(`--base: ${JSON.stringify(ref)} is not a commit of this clone`, {
    hint: 'Fetch the history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` in GitLab, else `git fetch --unshallow`.',
  });
}

/** @throws UsageError for what no revision of the repository holds. */
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

/** The tree of `git ls-tree -r -z`; submodules are left out. */
function treeOf(listing: string): Folder {
  const root: Folder = new Map();
  for (const line of listing.split('\0')) {
    const [, mode = '', type, id = '', path = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
    if (type !== 'blob') continue;
    const steps = path.split('/');
    const name = steps.pop() ?? '';
    addFolder(root, steps).set(name, { id, isLink: mode === '120000' });
  }
  return root;
}

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

interface Found {
  readonly path: string;
  readonly node: Folder | Blob;
}

const MOST_LINKS = 40;

/** Symlinks are followed within the tree only. */
function filesOf(top: string, root: Folder, read: (id: string) => Promise<Buffer>): Files {
  const find = async (path: string, links = 0): Promise<Found> => {
    if (!isInside(top, path) || links > MOST_LINKS) throw missing(path);
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

/** The size of a blob shows when it is read. */
function statsOf(node: Folder | Blob): Stats {
  const isFolder = node instanceof Map;
  return { size: 0, isFIFO: () => false, isFile: () => !isFolder, isDirectory: () => isFolder };
}

function missing(path: string): Error {
  return Object.assign(new Error(`no such file or directory, '${path}'`), { code: 'ENOENT' });
}
