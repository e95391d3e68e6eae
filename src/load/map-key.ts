import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Keys } from '../model/plain-yaml.ts';
import type { Range } from './parsed-text.ts';

/** The text of a key as it counts; undefined for a key that is not allowed. */
export function spelledKey(key: unknown, keys: Keys): string | undefined {
  if (!isScalar(key)) return undefined;
  if (typeof key.value === 'string') return key.value;
  return keys === 'scalar' ? (key.source ?? String(key.value)) : undefined;
}

/** The `<<` of YAML's merge keys; in quotes it is a key like any other. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** Where a node stands; nodes that were parsed always know. */
export function rangeOfNode(node: unknown): Range {
  const known = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node);
  const range = known ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}
