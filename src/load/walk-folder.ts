import type { Entry, Files } from './files.ts';
import { join } from 'node:path';
import { compareStrings } from '../lib/lists.ts';

/**
 * The files below a directory, each as its path components, sorted. Skips names that begin with a dot, and
 * node_modules. Does not follow symlinks to directories, which may form a loop; they end in an empty component.
 * @throws the errors of readdir.
 */
export async function walkFolder(
  files: Files,
  folder: string,
  depth = Infinity,
): Promise<readonly (readonly string[])[]> {
  const entries = await files.readdir(folder);
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const found: (readonly (readonly string[])[])[] = [];
  for (const entry of visible.toSorted((a, b) => compareStrings(a.name, b.name))) {
    found.push(await filesOf(files, entry, folder, depth));
  }
  return found.flat();
}

async function filesOf(
  files: Files,
  entry: Entry,
  folder: string,
  depth: number,
): Promise<readonly (readonly string[])[]> {
  const isLink = entry.isSymbolicLink() && (await leadsToFolder(files, join(folder, entry.name)));
  if (!entry.isDirectory() && !isLink) return [[entry.name]];
  if (depth <= 0) return [];
  if (isLink) return [[entry.name, '']];
  const below = await walkFolder(files, join(folder, entry.name), depth - 1);
  return below.map((steps) => [entry.name, ...steps]);
}

/** A symlink without a target is reported by the code that reads it as a file. */
async function leadsToFolder(files: Files, path: string): Promise<boolean> {
  try {
    return (await files.stat(path)).isDirectory();
  } catch {
    return false;
  }
}
