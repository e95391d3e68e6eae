import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const SETTINGS = [
  ['user.name', 'a'],
  ['user.email', 'a@example.com'],
  ['commit.gpgsign', 'false'],
  ['init.defaultBranch', 'main'],
  // Otherwise each repository gets a copy of the sample hooks.
  ['init.templateDir', ''],
  // Otherwise each commit starts another process for maintenance.
  ['maintenance.auto', 'false'],
] as const;

/** Runs git in a folder, with an identity and without the settings of this machine. Returns its output. */
export function git(folder: string, ...args: readonly string[]): Promise<string> {
  return run(folder, 'git', args);
}

/**
 * Commits all files of a folder. Creates the repository if there is none. A shell runs the commands, because each process
 * of a large process takes longer to start.
 */
export async function commitAll(folder: string): Promise<void> {
  const commands = [
    '{ [ -e .git ] || git init --quiet; }',
    'git add --all',
    'git commit --quiet --allow-empty -m files',
  ];
  await run(folder, 'sh', ['-c', commands.join(' && ')]);
}

async function run(folder: string, program: string, args: readonly string[]): Promise<string> {
  const settings = SETTINGS.flatMap(([key, value], place) => [
    [`GIT_CONFIG_KEY_${place}`, key],
    [`GIT_CONFIG_VALUE_${place}`, value],
  ]);
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: String(SETTINGS.length),
    ...(Object.fromEntries(settings) as Readonly<Record<string, string>>),
  };
  const running = promisify(execFile)(program, args, { cwd: folder, env });
  running.child.stdin?.end();
  return (await running).stdout.trim();
}
