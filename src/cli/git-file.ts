import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { decodeText, MAX_BYTES } from '../load/read-text.ts';
import { DISK } from '../load/files.ts';
import { OperationalError, UsageError } from '../model/errors.ts';
import { codeOf } from './disk.ts';

/**
 * The text of a file at a git revision, as it is committed: no hook, filter or text conversion runs.
 * @param path absolute; the file exists in the work tree, links are followed.
 * @returns undefined if the revision does not have the file.
 * @throws UsageError if the revision is not a commit; OperationalError if git is missing or fails.
 */
export async function fileAt(revision: string, path: string): Promise<string | undefined> {
  if (revision.startsWith('-') || revision.includes('\0')) throw noCommit(revision);
  // A pipe has no place of its own.
  const file = await DISK.realpath(path).catch(() => path);
  const name = ['--end-of-options', `${revision}^{commit}`];
  const commit = await git(dirname(file), ['rev-parse', '--verify', '--quiet', ...name]);
  const id = /^[0-9a-f]{40,64}$/m.exec(commit?.toString() ?? '')?.[0];
  if (id === undefined) throw noCommit(revision);
  const blob = `${id}:./${basename(file)}`;
  if (
    (await git(dirname(file), ['rev-parse', '--verify', '--quiet', '--end-of-options', blob])) === undefined
  )
    return undefined;
  const bytes = await git(dirname(file), ['cat-file', 'blob', '--end-of-options', blob]);
  if (bytes === undefined) throw new OperationalError(`git cannot read "${basename(file)}" at "${revision}"`);
  const text = decodeText(bytes, `${revision}:${basename(file)}`);
  if ('mistake' in text) throw new OperationalError(text.mistake.message, { hint: text.mistake.hint });
  return text.value;
}

function noCommit(revision: string): UsageError {
  return new UsageError(
    `--base is ${JSON.stringify(revision)}, which is not a commit of this git repository`,
    {
      hint: 'Pass a branch, a tag or a commit. A shallow clone lacks most of them: fetch the revision first.',
    },
  );
}

/** Where a hook says which repository it runs in; the file may be in another one. */
const REPOSITORY = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX']);

/** What git prints in a directory; undefined if what it was asked for does not exist. */
async function git(cwd: string, args: readonly string[]): Promise<Buffer | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !REPOSITORY.has(name));
  const env = { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  try {
    const options = { cwd, env, encoding: 'buffer', maxBuffer: MAX_BYTES } as const;
    return (await promisify(execFile)('git', args, options)).stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined;
    throw failure(error);
  }
}

function failure(error: unknown): OperationalError {
  if (codeOf(error) === 'ENOENT')
    return new OperationalError('--base needs git, which is not installed', {
      hint: 'Install git, or leave out --base if the server returns the document.',
      cause: error,
    });
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  const [line = ''] = said.split('\n');
  const why = codeOf(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' ? 'the file is too large' : line;
  return new OperationalError(`--base: git failed: ${why}`, {
    hint: 'The file must be in a git repository that this user may read.',
    cause: error,
  });
}
