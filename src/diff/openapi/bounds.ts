import type { Value } from './value.ts';

/** Levels of nesting: as many as a declared document may have. What people write has less than 40. */
export const MAX_DEPTH = 200;
/** Values in a document with every alias written out; a document of 10 MB has about half as many. */
export const MAX_NODES = 1_000_000;
/** Keys that merge keys (`<<`) copy, all together. */
export const MAX_MERGED = 100_000;
/** UTF-16 units of YAML text; parsing takes about a second for a million. JSON is not bounded by length. */
export const MAX_YAML_LENGTH = 8 * 1024 * 1024;

/** Whether a value is small enough to be walked to its leaves (contract §9: depth and aliases are bounded). */
export function withinBounds(value: Value): boolean {
  return fits(value, 0, { left: MAX_NODES });
}

function fits(value: Value, depth: number, room: { left: number }): boolean {
  room.left -= 1;
  if (depth > MAX_DEPTH || room.left < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values<Value>(value).every((one) => fits(one, depth + 1, room));
}

const MOST_INHERITED = 100;

/** A list that the document keeps and every operation inherits, cut: it is compared again for each operation. */
export function inherited(list: readonly Value[]): readonly Value[] {
  return list.slice(0, MOST_INHERITED);
}
