import type { ParsedNode } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import { MAX_DEPTH, MAX_MERGED } from './bounds.ts';
import type { ObjectValue, Value } from './value.ts';
import { isList, isObject } from './value.ts';

/** The document is malformed or beyond the bounds; the message never leaves this folder. */
export class UnreadableYaml extends Error {
  override readonly name = 'UnreadableYaml';
}

/**
 * The value of a YAML node, with aliases and merge keys (`<<`) resolved; the later of two equal keys wins, as in JSON.
 * Written out because the parser's own conversion takes quadratic time for aliases and cubic time for merge keys.
 * An aliased value is shared, not copied.
 * @throws UnreadableYaml for an alias that leads nowhere or into itself, and for more merged keys than MAX_MERGED.
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
    if (reading.merged > MAX_MERGED) throw new UnreadableYaml('too many merged keys');
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
