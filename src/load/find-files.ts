import { dirname, join, resolve } from 'node:path';
import { compareStrings } from '../lib/lists.ts';
import { type Diagnostic, type Location, diagnostic } from '../model/diagnostic.ts';
import { messageOf } from '../model/errors.ts';
import { globPattern, isHidden, isInside, shownName, walkFolder } from './files.ts';
import { CONFIG_FILE } from './load-config.ts';
import { type SearchPlace, outsideProblem, startOf } from './read-text.ts';

export interface FoundFile {
  /** Absolute, after following symlinks. */
  readonly path: string;
  /** Absolute, after following symlinks; base of the paths in the file. */
  readonly folder: string;
  /** As messages show it. */
  readonly file: string;
  /** Whether the file was named directly; files of a directory or glob may not be product files. */
  readonly named: boolean;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Whether standard input is requested. */
  readonly stdin: boolean;
  /** The given directories, after following symlinks. */
  readonly folders: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The files of one pattern. */
interface Matches {
  readonly files: readonly FoundFile[];
  /** The directory that was searched, after following symlinks. */
  readonly folder?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** The files that match the patterns, without duplicates, sorted by their names in messages. */
export async function findFiles(
  patterns: readonly string[],
  place: SearchPlace & { readonly places?: ReadonlyMap<string, Location> | undefined },
): Promise<FoundFiles> {
  const matches = await Promise.all(
    patterns
      .filter((pattern) => pattern !== '-')
      .map(async (pattern) =>
        withLocation(await matchPattern(pattern, place), pattern, place.places?.get(pattern)),
      ),
  );
  return {
    files: uniqueFiles(matches.flatMap(({ files }) => files)),
    stdin: patterns.includes('-'),
    folders: matches.flatMap(({ folder }) => folder ?? []),
    diagnostics: matches.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** Adds the place of the pattern in the config to diagnostics without a place, which are about the pattern. */
function withLocation(
  { diagnostics, ...matches }: Matches,
  pattern: string,
  location: Location | undefined,
): Matches {
  if (location === undefined) return { ...matches, diagnostics };
  const hint = globHint(pattern) ?? CONFIG_HINT;
  const inConfig = (one: Diagnostic): Diagnostic =>
    one.location === undefined ? { ...one, location, hint } : one;
  return { ...matches, diagnostics: diagnostics.map(inConfig) };
}

const CONFIG_HINT =
  'Correct the path, which starts at the directory of the config, or create the file. ' +
  'Git keeps no empty directories; a file with only comments is valid.';

/** Removes duplicates. A file counts as named directly even if a directory also has it. */
function uniqueFiles(files: readonly FoundFile[]): readonly FoundFile[] {
  const byPath = new Map<string, FoundFile>();
  for (const file of files) {
    if (byPath.get(file.path)?.named !== true) byPath.set(file.path, file);
  }
  return [...byPath.values()].toSorted((a, b) => compareStrings(a.file, b.file));
}

async function matchPattern(pattern: string, place: SearchPlace): Promise<Matches> {
  if (pattern.trim() === '') return onlyProblem(emptyName());
  const { files, cwd } = place;
  try {
    const path = resolve(cwd, pattern);
    const stats = await files.stat(path);
    if (stats.isFIFO()) return await oneFile(path, place, true);
    const isFolder = stats.isDirectory();
    return await matchesInside(path, place, isFolder, async () =>
      isFolder ? inFolder(pattern, path, place) : oneFile(path, place, false),
    );
  } catch (error) {
    return isMissing(error) ? byGlob(pattern, place) : onlyProblem(unreadable(pattern, error));
  }
}

/** The matches at a path. Reads nothing if the path leads outside of the working directory and this is an error. */
async function matchesInside(
  path: string,
  place: SearchPlace,
  isFolder: boolean,
  find: () => Promise<Matches>,
): Promise<Matches> {
  const outside = await outsideProblem({ path, real: await place.files.realpath(path), isFolder }, place);
  if (outside?.severity === 'error') return onlyProblem(outside);
  const matches = await find();
  return { ...matches, diagnostics: [...(outside ? [outside] : []), ...matches.diagnostics] };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const onlyProblem = (problem: Diagnostic): Matches => ({ files: [], diagnostics: [problem] });

async function oneFile(path: string, { files, cwd }: SearchPlace, isPipe: boolean): Promise<Matches> {
  const found = { file: shownName(path, cwd), named: true };
  try {
    const real = await files.realpath(path);
    return { files: [{ ...found, path: real, folder: dirname(real) }], diagnostics: [] };
  } catch (error) {
    // `/dev/stdin` and `<(generate)` are pipes without a directory.
    if (!isPipe) throw error;
    return { files: [{ ...found, path, folder: await files.realpath(cwd) }], diagnostics: [] };
  }
}

const isProductFile = (names: readonly string[]): boolean =>
  /\.(ya?ml|json)$/i.test(names.at(-1) ?? '') && names.at(-1) !== CONFIG_FILE;
const isLinkedFolder = (names: readonly string[]): boolean => names.at(-1) === '';

async function inFolder(pattern: string, folder: string, place: SearchPlace): Promise<Matches> {
  const paths = await walkFolder(place.files, folder);
  const matching = paths.filter(isProductFile);
  const matches = await filesIn(folder, matching, place);
  const links = await outsideLinks(folder, paths, place);
  const hasNothing = matching.length === 0 && links.length === 0;
  const empty = hasNothing ? [noMatch(pattern, 'has no .yaml, .yml or .json files')] : [];
  return { ...matches, diagnostics: [...matches.diagnostics, ...links, ...empty] };
}

async function byGlob(pattern: string, place: SearchPlace): Promise<Matches> {
  const { cwd } = place;
  const glob = globPattern(pattern);
  if (glob === undefined) return onlyProblem(notFound(pattern));
  const folder = resolve(cwd, glob.base);
  const walked = await walkFolder(place.files, folder, glob.depth).catch((error: unknown) => ({ error }));
  if ('error' in walked && !isMissing(walked.error)) return onlyProblem(unreadable(pattern, walked.error));
  const paths = 'error' in walked ? [] : walked;
  const matching = paths.filter((names) => isProductFile(names) && glob.matches(names.join('/')));
  const links = await outsideLinks(folder, paths, place);
  if (matching.length + links.length === 0)
    return onlyProblem(noMatch(pattern, 'matches no .yaml, .yml or .json files'));
  return matchesInside(folder, place, true, async () => {
    const matches = await filesIn(folder, matching, place);
    return { ...matches, diagnostics: [...matches.diagnostics, ...links] };
  });
}

/**
 * Files of a directory, by their path components. A symlink out of the directory is an error, so that a directory
 * includes only its own files (docs/design/contract.md §9).
 */
async function filesIn(
  folder: string,
  paths: readonly (readonly string[])[],
  place: SearchPlace,
): Promise<Matches> {
  const root = await place.files.realpath(folder);
  const found = await Promise.all(paths.map((names) => fileIn(root, join(folder, ...names), place)));
  return {
    files: found.flatMap((one) => ('path' in one ? one : [])),
    diagnostics: found.flatMap((one) => ('path' in one ? [] : one)),
    folder: root,
  };
}

/**
 * Errors for symlinks to directories that adc does not search: without an error, their products would be missing from
 * the files, and sync would delete them.
 */
async function outsideLinks(
  folder: string,
  paths: readonly (readonly string[])[],
  place: SearchPlace,
): Promise<readonly Diagnostic[]> {
  const links = paths.filter(isLinkedFolder);
  return links.length === 0 ? [] : (await filesIn(folder, links, place)).diagnostics;
}

async function fileIn(
  root: string,
  path: string,
  { files, cwd }: SearchPlace,
): Promise<FoundFile | Diagnostic> {
  const file = shownName(path, cwd);
  try {
    const real = await files.realpath(path);
    const isAllowed = isInside(root, real) && !isHidden(root, real);
    return isAllowed ? { path: real, folder: dirname(real), file, named: false } : outsideLink(file);
  } catch (error) {
    return unreadable(file, error);
  }
}

function outsideLink(file: string): Diagnostic {
  return diagnostic('file-outside', {
    message: `"${file}" is a symlink that leads out of the given directory or into a hidden one`,
    hint: 'Put a copy of the target there, or name the target with -f.',
    location: startOf(file),
  });
}

/** An empty name would be the working directory, but usually comes from an unset variable. */
function emptyName(): Diagnostic {
  return diagnostic('no-such-file', {
    message: 'empty file name',
    hint: 'Check the variable that it comes from. The working directory is `.`.',
  });
}

function notFound(pattern: string): Diagnostic {
  return diagnostic('no-such-file', {
    message: `file not found: ${pattern}`,
    hint:
      globHint(pattern) ??
      'Name the product files with -f (default: api-products.yaml), or create the first one with `adc init`.',
  });
}

function noMatch(pattern: string, what: string): Diagnostic {
  return diagnostic('no-match', {
    message: `"${pattern}" ${what}`,
    hint: globHint(pattern) ?? 'Check the pattern and the working directory.',
  });
}

/** The hint for a pattern with glob syntax that adc reads literally, since names of directories have brackets. */
function globHint(pattern: string): string | undefined {
  return /\[.+\]|[!@+]\(/.test(pattern)
    ? 'A pattern has *, ?, ** and {a,b}; other characters are literal.'
    : undefined;
}

function unreadable(file: string, error: unknown): Diagnostic {
  return diagnostic('unreadable-file', {
    message: `"${file}" cannot be read: ${isMissing(error) ? 'it is a symlink to a missing file' : messageOf(error)}`,
    hint: 'Check that it exists and that you have permission to read it.',
    location: startOf(file),
  });
}
