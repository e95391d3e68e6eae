import type { Range, RangeOf } from './parsed-text.ts';

/** A member or item of a collection: its value, and in an object its key, with the quotes. */
interface Spot {
  readonly key?: Range;
  readonly value: Range;
}

/**
 * Where paths stand in a JSON text that is known to be well-formed; for a path that is not there, the nearest part above
 * it. Each collection is scanned once, when somebody first asks for something in it.
 */
export function jsonRanges(text: string): RangeOf {
  const known = new Map<number, ReadonlyMap<string, Spot>>();
  const childrenOf = ([start]: Range): ReadonlyMap<string, Spot> => {
    const children = known.get(start) ?? scanned(text, start);
    known.set(start, children);
    return children;
  };
  let root: Spot | undefined;
  return (path, part = 'value') => {
    let spot = (root ??= { value: valueAt(text, 0) });
    for (const step of path) {
      const next = childrenOf(spot.value).get(String(step));
      if (next === undefined) return spot.value;
      spot = next;
    }
    return part === 'key' ? (spot.key ?? spot.value) : spot.value;
  };
}

/** The children of the collection that begins at an offset; none of anything else. */
function scanned(text: string, start: number): ReadonlyMap<string, Spot> {
  const children = new Map<string, Spot>();
  const open = text[start];
  if (open !== '{' && open !== '[') return children;
  let offset = skip(text, start + 1);
  while (text[offset] !== '}' && text[offset] !== ']') {
    const key = open === '{' ? valueAt(text, offset) : undefined;
    const value = valueAt(text, key === undefined ? offset : skip(text, key[1]));
    const name = key === undefined ? String(children.size) : String(JSON.parse(text.slice(...key)));
    children.set(name, key === undefined ? { value } : { key, value });
    offset = skip(text, value[1]);
  }
  return children;
}

const BETWEEN = /[\s,:]*/y;

/** Past the white space and signs between values. */
function skip(text: string, offset: number): number {
  BETWEEN.lastIndex = offset;
  BETWEEN.exec(text);
  return BETWEEN.lastIndex;
}

function valueAt(text: string, offset: number): Range {
  const start = skip(text, offset);
  if (text[start] === '"') return [start, stringEnd(text, start)];
  const isCollection = text[start] === '{' || text[start] === '[';
  return [start, isCollection ? collectionEnd(text, start) : scalarEnd(text, start)];
}

/** Just after the closing quote of the string that begins at an offset. */
export function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function scalarEnd(text: string, start: number): number {
  const end = /[\s,\]}]|$/g;
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}

function collectionEnd(text: string, start: number): number {
  const sign = /["{}[\]]/g;
  sign.lastIndex = start;
  let depth = 0;
  for (let found = sign.exec(text); found !== null; found = sign.exec(text)) {
    const [one] = found;
    if (one === '"') sign.lastIndex = stringEnd(text, found.index);
    else depth += one === '{' || one === '[' ? 1 : -1;
    if (depth === 0) return sign.lastIndex;
  }
  return text.length;
}
