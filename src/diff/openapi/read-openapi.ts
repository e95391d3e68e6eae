import type { ParsedNode } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq } from 'yaml';
import { remembering } from '../../lib/remembering.ts';
import { yamlTokens } from '../../lib/yaml-tokens.ts';
import { plainYaml } from '../../model/plain-yaml.ts';
import type { ObjectValue, Value } from '../../json/value.ts';
import { isList, isObject } from '../../json/value.ts';

/** Levels of nesting: as many as a declared document may have. What people write has less than 40. */
const MAX_DEPTH = 200;
/** Values that aliases and merge keys (`<<`) add, all together: as many as a declared document may have. */
const MAX_ADDED = 1_000_000;
/** UTF-16 units of YAML text: no file may be larger. JSON is not bounded by length. */
const MAX_YAML_LENGTH = 20 * 1024 * 1024;

/**
 * Whether a value is small enough to be walked to its leaves (contract §9: depth and aliases are bounded).
 * @param most values, with every alias written out
 */
function withinBounds(value: Value, most: number): boolean {
  return fits(value, 0, { left: most });
}

function fits(value: Value, depth: number, room: { left: number }): boolean {
  room.left -= 1;
  if (depth > MAX_DEPTH || room.left < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  const values = isList(value) ? value : Object.values<Value>(value);
  return values.every((one) => fits(one, depth + 1, room));
}

/**
 * An integer of sixteen digits or more where JSON has a value: JSON.parse may round it. Text inside strings may match
 * too; that costs time, nothing else.
 */
const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * The value of a document in JSON or YAML 1.2; null for an empty one. Never throws.
 * @returns undefined for what is malformed, is several documents, has unknown tags, is YAML 1.1 by its own word, or is
 * larger or deeper than the bounds.
 */
export const parseOpenapi = remembering((text): Value | undefined => {
  const plain = text.replace(/^\uFEFF/, '');
  const value = fromJson(plain) ?? fromPlainYaml(plain) ?? fromYaml(plain);
  // What is no alias takes a character at least.
  return value !== undefined && withinBounds(value, plain.length + MAX_ADDED) ? value : undefined;
});

function fromJson(text: string): Value | undefined {
  if (!/^\s*\{/.test(text) || LONG_INTEGER.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

function fromPlainYaml(text: string): Value | undefined {
  const [value, ...others] = plainYaml(text, 'scalar') ?? [];
  return others.length === 0 ? value : undefined;
}

const OPTIONS = { uniqueKeys: false, intAsBigInt: true, logLevel: 'error', prettyErrors: false } as const;

function fromYaml(text: string): Value | undefined {
  if (text.length > MAX_YAML_LENGTH) return undefined;
  try {
    // The library does not know a carriage return alone as the line end that it is in YAML.
    const unix = text.replaceAll(/\r\n?/g, '\n');
    const read = yamlTokens(unix, MAX_DEPTH);
    if ('tooDeepAt' in read) return undefined;
    const [document, ...others] = new Composer(OPTIONS).compose(read.tokens, true, unix.length);
    if (document === undefined || others.length > 0) return undefined;
    const { errors, warnings, directives } = document;
    const isRead = errors.length === 0 && warnings.length === 0 && directives.yaml.version === '1.2';
    return isRead ? yamlValue(document.contents) : undefined;
  } catch {
    // UnreadableYaml, or the parser gave up: either way there is no value.
    return undefined;
  }
}

/** The document is malformed or beyond the bounds; the message never leaves this folder. */
export class UnreadableYaml extends Error {
  override readonly name = 'UnreadableYaml';
}

/**
 * The value of a YAML node, with aliases and merge keys (`<<`) resolved; the later of two equal keys wins, as in JSON.
 * Written out because the parser's own conversion takes quadratic time for aliases and cubic time for merge keys.
 * An aliased value is shared, not copied.
 * @throws UnreadableYaml for an alias that leads nowhere or into itself, and for more merged keys than MAX_ADDED.
 */
export function yamlValue(node: ParsedNode | null): Value {
  return convert(node, 0, { anchored: new Map(), merged: 0 });
}

interface Reading {
  /** Filled once a node is complete, in document order, so that an alias inside its own anchor finds nothing. */
  readonly anchored: Map<string, Value>;
  merged: number;
}

function convert(node: ParsedNode | null, depth: number, reading: Reading): Value {
  if (node === null) return null;
  if (depth > MAX_DEPTH) throw new UnreadableYaml('too deep');
  if (isAlias(node)) return aliased(node.source, reading);
  const value = convertContent(node, depth, reading);
  if (node.anchor !== undefined) reading.anchored.set(node.anchor, value);
  return value;
}

function convertContent(node: ParsedNode, depth: number, reading: Reading): Value {
  if (isScalar(node)) return scalarValue(node.value);
  if (isSeq<ParsedNode>(node)) return node.items.map((item) => convert(item, depth + 1, reading));
  if (!isMap<ParsedNode, ParsedNode | null>(node)) throw new UnreadableYaml('not a value');
  const merged: ObjectValue[] = [];
  const entries: [string, Value][] = [];
  for (const { key, value } of node.items) {
    const name = keyName(convert(key, depth + 1, reading));
    const one = convert(value, depth + 1, reading);
    if (isScalar(key) && key.type === 'PLAIN' && name === '<<') merged.push(...mergeSources(one, reading));
    else entries.push([name, one]);
  }
  return Object.fromEntries([...merged.toReversed().flatMap(Object.entries<Value>), ...entries]);
}

function aliased(name: string, reading: Reading): Value {
  const value = reading.anchored.get(name);
  if (value === undefined) throw new UnreadableYaml('an alias leads nowhere');
  return value;
}

/** The objects that a merge key names, the one with precedence first. */
function mergeSources(value: Value, reading: Reading): readonly ObjectValue[] {
  const sources = isList(value) ? value : [value];
  return sources.map((source) => {
    if (!isObject(source)) throw new UnreadableYaml('a merge key needs a mapping');
    reading.merged += Object.keys(source).length;
    if (reading.merged > MAX_ADDED) throw new UnreadableYaml('too many merged keys');
    return source;
  });
}

/** Keys are text in OpenAPI: `200:` means `"200":`. */
function keyName(key: Value): string {
  if (key === null) return '';
  if (typeof key === 'object') throw new UnreadableYaml('a key that is not text');
  return String(key);
}

function scalarValue(value: unknown): Value {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value === 0 ? 0 : value;
  throw new UnreadableYaml('a scalar that JSON has no word for');
}
