import { isAbsolute, relative, sep } from 'node:path';

/** A path as people are shown it: relative to the working directory where it lies inside it, with `/` everywhere. */
export function shownName(path: string, cwd: string): string {
  const shown = isInside(cwd, path) ? relative(cwd, path) : path;
  return shown.split(sep).join('/');
}

/** Whether an absolute path is a folder's or lies below it, judged by the names alone. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
