import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInside, shownName } from '../load/file-name.ts';
import type { Io } from './io.ts';

/** How annotations name a file: from the root of the repository, where GitHub looks for it. */
export function annotatedFile({ env, cwd }: Pick<Io, 'env' | 'cwd'>): (file: string) => string {
  const { GITHUB_WORKSPACE: workspace = '' } = env;
  if (workspace === '') return (file) => file;
  const [root, folder] = [realOf(workspace), realOf(cwd)];
  return (file) => {
    const path = resolve(folder, file);
    return file.startsWith('<') || !isInside(root, path) ? file : shownName(path, root);
  };
}

function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
