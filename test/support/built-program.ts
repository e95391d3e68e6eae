import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { VERSION } from '../../src/generated/version.ts';
import { bundleProgram } from '../../scripts/bundle-program.js';

export interface BuiltProgram {
  /** The path of the file to run with node. */
  readonly file: string;
  /** The chunks of the bundle, in the folder of the file. */
  readonly chunks: readonly Chunk[];
  /** Runs a line of sh in which `$ADC` is the program. CI is set unless `env` overrides it. */
  sh(line: string, env?: Readonly<Record<string, string>>): Promise<Said>;
}

export interface Chunk {
  readonly fileName: string;
  /** The paths of its modules. */
  readonly moduleIds: readonly string[];
}

export interface Said {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

let built: Promise<BuiltProgram> | undefined;

/**
 * The bundled program, for behaviour that only a separate process shows. All test files of a run share it, in the shared folder.
 */
export function buildProgram(): Promise<BuiltProgram> {
  built ??= bundled();
  return built;
}

/** Bundles the program, or waits for the worker that bundles it. */
async function bundled(): Promise<BuiltProgram> {
  const folder = join(inject('shared'), 'built');
  const [done, failed] = [join(folder, 'chunks.json'), join(folder, 'failed')];
  const isFirst = (await mkdir(folder, { recursive: true })) !== undefined;
  if (isFirst)
    await bundleInto(folder, done).catch(async (error: unknown) => {
      await writeFile(failed, String(error));
      throw error;
    });
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(await readFile(failed, 'utf8'));
    await setTimeout(20);
  }
  const chunks = JSON.parse(await readFile(done, 'utf8')) as readonly Chunk[];
  const file = join(folder, 'adc.cjs');
  const ADC = `${process.execPath} ${file}`;
  return {
    file,
    chunks,
    sh: (line, env = {}) =>
      said('sh', ['-c', line], { PATH: process.env['PATH'] ?? '', ADC, CI: '1', ...env }),
  };
}

async function bundleInto(folder: string, done: string): Promise<void> {
  const chunks = await bundleProgram('src/cli/run.ts', {
    dir: folder,
    entryFileNames: 'adc.cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  // `adc init` needs the program to be in a package.
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'adc-products', version: VERSION }));
  const kept: readonly Chunk[] = chunks.map(({ fileName, moduleIds }) => ({ fileName, moduleIds }));
  await writeFile(`${done}.part`, JSON.stringify(kept));
  await rename(`${done}.part`, done);
}

/** Runs a program to its end and returns its output. */
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
