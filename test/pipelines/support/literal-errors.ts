import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempFiles } from '../../support/temp-files.ts';

const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A type of a module or of a file of types, and data that must be one. */
export interface Literal {
  readonly from: string;
  readonly type: string;
  readonly data: unknown;
}

/**
 * What the compiler says of each of these data as a literal of its type. The own validate() of `kubernetes-models` lets keys pass that there are none of;
 * for the compiler they are errors at any depth.
 */
export async function literalErrors(literals: readonly Literal[]): Promise<readonly (readonly string[])[]> {
  const sources = literals.map(({ from, type, data }, index): readonly [string, string] => [
    `literal-${index}.mts`,
    `export const literal: import('${from}').${type} = ${JSON.stringify(data, null, 2)};\n`,
  ]);
  const folder = await tempFiles(Object.fromEntries(sources));
  await symlink(installed, join(folder, 'node_modules'));
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--pretty', 'false'];
  const said = await new Promise<string>((resolve, reject) => {
    const compiler = join(installed, '.bin', 'tsc');
    const names = sources.map(([name]) => name);
    execFile(compiler, [...flags, ...names], { cwd: folder }, (error, stdout, stderr) => {
      if (error !== null && stdout === '') reject(new Error(`${stderr}${error.message}`));
      resolve(stdout);
    });
  });
  const lines = said.split('\n');
  return sources.map(([name]) => lines.filter((line) => line.startsWith(`${name}(`)));
}
