import { spawn } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TARBALL } from '../../../src/cli/commands/init.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ShellRun {
  readonly exitCode: number | null;
  /** Standard output and standard error as they came. */
  readonly log: string;
}

export interface ShellOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onStart?: (pid: number) => void;
}

/** Runs a script of bash as pipelines do: the first failure ends it. */
export function runBash(script: string, { cwd, env, onStart }: ShellOptions): Promise<ShellRun> {
  return new Promise((resolve) => {
    const args = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script];
    const child = spawn('bash', args, { cwd, env });
    let log = '';
    child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    child.on('close', (exitCode) => resolve({ exitCode, log }));
    onStart?.(child.pid ?? 0);
  });
}

/**
 * Makes a folder `bin` with `adc` and `adc-products` (the program) and `npm`, which puts the program where `--prefix` says,
 * packs an empty file where the environment names a folder, and says that this project is what is installed. It writes each call into `npm.log`: the working directory and the
 * arguments in a line.
 * @returns the environment in which these are found, and nothing of the environment of the tests.
 */
export async function programsIn(
  folder: string,
  program: string,
): Promise<{ readonly PATH: string; readonly HOME: string; readonly NO_COLOR: string }> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const run = program.endsWith('.sh') ? `. '${program}'` : `exec ${process.execPath} ${program} "$@"`;
  const keep = `echo "$PWD $*" >> '${join(folder, 'npm.log')}'`;
  const installed = join(folder, 'global', 'adc-products');
  await mkdir(dirname(installed), { recursive: true });
  await rm(installed, { force: true });
  await symlink(ROOT, installed);
  const install = `for word; do
  if [ "$before" = --prefix ]; then mkdir -p "$word/node_modules/.bin" && cp '${bin}/adc-products' "$word/node_modules/.bin"; fi
  before=$word
done`;
  const pack = `if [ "$1" = pack ] && [ -d "$npm_config_pack_destination" ]; then
  : > "$npm_config_pack_destination/${TARBALL}"
fi`;
  const npm = `if [ "$1" = root ]; then echo '${dirname(installed)}'; exit; fi\n${keep}\n${pack}\n${install}`;
  const texts = { adc: run, 'adc-products': run, npm };
  await writeFile(join(folder, 'npm.log'), '');
  for (const [name, text] of Object.entries(texts))
    await executable(join(bin, name), `#!/bin/bash\n${text}\n`);
  const PATH = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  return { PATH, HOME: folder, NO_COLOR: '1' };
}

/** Writes a file that can be run. */
export async function executable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}
