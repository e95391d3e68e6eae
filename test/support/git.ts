import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SETTINGS = [
  'user.name=a',
  'user.email=a@example.com',
  'commit.gpgsign=false',
  'init.defaultBranch=main',
  // Otherwise each commit starts another process for maintenance.
  'maintenance.auto=false',
];

/** Runs git in a folder, with an identity and without the settings of this machine. Returns its output. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  const given = [...SETTINGS.flatMap((setting) => ['-c', setting]), ...args];
  const running = promisify(execFile)('git', given, { cwd: folder, env });
  running.child.stdin?.end();
  return (await running).stdout.trim();
}

/** Commits all files of a folder. Creates the repository if there is none. */
export async function commitAll(folder: string): Promise<void> {
  if (!existsSync(join(folder, '.git'))) await git(folder, 'init', '--quiet');
  await git(folder, 'add', '--all');
  await git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'files');
}
