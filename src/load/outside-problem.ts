import { dirname } from 'node:path';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import { isHidden, isInside, shownName } from './file-name.ts';
import type { Files } from './files.ts';
import { startOf } from './read-text.ts';

/** A named file or directory, or the default file. */
export interface Named {
  /** Absolute, as named. */
  readonly path: string;
  /** Absolute, after following symlinks. */
  readonly real: string;
  readonly isFolder: boolean;
}

interface Place {
  readonly files: Files;
  /** Absolute, after following symlinks. */
  readonly cwd: string;
  /** Whether it is an error; else a warning. */
  readonly refuseOutside: boolean;
}

/**
 * The diagnostic for a path that leads out of the working directory by a symlink, or into a hidden directory, which
 * may hold credentials (docs/design/contract.md §16): an error with `refuseOutside`, else a warning. A path outside
 * without a symlink is intended.
 */
export async function outsideProblem(
  named: Named,
  { files, cwd, refuseOutside: refuse }: Place,
): Promise<Diagnostic | undefined> {
  if (STREAM.test(named.path)) return undefined;
  const where = (await leadsOut(files, named, cwd))
    ? 'out of its directory by a symlink'
    : isHidden(cwd, named.real) && 'to a hidden directory or file';
  if (where === false) return undefined;
  const file = shownName(named.path, cwd);
  const found = diagnostic('file-outside', {
    message: `"${file}" leads ${where}`,
    hint: refuse
      ? 'Name the target with -f, or put a copy of it here. adc does not read it where CI is set.'
      : 'Name the target with -f, or put a copy of it here. Where CI is set, this is an error.',
    location: startOf(file),
  });
  return refuse ? found : { ...found, severity: 'warning' };
}

/** `/dev/stdin` and `<(generate)` are always symlinks. */
const STREAM = /^\/(?:dev|proc\/self\/fd)\//;

async function leadsOut(files: Files, { path, real, isFolder }: Named, cwd: string): Promise<boolean> {
  if (isInside(cwd, path)) return !isInside(cwd, real);
  return !isFolder && !isInside(await files.realpath(dirname(path)), real);
}
