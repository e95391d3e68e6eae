import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs';
import { promisify } from 'node:util';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';

/** The code of a system error, such as ENOENT; empty for any other error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const WHY_UNREAD: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'file not found'],
  ['ENOTDIR', 'file not found'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
]);

/** @throws UsageError with the file and the problem. */
export async function readText(
  path: string,
  what: string,
  hint?: string,
  otherwise?: string,
): Promise<string> {
  const bytes = await promisify(readFile)(path).catch((error: unknown) => {
    const code = codeOf(error);
    const why = WHY_UNREAD.get(code) ?? code;
    throw new UsageError(`cannot read the ${what} ${path}: ${why}`, { cause: error, ...(hint && { hint }) });
  });
  return decoded(bytes, what, path, otherwise);
}

/**
 * The text of a file; undefined if the file does not exist or cannot be read. @throws UsageError if it is not UTF-8.
 */
export async function readTextIfReadable(path: string, what: string): Promise<string | undefined> {
  const bytes = await promisify(readFile)(path).catch(() => undefined);
  return bytes && decoded(bytes, what, path);
}

/**
 * Decodes UTF-8, with or without a byte order mark. Also refuses NUL: ASCII text in UTF-16 is valid UTF-8 with a NUL
 * after each character.
 */
function decoded(bytes: Uint8Array, what: string, path: string, hint = 'Save the file as UTF-8.'): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return new TextDecoder().decode(bytes);
  throw new UsageError(`the ${what} ${path} is not UTF-8`, { hint });
}

/** Error codes of a disk, in words, and what to do (docs/design/contract.md §8). */
const WORDS: Readonly<Record<string, { readonly why: string; readonly hint: string }>> = {
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
  const words = WORDS[codeOf(error)];
  const why = words?.why ?? printable(error instanceof Error ? error.message : String(error));
  const hint = words === undefined ? 'Nothing was changed.' : `${words.hint} Nothing was changed.`;
  return new OperationalError(`"${printable(path)}" cannot be written: ${why}`, { hint, cause: error });
}
