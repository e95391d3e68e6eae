import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutputChunk } from 'rolldown';
import { bundleProgram } from '../../scripts/bundle-program.js';

export interface BuiltProgram {
  /** Its file, to be run by node. */
  readonly file: string;
  /** What it is made of, each beside its file. */
  readonly chunks: readonly OutputChunk[];
  /** Runs a line of sh in which `$ADC` is the program, as in a pipeline: CI is set unless the variables say otherwise. */
  sh(line: string, env?: Readonly<Record<string, string>>): Promise<Said>;
  remove(): Promise<void>;
}

export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The program, bundled into a folder of its own: what the process itself does can be tested only from outside. */
export async function buildProgram(): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'adc-built-'));
  const chunks = await bundleProgram('src/cli/run.ts', {
    dir: folder,
    entryFileNames: 'adc.cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  const file = join(folder, 'adc.cjs');
  const ADC = `${process.execPath} ${file}`;
  return {
    file,
    chunks,
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
