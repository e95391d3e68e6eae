import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs';
import { promisify } from 'node:util';
import { printable } from '../lib/printable.ts';
import { OperationalError, UsageError } from '../model/errors.ts';

/** The code of an error of the system such as ENOENT; empty for any other one. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const WHY_UNREAD: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'file not found'],
  ['ENOTDIR', 'file not found'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
]);

/** @throws UsageError that names the file and what is wrong with it. */
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

/** The text of a file; undefined for one that is not there, or cannot be read. @throws UsageError if it is not UTF-8. */
export async function readTextIfReadable(path: string, what: string): Promise<string | undefined> {
  const bytes = await promisify(readFile)(path).catch(() => undefined);
  return bytes && decoded(bytes, what, path);
}

/** UTF-8, with or without a byte order mark. UTF-16 without one is valid UTF-8, with a NUL in each character of ASCII. */
function decoded(bytes: Uint8Array, what: string, path: string, hint = 'Save the file as UTF-8.'): string {
  if (isUtf8(bytes) && !bytes.includes(0)) return new TextDecoder().decode(bytes);
  throw new UsageError(`the ${what} ${path} is not UTF-8`, { hint });
}

/** What a disk says in one word, and what to do about it (docs/design/contract.md §8). */
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
  ELOOP: { why: 'links lead in a circle', hint: 'Choose another place.' },
};

/** The error for a file that could not be written, in words, with the error of the system as its cause. */
export function writeFailure(path: string, error: unknown): OperationalError {
  const words = WORDS[codeOf(error)];
  const why = words?.why ?? printable(error instanceof Error ? error.message : String(error));
  const hint = words === undefined ? 'Nothing was changed.' : `${words.hint} Nothing was changed.`;
  return new OperationalError(`"${printable(path)}" cannot be written: ${why}`, { hint, cause: error });
}
