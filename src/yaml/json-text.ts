import type { Json, JsonObject } from '../model/product.ts';
import { type Range, type RangeOf, MAX_DEPTH } from './source-text.ts';

/**
 * The value of a JSON text; undefined if it is not JSON, is nested too deeply, or has duplicate keys: then the YAML
 * parser reports the error with its place.
 */
export function parseJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = parsed(text);
  if (value === undefined) return undefined;
  const keys = countKeys(value, 1);
  return keys === countKeysInText(text) ? value : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/**
 * The number of keys of all objects of a value; NaN, which equals nothing, if it is nested too deeply. Creates no
 * lists, which would need several times the memory of a large document.
 */
function countKeys(value: Json, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MAX_DEPTH) return Number.NaN;
  let keys = 0;
  if (isArray(value)) for (const part of value) keys += countKeys(part, depth + 1);
  else for (const key in value) keys += 1 + countKeys(value[key] ?? null, depth + 1);
  return keys;
}

const isArray = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);

const AFTER_KEY = /\s*:/y;

/**
 * The number of keys in a JSON text: strings before a colon. If it exceeds that of the parsed value, there is a
 * duplicate key.
 */
function countKeysInText(text: string): number {
  let keys = 0;
  for (let start = text.indexOf('"'); start !== -1;) {
    const end = stringEnd(text, start);
    AFTER_KEY.lastIndex = end;
    if (AFTER_KEY.test(text)) keys += 1;
    start = text.indexOf('"', end);
  }
  return keys;
}

/** The ranges of a member or item: of its value, and in an object of its key, with the quotes. */
interface Spot {
  readonly key?: Range;
  readonly value: Range;
}

/**
 * The ranges of paths in a JSON text that is known to be well-formed; for a missing path, the nearest part above
 * it. Each collection is scanned once, on the first request for something in it.
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

/** The children of the collection that begins at an offset; empty for other values. */
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

/** The offset after white space and punctuation between values. */
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

/** The offset after the closing quote of the string at an offset. */
function stringEnd(text: string, start: number): number {
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
