import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { type Diagnostic, type Location, diagnostic } from '../model/diagnostic.ts';
import { isJson } from '../yaml/json-text.ts';
import { messageOf } from '../model/errors.ts';
import { type Files, DISK, isHidden, isInside, shownName } from './files.ts';

/**
 * Maximum size of a file in bytes. adc checks it before it reads a file: YAML needs up to 65 times its size in memory
 * (docs/design/contract.md §9).
 */
export const MAX_BYTES = 20 * 1024 * 1024;

interface ReadOptions {
  readonly files?: Files | undefined;
  readonly planned?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly mayBePipe?: boolean;
}

export type Read<T> = { readonly value: T } | { readonly mistake: Diagnostic };

/**
 * The bytes of a regular file within the size limit. `file` is its name in messages.
 * @param options `planned` has the future contents of files, by path. `mayBePipe` also allows a pipe: only for files
 * named on the command line, since a pipe in a directory may have no writer, and reading it would never end.
 */
export async function readBytes(path: string, file: string, options: ReadOptions): Promise<Read<Uint8Array>> {
  const { files = DISK } = options;
  const bytes = options.planned?.get(path);
  if (bytes !== undefined) return limited(bytes, file);
  try {
    const stats = await files.stat(path);
    // As in `-f <(generate)`.
    if (stats.isFIFO() && options.mayBePipe === true)
      return limited(await files.readPipe(path, MAX_BYTES), file);
    if (!stats.isFile()) return { mistake: unreadable(file, 'it is not a regular file') };
    if (stats.size > MAX_BYTES) return { mistake: tooLarge(file, stats.size) };
    return limited(await files.readFile(path), file);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { mistake: unreadable(file, isMissing ? 'file not found' : messageOf(error)) };
  }
}

/** The bytes if they are within the size limit, which is unknown before they are read. */
export function limited(bytes: Uint8Array, file: string): Read<Uint8Array> {
  return bytes.length > MAX_BYTES ? { mistake: tooLarge(file, bytes.length) } : { value: bytes };
}

/** The location for a diagnostic about a whole file. */
export function startOf(file: string): Location {
  return { file, line: 1, column: 1 };
}

function tooLarge(file: string, size: number): Diagnostic {
  const mebibytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
  return diagnostic('file-too-large', {
    message: `"${file}" has ${mebibytes(size)} MiB; the limit is ${mebibytes(MAX_BYTES)} MiB`,
    hint: 'Split the file: -f accepts several files and directories.',
    location: startOf(file),
  });
}

function unreadable(file: string, why: string): Diagnostic {
  return diagnostic('unreadable-file', {
    message: `"${file}" cannot be read: ${why}`,
    hint: 'Check that it is a file and that you have permission to read it.',
    location: startOf(file),
  });
}

/**
 * The text of UTF-8 bytes, without a byte order mark. Invalid bytes and control characters are errors: the YAML parser
 * would pass them on to a terminal or a portal (docs/design/contract.md §2, §9). JSON may contain control characters
 * from U+007F on, which reports escape.
 */
export function decodeText(bytes: Uint8Array, file: string): Read<string> {
  const stored = storedInstead(bytes);
  if (stored !== undefined)
    return {
      mistake: diagnostic('unreadable-file', {
        message: `"${file}" ${stored.what}`,
        hint: stored.hint,
        location: startOf(file),
      }),
    };
  if (!isUtf8(bytes) || isUtf16(bytes)) return { mistake: notUtf8(bytes, file) };
  const text = new TextDecoder('utf-8').decode(bytes);
  const control = CONTROL.exec(text);
  const isAllowed = control === null || (control[0] >= '\x7f' && isJson(text));
  return isAllowed ? { value: text } : { mistake: controlCharacter(text, control.index, file) };
}

// oxlint-disable-next-line no-control-regex -- the pattern matches control characters
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** What git stored in place of a file whose filter did not run at the checkout; undefined for other bytes. */
export function storedInstead(
  bytes: Uint8Array,
): { readonly what: string; readonly hint: string } | undefined {
  const start = Buffer.from(bytes.subarray(0, LFS_POINTER.length)).toString('latin1');
  if (start === LFS_POINTER)
    return {
      what: 'is a Git LFS pointer, not the file',
      hint: 'Check the file out: `git lfs pull`, or `lfs: true` at the checkout of the pipeline. adc cannot read it at a git revision.',
    };
  if (!start.startsWith('\0GITCRYPT\0')) return undefined;
  return { what: 'is encrypted by git-crypt', hint: 'Run `git-crypt unlock` after the checkout.' };
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** Whether the bytes begin as UTF-16 does: with its byte order mark, or with two ASCII characters. */
function isUtf16(bytes: Uint8Array): boolean {
  return /^(?:\xff\xfe|\xfe\xff|[^\0]\0[^\0]\0|\0[^\0]\0[^\0])/.test(
    Buffer.from(bytes.subarray(0, 4)).toString('latin1'),
  );
}

function notUtf8(bytes: Uint8Array, file: string): Diagnostic {
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, validLength(bytes)));
  const isWide = isUtf16(bytes);
  return diagnostic('not-utf8', {
    message: isWide ? `"${file}" is UTF-16` : `"${file}" is not valid UTF-8`,
    hint: 'Save the file as UTF-8.',
    location: isWide ? startOf(file) : placeOf(text, text.length, file),
  });
}

/** The number of leading bytes that are valid UTF-8, by binary search. */
function validLength(bytes: Uint8Array): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isUtf8(completeCharacters(bytes.subarray(0, middle)))) low = middle;
    else high = middle - 1;
  }
  return completeCharacters(bytes.subarray(0, low)).length;
}

/** The bytes without an incomplete character at their end. */
function completeCharacters(bytes: Uint8Array): Uint8Array {
  const lead = bytes.findLastIndex((byte) => byte < 0x80 || byte >= 0xc0);
  const needed = characterLength(bytes[lead] ?? 0);
  return lead >= 0 && lead + needed > bytes.length ? bytes.subarray(0, lead) : bytes;
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function controlCharacter(text: string, index: number, file: string): Diagnostic {
  const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
  return diagnostic('control-character', {
    message: `"${file}" contains the control character U+${code}`,
    hint: 'Remove it, or write it as an escape such as "\\x1b" in double quotes.',
    location: placeOf(text, index, file),
  });
}

function placeOf(text: string, index: number, file: string): Location {
  const before = text.slice(0, index);
  const start = before.lastIndexOf('\n') + 1;
  const end = text.indexOf('\n', index);
  const line = before.split('\n').length;
  return {
    file,
    line,
    column: index - start + 1,
    length: 1,
    text: text.slice(start, end === -1 ? undefined : end),
  };
}

/** A named file or directory, or the default file. */
export interface NamedPath {
  /** Absolute, as named. */
  readonly path: string;
  /** Absolute, after following symlinks. */
  readonly real: string;
  readonly isFolder: boolean;
}

/** Where paths are looked up, and whether paths that lead outside are errors or warnings. */
export interface SearchPlace {
  readonly files: Files;
  /** Absolute, after following symlinks. */
  readonly cwd: string;
  readonly refuseOutside: boolean;
}

/**
 * The diagnostic for a path that leads out of the working directory by a symlink, or into a hidden directory, which
 * may contain credentials (docs/design/contract.md §16): an error with `refuseOutside`, else a warning. A path that
 * is outside without a symlink is allowed: its author named it.
 */
export async function outsideProblem(
  named: NamedPath,
  { files, cwd, refuseOutside: refuse }: SearchPlace,
): Promise<Diagnostic | undefined> {
  if (STREAM.test(named.path)) return undefined;
  const target = (await leadsOutside(files, named, cwd))
    ? 'out of its directory by a symlink'
    : isHidden(cwd, named.real) && 'to a hidden directory or file';
  if (target === false) return undefined;
  const file = shownName(named.path, cwd);
  const problem = diagnostic('file-outside', {
    message: `"${file}" leads ${target}`,
    hint: refuse
      ? 'Name the target with -f, or put a copy of it here. adc does not read it where CI is set.'
      : 'Name the target with -f, or put a copy of it here. Where CI is set, this is an error.',
    location: startOf(file),
  });
  return refuse ? problem : { ...problem, severity: 'warning' };
}

/** `/dev/stdin` and `<(generate)` are always symlinks. */
const STREAM = /^\/(?:dev|proc\/self\/fd)\//;

async function leadsOutside(
  files: Files,
  { path, real, isFolder }: NamedPath,
  cwd: string,
): Promise<boolean> {
  if (isInside(cwd, path)) return !isInside(cwd, real);
  return !isFolder && !isInside(await files.realpath(dirname(path)), real);
}
