import { printable } from '../lib/printable.ts';
import { OperationalError } from '../model/errors.ts';

/** What a disk says in one word, and what to do about it (acceptance U3). */
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

/** The code of an error of the system such as ENOENT; empty for any other one. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
