import { isUtf8 } from 'node:buffer';
import { lstat, readFile, stat } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { printable } from '../lib/printable.ts';
import { messageOf, OperationalError, UsageError } from '../model/errors.ts';

/** The code of a system error, such as ENOENT; empty for any other error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const READ_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'file not found'],
  ['ENOTDIR', 'file not found'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
]);

/**
 * The text of a file.
 * @param what the kind of file, for the error.
 * @param hasComments whether the file is for other readers, which skip comments in any encoding, such as a PEM file.
 * @throws UsageError with the file and the problem.
 */
export async function readText(
  path: string,
  what: string,
  hint?: string,
  hasComments = false,
): Promise<string> {
  const bytes = await promisify(readFile)(path).catch((error: unknown) => {
    const code = codeOf(error);
    const why = READ_PROBLEMS.get(code) ?? code;
    throw new UsageError(`cannot read the ${what} ${path}: ${why}`, { cause: error, ...(hint && { hint }) });
  });
  return hasComments ? new TextDecoder().decode(bytes) : decoded(bytes, what, path);
}

/**
 * The text of a file; undefined if it does not exist, is a directory, or cannot be read, of which it warns.
 * @throws UsageError if it is not UTF-8.
 */
export async function readTextIfReadable(
  path: string,
  what: string,
  warn: (text: string) => void,
): Promise<string | undefined> {
  const bytes = await promisify(readFile)(path).catch((error: unknown) => {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'EISDIR')
      warn(`cannot read the ${what} ${path}: ${READ_PROBLEMS.get(code) ?? code}`);
    return undefined;
  });
  return bytes && decoded(bytes, what, path);
}

/**
 * Decodes UTF-8, with or without a byte order mark. Also refuses NUL: ASCII text in UTF-16 is valid UTF-8 with a NUL
 * after each character.
 */
function decoded(bytes: Uint8Array, what: string, path: string): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return new TextDecoder().decode(bytes);
  throw new UsageError(`the ${what} ${path} is not UTF-8`, { hint: 'Save the file as UTF-8.' });
}

/** The problem and a hint for each error code of a disk (docs/design/contract.md §8). */
const WRITE_PROBLEMS: Readonly<Record<string, { readonly why: string; readonly hint: string }>> = {
  EACCES: { why: 'permission denied', hint: 'Choose another place, or change its permissions.' },
  EPERM: { why: 'permission denied', hint: 'Choose another place, or change its permissions.' },
  EROFS: { why: 'the file system is read-only', hint: 'Choose another place.' },
  ENOSPC: { why: 'the disk is full', hint: 'Make room, or choose another place.' },
  EDQUOT: { why: 'your quota on this disk is used up', hint: 'Make room, or choose another place.' },
  EFBIG: { why: 'the file is larger than the limit of this process or disk', hint: 'Raise the limit.' },
  ENOTDIR: {
    why: 'a part of its path is a file, not a folder',
    hint: 'Choose another place, or move that file.',
  },
  EEXIST: {
    why: 'a part of its path is a file, not a folder',
    hint: 'Choose another place, or move that file.',
  },
  EISDIR: { why: 'it is a directory', hint: 'Choose another place.' },
  ENAMETOOLONG: { why: 'its name is too long for this disk', hint: 'Choose a shorter one.' },
  ELOOP: { why: 'symbolic links form a loop', hint: 'Choose another place.' },
};

/** The error for a file that could not be written, with the system error as its cause. */
export function writeFailure(path: string, error: unknown): OperationalError {
  const known = WRITE_PROBLEMS[codeOf(error)];
  const why = known?.why ?? printable(messageOf(error));
  const hint = known === undefined ? 'Nothing was changed.' : `${known.hint} Nothing was changed.`;
  return new OperationalError(`"${printable(path)}" cannot be written: ${why}`, { hint, cause: error });
}

/** Whether a file, directory or symlink exists, also a dangling symlink. */
export async function exists(path: string): Promise<boolean> {
  return promisify(lstat)(path).then(
    () => true,
    () => false,
  );
}

/** Whether a path names a directory: it ends in a slash, or is an existing directory (docs/design/contract.md §3). */
export async function isDirectory(path: string, cwd: string): Promise<boolean> {
  if (path.endsWith('/')) return true;
  const stats = await promisify(stat)(resolve(cwd, path)).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
