import type { Named } from '../model/directory.ts';

/** The name of the thing with that id, if nothing else bears it: only then does a file find it again (contract §8). */
export function soleName(items: readonly Named[] | undefined, id: string): string | undefined {
  const name = items?.find((item) => item.id === id)?.name;
  if (name === undefined || name === '') return undefined;
  return items?.filter((item) => item.name === name).length === 1 ? name : undefined;
}
