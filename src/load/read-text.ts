import { isUtf8 } from 'node:buffer';
import { dirname } from 'node:path';
import { messageOf } from '../model/errors.ts';
import { type Files, DISK, isHidden, isInside, shownName } from './files.ts';
import { diagnostic, type Diagnostic, type Location } from '../model/diagnostic.ts';

/**
 * Maximum size of a file in bytes, checked before it is read: YAML needs up to 65 times its size in memory
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
 * The bytes of a regular file that is not too large. `file` is its name in messages.
 * @param options `planned` has the future contents of files, by path. `mayBePipe` is for files named on the command
 * line: a pipe in a directory may have no writer, and reading it would never end.
 */
export async function readBytes(path: string, file: string, options: ReadOptions): Promise<Read<Uint8Array>> {
  const { files = DISK } = options;
  const bytes = options.planned?.get(path);
  if (bytes !== undefined) return limited(bytes, file);
  try {
    const stats = await files.stat(path);
    // Pipes are files too: `-f <(generate)`.
    if (stats.isFIFO() && options.mayBePipe === true)
      return limited(await files.readPipe(path, MAX_BYTES), file);
    if (!stats.isFile()) return { mistake: unreadable(file, 'it is not a regular file') };
    if (stats.size > MAX_BYTES) return { mistake: tooLarge(file, stats.size) };
    return limited(await files.readFile(path), file);
  } catch (error) {
    return { mistake: unreadable(file, messageOf(error)) };
  }
}

/** Checks the size of bytes that are not from a file of a known size. */
export function limited(bytes: Uint8Array, file: string): Read<Uint8Array> {
  return bytes.length > MAX_BYTES ? { mistake: tooLarge(file, bytes.length) } : { value: bytes };
}

/** The location of a whole file. */
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
 * The text of UTF-8 bytes, without a byte order mark. Refuses other bytes and control characters: the YAML parser
 * would pass them on to a terminal or a portal (docs/design/contract.md §2, §9).
 */
export function decodeText(bytes: Uint8Array, file: string): Read<string> {
  if (!isUtf8(bytes)) return { mistake: notUtf8(bytes, file) };
  const text = new TextDecoder('utf-8').decode(bytes);
  const control = CONTROL.exec(text);
  return control === null || isJsonText(text, control[0])
    ? { value: text }
    : { mistake: controlCharacter(text, control.index, file) };
}

// oxlint-disable-next-line no-control-regex -- the pattern matches control characters
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * Whether a control character is valid in JSON: JSON allows every character from U+007F on, and reports escape them.
 */
function isJsonText(text: string, control: string): boolean {
  if (control < '\x7f') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function notUtf8(bytes: Uint8Array, file: string): Diagnostic {
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, firstBadByte(bytes)));
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return diagnostic('not-utf8', {
    message: wide ? `"${file}" is UTF-16` : `"${file}" is not valid UTF-8`,
    hint: 'Save the file as UTF-8.',
    location: wide ? startOf(file) : placeOf(text, text.length, file),
  });
}

/** The number of leading bytes that are UTF-8, by binary search. */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (isUtf8(wholeCharacters(bytes.subarray(0, middle)))) good = middle;
    else bad = middle - 1;
  }
  return wholeCharacters(bytes.subarray(0, good)).length;
}

/** The bytes without an incomplete character at the end. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
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
export interface Named {
  /** Absolute, as named. */
  readonly path: string;
  /** Absolute, after following symlinks. */
  readonly real: string;
  readonly isFolder: boolean;
}

interface Place {
  readonly files: Files;
  /** Absolute, after following symlinks. */
  readonly cwd: string;
  /** Whether it is an error; else a warning. */
  readonly refuseOutside: boolean;
}

/**
 * The diagnostic for a path that leads out of the working directory by a symlink, or into a hidden directory, which
 * may hold credentials (docs/design/contract.md §16): an error with `refuseOutside`, else a warning. A path outside
 * without a symlink is intended.
 */
export async function outsideProblem(
  named: Named,
  { files, cwd, refuseOutside: refuse }: Place,
): Promise<Diagnostic | undefined> {
  if (STREAM.test(named.path)) return undefined;
  const where = (await leadsOut(files, named, cwd))
    ? 'out of its directory by a symlink'
    : isHidden(cwd, named.real) && 'to a hidden directory or file';
  if (where === false) return undefined;
  const file = shownName(named.path, cwd);
  const found = diagnostic('file-outside', {
    message: `"${file}" leads ${where}`,
    hint: refuse
      ? 'Name the target with -f, or put a copy of it here. adc does not read it where CI is set.'
      : 'Name the target with -f, or put a copy of it here. Where CI is set, this is an error.',
    location: startOf(file),
  });
  return refuse ? found : { ...found, severity: 'warning' };
}

/** `/dev/stdin` and `<(generate)` are always symlinks. */
const STREAM = /^\/(?:dev|proc\/self\/fd)\//;

async function leadsOut(files: Files, { path, real, isFolder }: Named, cwd: string): Promise<boolean> {
  if (isInside(cwd, path)) return !isInside(cwd, real);
  return !isFolder && !isInside(await files.realpath(dirname(path)), real);
}
