import type { Dirent } from 'node:fs';
import { readdir, stat } from './files.ts';
import { join } from 'node:path';
import { compareStrings } from '../lib/sorted-by.ts';

/**
 * The files below a folder, each as the steps that lead to it, sorted. Folders and files whose name begins with a dot
 * and node_modules are left out. Links to folders are not followed, since they may lead in a circle; they end in a step
 * without a name. Throws what readdir throws.
 */
export async function walkFolder(folder: string, depth = Infinity): Promise<readonly (readonly string[])[]> {
  const entries = await readdir(folder);
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const files: (readonly (readonly string[])[])[] = [];
  for (const entry of visible.toSorted((a, b) => compareStrings(a.name, b.name))) {
    files.push(await filesOf(entry, folder, depth));
  }
  return files.flat();
}

async function filesOf(
  entry: Dirent,
  folder: string,
  depth: number,
): Promise<readonly (readonly string[])[]> {
  const isLink = entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name)));
  if (!entry.isDirectory() && !isLink) return [[entry.name]];
  if (depth <= 0) return [];
  if (isLink) return [[entry.name, '']];
  const below = await walkFolder(join(folder, entry.name), depth - 1);
  return below.map((steps) => [entry.name, ...steps]);
}

/** A link that leads nowhere is told by whoever reads it as a file. */
async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
