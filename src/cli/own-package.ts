import { exec } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isSea } from 'node:sea';
import { promisify } from 'node:util';
import { VERSION } from '../generated/version.ts';
import { printable } from '../lib/printable.ts';
import { OperationalError } from '../model/errors.ts';

/** The name that npm gives the package of this version. */
export const TARBALL = `adc-products-${VERSION}.tgz`;

/**
 * The package of this adc, made by `npm pack`: a tarball that npm installs without a registry.
 * @throws OperationalError if adc is not installed as a package, or npm fails.
 */
export async function ownTarball(): Promise<Uint8Array> {
  const cwd = packageFolder();
  if (cwd === undefined) throw unpackable('it is not installed as an npm package');
  const folder = await mkdtemp(join(tmpdir(), 'adc-pack-'));
  try {
    // A constant command: npm on Windows needs a shell, which would have to quote the directory.
    const env = { ...process.env, npm_config_pack_destination: folder };
    await promisify(exec)('npm pack --ignore-scripts --offline', { cwd, env });
    return await readFile(join(folder, TARBALL));
  } catch (error) {
    const [, reason = 'see whether npm is installed'] = /^npm error (.*)$/m.exec(stderrOf(error)) ?? [];
    throw unpackable(`npm pack failed (${printable(reason)})`, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The nearest npm package directory above this module; undefined in a standalone executable. */
function packageFolder(): string | undefined {
  if (isSea()) return undefined;
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) return undefined;
    folder = dirname(folder);
  }
  return folder;
}

const stderrOf = (error: unknown): string =>
  error instanceof Error && 'stderr' in error ? String(error.stderr) : '';

function unpackable(reason: string, cause?: unknown): OperationalError {
  return new OperationalError(`adc cannot pack itself for the pipelines: ${reason}`, {
    hint: "Pass the command that installs adc there, e.g. --install 'npm install --global adc-products'.",
    cause,
  });
}
