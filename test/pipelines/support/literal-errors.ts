import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempFiles } from '../../support/temp-files.ts';

const installed = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A type of a module or of a file of types, and data that shall be one. */
export interface Literal {
  readonly from: string;
  readonly type: string;
  readonly data: unknown;
}

/**
 * What the compiler says of data as literals of types. The own validate() of `kubernetes-models` lets keys pass that there are none of;
 * for the compiler they are errors at any depth.
 */
export async function literalErrors(literals: readonly Literal[]): Promise<readonly string[]> {
  const source = literals.map(
    ({ from, type, data }, index) =>
      `export const literal${index}: import('${from}').${type} = ${JSON.stringify(data, null, 2)};\n`,
  );
  const folder = await tempFiles({ 'literals.mts': source.join('') });
  await symlink(installed, join(folder, 'node_modules'));
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--pretty', 'false'];
  const said = await new Promise<string>((resolve) => {
    const compiler = join(installed, '.bin', 'tsc');
    execFile(compiler, [...flags, 'literals.mts'], { cwd: folder }, (error, stdout, stderr) => {
      resolve(error !== null && stdout === '' ? `${stderr}${error.message}` : stdout);
    });
  });
  return said.split('\n').filter((line) => line !== '');
}
