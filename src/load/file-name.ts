import { isAbsolute, relative, sep } from 'node:path';

/** A path as people are shown it: relative to the working directory where it lies inside it, with `/` everywhere. */
export function shownName(path: string, cwd: string): string {
  const shown = isInside(cwd, path) ? relative(cwd, path) : path;
  return shown.split(sep).join('/');
}

/** Whether a path leads from a folder into a hidden one, or to a hidden file; `..data` of a mounted ConfigMap is none. */
export function isHidden(folder: string, path: string): boolean {
  return relative(folder, path)
    .split(sep)
    .some((step) => /^\.(?!\.|$)/.test(step));
}

/** Whether an absolute path is a folder's or lies below it, judged by the names alone. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
