import { DISK, type Files } from './files.ts';
import { dirname, resolve } from 'node:path';
import { type Diagnostic, type Location, type DiagnosticCode, diagnostic } from '../model/diagnostic.ts';
import type { FileAt, OpenapiSource } from '../model/document.ts';
import { imageExtension } from '../fields/included.ts';
import { isHidden, shownName } from './file-name.ts';
import { unixLines, sourceText } from '../yaml/source-text.ts';
import { PackedText } from '../model/long-text.ts';
import { lintComments } from '../yaml/lint-comments.ts';
import type { Read } from './read-text.ts';
import { decodeText, readBytes, startOf } from './read-text.ts';

export interface ReadInclude<T> {
  readonly value?: T;
  /** The file, if it exists. */
  readonly at?: FileAt;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads included files, each once, and only from allowed directories. */
export interface IncludeReader {
  /** `path` as written, relative to `folder`; `at` returns the place where it is written. */
  openapi(folder: string, path: string, at: () => Location): Promise<ReadInclude<OpenapiSource>>;
  /** The bytes as base64, the form of the Admin API (docs/design/admin-api.md §5). */
  logo(folder: string, path: string, at: () => Location): Promise<ReadInclude<string>>;
}

interface IncludeUse {
  readonly files?: Files | undefined;
  /** Called with the number of bytes of each OpenAPI document. */
  readonly afterDocument?: ((bytes: number) => void) | undefined;
  /** New contents of files that are not written yet, by path. */
  readonly planned?: ReadonlyMap<string, Uint8Array> | undefined;
}

/**
 * @param roots the directories whose files may be included, absolute and after following symlinks
 * (docs/design/contract.md §9).
 */
export function includeReader(roots: readonly string[], cwd: string, use: IncludeUse): IncludeReader {
  const folders = new Set(roots);
  const openapi = new Map<string, Promise<ReadInclude<OpenapiSource>>>();
  const logos = new Map<string, Promise<ReadInclude<string>>>();
  const readWith =
    <T>(
      reading: Map<string, Promise<ReadInclude<T>>>,
      readFile: (path: string, file: string) => Promise<ReadInclude<T>>,
    ) =>
    async (folder: string, path: string, at: () => Location): Promise<ReadInclude<T>> => {
      const found = await allowedPath({ roots: folders, ...use }, resolve(folder, path), path, at);
      if ('mistake' in found) return { diagnostics: [found.mistake] };
      const known = reading.get(found.value) ?? readFile(found.value, shownName(resolve(folder, path), cwd));
      reading.set(found.value, known);
      const named = resolve(folder, path);
      const link = found.value === named ? {} : { link: shownName(named, cwd) };
      const read = { path: found.value, file: shownName(found.value, cwd), ...link };
      return { ...shownWhereNamed(await known, at), at: read };
    };
  return {
    openapi: readWith(openapi, async (path, file) => readOpenapi(path, file, use)),
    logo: readWith(logos, async (path, file) => readLogo(path, file, use)),
  };
}

/** A file that could not be read is reported at the field that names it. */
function shownWhereNamed<T>(result: ReadInclude<T>, at: () => Location): ReadInclude<T> {
  const diagnostics = result.diagnostics.map((one) =>
    WHOLE_FILE.has(one.code) ? { ...one, location: at() } : one,
  );
  return { ...result, diagnostics };
}

const WHOLE_FILE: ReadonlySet<string> = new Set<DiagnosticCode>([
  'unreadable-file',
  'file-too-large',
  'not-an-image',
]);

async function readOpenapi(path: string, file: string, use: IncludeUse): Promise<ReadInclude<OpenapiSource>> {
  const bytes = await readBytes(path, file, use);
  const text = 'mistake' in bytes ? bytes : decodeText(bytes.value, file);
  if ('mistake' in text) return { diagnostics: [text.mistake] };
  if ('value' in bytes) use.afterDocument?.(bytes.value.length);
  const comments = lintComments(sourceText(file, unixLines(text.value)));
  return { value: { text: PackedText.of(text.value), place: { file }, comments }, diagnostics: [] };
}

async function readLogo(path: string, file: string, use: IncludeUse): Promise<ReadInclude<string>> {
  const bytes = await readBytes(path, file, use);
  if ('mistake' in bytes) return { diagnostics: [bytes.mistake] };
  const wrong = notAnImage(bytes.value, file);
  if (wrong !== undefined) return { diagnostics: [wrong] };
  return { value: Buffer.from(bytes.value).toString('base64'), diagnostics: [] };
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

function notAnImage(bytes: Uint8Array, file: string): Diagnostic | undefined {
  if (imageExtension(bytes) !== undefined) return undefined;
  const isPointer = Buffer.from(bytes.subarray(0, LFS_POINTER.length)).toString() === LFS_POINTER;
  const what = bytes.length === 0 ? 'is empty' : 'is not an image';
  return diagnostic('not-an-image', {
    message: `"${file}" ${isPointer ? 'is a Git LFS pointer, not the image' : what}`,
    hint: isPointer
      ? 'Check the image out: `git lfs pull`, or `lfs: true` at the checkout of the pipeline.'
      : 'Name a PNG, JPEG, GIF, WebP, SVG, AVIF, BMP, TIFF or ICO file.',
    location: startOf(file),
  });
}

/** Names are checked before any file is touched, so that no message reveals whether a file outside exists. */
async function allowedPath(
  { roots, planned, files = DISK }: { readonly roots: ReadonlySet<string> } & IncludeUse,
  path: string,
  written: string,
  at: () => Location,
): Promise<Read<string>> {
  try {
    const real = planned?.has(path) === true ? path : await files.realpath(path);
    return isOpen(roots, real) ? { value: real } : { mistake: outside(written, at()) };
  } catch {
    const isSeen = rootAbove(roots, path) !== undefined;
    return { mistake: isSeen ? missing(written, at()) : outside(written, at()) };
  }
}

/** Whether a file may be included. Hidden files may not: `.git/config` and `.env` hold credentials. */
function isOpen(roots: ReadonlySet<string>, path: string): boolean {
  const root = rootAbove(roots, path);
  return root !== undefined && !isHidden(root, path);
}

/** The nearest root above a path. Looks up its parents, since there may be as many roots as files. */
function rootAbove(roots: ReadonlySet<string>, path: string): string | undefined {
  let folder = path.length > LONGEST_PATH ? dirname(path.slice(0, LONGEST_PATH)) : path;
  while (!roots.has(folder)) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}

/** No operating system has longer paths. */
const LONGEST_PATH = 32_768;

function missing(written: string, location: Location): Diagnostic {
  return diagnostic('no-such-include', {
    message: `file not found: ${written}`,
    hint: 'Paths are relative to the directory of the product file.',
    location,
  });
}

function outside(written: string, location: Location): Diagnostic {
  return diagnostic('file-outside', {
    message: `"${written}" is hidden or outside the directory of the product files`,
    hint: 'Put the file below the product files or the working directory, not behind a symlink or in a hidden directory.',
    location,
  });
}
