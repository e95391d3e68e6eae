import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { SMALLER } from '../../scripts/smaller.js';

export interface BuiltProgram {
  /** Its file, to be run by node. */
  readonly file: string;
  /** Runs a line of sh in which `$ADC` is the program. */
  sh(line: string, env?: Readonly<Record<string, string>>): Promise<Said>;
  remove(): Promise<void>;
}

export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The program as one bundle in a folder of its own: what the process itself does can be tested only from outside. */
export async function buildProgram(): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-built-'));
  const input = fileURLToPath(new URL('../../src/cli/run.ts', import.meta.url));
  const bundled = await rolldown({ input, platform: 'node', plugins: SMALLER });
  await bundled.write({
    dir: folder,
    format: 'cjs',
    entryFileNames: 'adc.cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  await bundled.close();
  const file = join(folder, 'adc.cjs');
  const ADC = `${process.execPath} ${file}`;
  return {
    file,
    sh: (line, env = {}) =>
      said('sh', ['-c', line], { PATH: process.env['PATH'] ?? '', ADC, CI: '1', ...env }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs a program to its end and keeps all that it says. */
export function said(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Said> {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd: tmpdir() }, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : -1, out, err });
    });
  });
}
