import type { Json, JsonObject } from '../model/product.ts';
import { stringEnd } from './json-ranges.ts';
import { MAX_DEPTH } from './parsed-text.ts';

/**
 * The value of a JSON text; undefined if it is not JSON, is nested too deep, or has a key twice in one object:
 * then the YAML parser, which knows places, says what is wrong.
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
 * How many keys the objects of a value have; NaN, which equals nothing, if it is nested too deep. Makes no list of
 * anything: those of a large document would be several times the document.
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

/** In JSON, a string that a colon follows is a key. More of them than the parsed value has: one stands there twice. */
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
