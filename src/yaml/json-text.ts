import type { Json, JsonObject } from '../model/product.ts';
import { type Entry, type Range, type RangeOf, MAX_DEPTH, treeRanges } from './source-text.ts';

/**
 * The value of a JSON text with an object or a list. Undefined if it is not JSON, is nested too deeply, or has
 * duplicate keys: then the YAML parser reports the error with its place.
 */
export function parseJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = parsedJson(text);
  if (value === undefined) return undefined;
  return countKeys(value, 1) === countKeysInText(text) ? value : undefined;
}

/** Whether a text is JSON of any kind. */
export function isJson(text: string): boolean {
  return parsedJson(text) !== undefined;
}

function parsedJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/**
 * The number of keys of all objects in a value; NaN, which equals no number, if the value is nested too deeply. Creates
 * no lists: they would need several times the memory of a large document.
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
 * The number of keys in a JSON text: strings before a colon. The text has duplicate keys if the parsed value has fewer
 * keys.
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

/**
 * The ranges of paths in a JSON text that is known to be well-formed; strings and keys include their quotes. Each
 * collection is scanned once, on the first request for a part of it.
 */
export function jsonRanges(text: string): RangeOf {
  const scanned = new Map<number, ReadonlyMap<string, Entry<Range>>>();
  const childrenOf = ([start]: Range): ReadonlyMap<string, Entry<Range>> => {
    const children = scanned.get(start) ?? scanChildren(text, start);
    scanned.set(start, children);
    return children;
  };
  let root: Entry<Range> | undefined;
  return treeRanges({
    root: () => (root ??= { value: rangeOfValue(text, 0) }),
    childOf: (parent, step) => childrenOf(parent).get(step),
    rangeOf: (range) => range,
  });
}

/** The children of the collection that begins at an offset; empty for other values. */
function scanChildren(text: string, start: number): ReadonlyMap<string, Entry<Range>> {
  const children = new Map<string, Entry<Range>>();
  const open = text[start];
  if (open !== '{' && open !== '[') return children;
  let offset = skipSeparators(text, start + 1);
  while (text[offset] !== '}' && text[offset] !== ']') {
    const key = open === '{' ? rangeOfValue(text, offset) : undefined;
    const value = rangeOfValue(text, key === undefined ? offset : skipSeparators(text, key[1]));
    const name = key === undefined ? String(children.size) : String(JSON.parse(text.slice(...key)));
    children.set(name, key === undefined ? { value } : { key, value });
    offset = skipSeparators(text, value[1]);
  }
  return children;
}

const SEPARATORS = /[\s,:]*/y;

/** The offset after white space, commas and colons. */
function skipSeparators(text: string, offset: number): number {
  SEPARATORS.lastIndex = offset;
  SEPARATORS.exec(text);
  return SEPARATORS.lastIndex;
}

function rangeOfValue(text: string, offset: number): Range {
  const start = skipSeparators(text, offset);
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
