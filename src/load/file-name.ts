import { isAbsolute, relative, sep } from 'node:path';

/** A path for messages: relative to the working directory if it is inside, with `/` on all systems. */
export function shownName(path: string, cwd: string): string {
  const shown = isInside(cwd, path) ? relative(cwd, path) : path;
  return shown.split(sep).join('/');
}

/** Whether a path below a directory has a hidden component; `..data` of a mounted ConfigMap does not count. */
export function isHidden(folder: string, path: string): boolean {
  return relative(folder, path)
    .split(sep)
    .some((step) => /^\.(?!\.|$)/.test(step));
}

/** Whether an absolute path is a directory or below it, only by its name. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
