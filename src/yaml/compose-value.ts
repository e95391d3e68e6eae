import {
  type Alias,
  type Node,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  isAlias,
  isMap,
  isScalar,
  isSeq,
} from 'yaml';
import { type Value, isList, isObject } from '../json/value.ts';
import { type Diagnostic, type DiagnosticCode, diagnostic } from '../model/diagnostic.ts';
import type { SourceText } from '../model/document.ts';
import type { Json } from '../model/product.ts';
import { type Keys, type Range, MAX_DEPTH } from './source-text.ts';

/**
 * Maximum number of values that aliases may add to a file: enough for tens of thousands of products
 * (docs/design/contract.md §9).
 */
const MAX_NODES = 1_000_000;
/** A longer text counts as several values. */
const CHARACTERS_PER_NODE = 100;

/** The values that the aliases of a file have added so far. */
export interface Expansion {
  nodes: number;
}

export interface Composed {
  readonly value: Json;
  /** The value with integers beyond the range of a double as bigint. */
  readonly exact: Value;
  /** The node of each alias. */
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Built {
  readonly value: Value;
  /** The number of nodes and the depth of the value, with aliases expanded. */
  readonly nodes: number;
  readonly depth: number;
}

interface Anchored {
  readonly node: Node;
  built?: Built;
}

interface Walk {
  readonly source: SourceText;
  readonly keys: Keys;
  readonly anchors: Map<string, Anchored>;
  readonly targets: Map<Alias, Node>;
  readonly diagnostics: Diagnostic[];
  readonly expansion: Expansion;
  isOverBudget: boolean;
  hasLongInteger: boolean;
}

const NULL: Built = { value: null, nodes: 1, depth: 1 };

/**
 * The plain value of a document, in one pass in text order, as YAML 1.2 defines anchors. Aliases share the value of
 * their anchor; the limits count it again for each alias, since later stages may copy it.
 */
export function composeValue(
  contents: ParsedNode | null,
  source: SourceText,
  keys: Keys,
  expansion: Expansion,
): Composed {
  const walk: Walk = {
    source,
    keys,
    anchors: new Map(),
    targets: new Map(),
    diagnostics: [],
    expansion,
    isOverBudget: false,
    hasLongInteger: false,
  };
  const { value: exact } = build(walk, contents);
  const value = walk.hasLongInteger ? rounded(exact) : (exact as Json);
  return { value, exact, targets: walk.targets, diagnostics: walk.diagnostics };
}

/** Rounds long integers like JSON.parse(). */
function rounded(value: Value): Json {
  if (typeof value === 'bigint') return Number(value);
  if (isList(value)) return value.map(rounded);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rounded(one)]));
}

function build(walk: Walk, node: unknown): Built {
  if (isAlias(node)) return buildAlias(walk, node);
  const anchored = openAnchor(walk, node);
  const built = buildPlain(walk, node);
  if (anchored !== undefined) anchored.built = built;
  return built;
}

function openAnchor(walk: Walk, node: unknown): Anchored | undefined {
  if (!(isMap(node) || isSeq(node) || isScalar(node)) || node.anchor === undefined) return undefined;
  const anchored: Anchored = { node };
  walk.anchors.set(node.anchor, anchored);
  return anchored;
}

function buildPlain(walk: Walk, node: unknown): Built {
  if (isMap(node)) return buildMap(walk, node);
  if (isSeq(node)) return withParts(node.items.map((item) => build(walk, item)));
  return isScalar(node) ? builtScalar(scalarValue(walk, node)) : NULL;
}

/** The JSON value of a scalar of the core schema, with -0 as 0, and long integers as bigint. */
function scalarValue(walk: Walk, node: Scalar): Value {
  const { value } = node;
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    walk.hasLongInteger = true;
    return value;
  }
  if (value === 0) return 0;
  const known = typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
  if (known) return value;
  // Such as the date of `!!timestamp`. Null would reset a field.
  if (value !== null)
    report(walk, 'unknown-tag', node, `the tag ${tagText(node)} is not supported`, TAG_HINT);
  return null;
}

const tagText = ({ tag = '' }: Scalar): string => tag.replace('tag:yaml.org,2002:', '!!');

export const TAG_HINT = 'Remove the tag; write a text that starts with "!" in quotes.';

function builtScalar(value: Value): Built {
  const length = typeof value === 'string' ? value.length : 0;
  return { value, nodes: 1 + Math.floor(length / CHARACTERS_PER_NODE), depth: 1 };
}

function withParts(
  parts: readonly Built[],
  valueOf: (values: readonly Value[]) => Value = (values) => values,
): Built {
  return {
    value: valueOf(parts.map((part) => part.value)),
    nodes: parts.reduce((sum, part) => sum + part.nodes, 1),
    depth: parts.reduce((most, part) => Math.max(most, part.depth), 0) + 1,
  };
}

function buildAlias(walk: Walk, alias: Alias): Built {
  const anchored = walk.anchors.get(alias.source);
  if (anchored?.built === undefined) {
    const message =
      anchored === undefined ? `no anchor &${alias.source} is defined before` : 'an anchor cannot contain';
    report(
      walk,
      'yaml-alias',
      alias,
      `${message} the alias *${alias.source}`,
      'Define the anchor before its alias.',
    );
    return NULL;
  }
  walk.targets.set(alias, anchored.node);
  return withinBudget(walk, alias, anchored.built);
}

function withinBudget(walk: Walk, alias: Alias, built: Built): Built {
  walk.expansion.nodes += built.nodes;
  if (walk.expansion.nodes <= MAX_NODES && built.depth <= MAX_DEPTH) return built;
  if (!walk.isOverBudget) {
    const what =
      built.depth > MAX_DEPTH
        ? `make this document more than ${MAX_DEPTH} levels deep`
        : `add more than ${MAX_NODES} values to this file`;
    report(walk, 'alias-bomb', alias, `aliases ${what}`, 'Use fewer aliases.');
  }
  walk.isOverBudget = true;
  return NULL;
}

function buildMap(walk: Walk, map: YAMLMap): Built {
  const seen = new Map<string, unknown>();
  const merged: Built[] = [];
  const entries: (readonly [string, Built])[] = [];
  for (const pair of map.items) {
    const key = keyOf(walk, pair.key);
    if (key !== undefined) recordKey(walk, seen, key, pair.key);
    const built = build(walk, pair.value);
    if (isMergeKey(pair.key)) mergeSources(walk, pair, built).forEach((one) => merged.push(one));
    else if (key !== undefined) entries.push([key, built]);
  }
  const keys = entries.map(([key]) => key);
  return withParts([...merged, ...entries.map(([, built]) => built)], (values) =>
    mergedMap(values.slice(0, merged.length), keys, values.slice(merged.length)),
  );
}

/**
 * Merges maps: the map's own keys win; of several merged maps, the first one with the key (YAML merge key, type
 * `!!merge`).
 */
function mergedMap(merged: readonly Value[], keys: readonly string[], values: readonly Value[]): Value {
  const overridden = merged.toReversed().flatMap((one) => Object.entries(isObject(one) ? one : {}));
  return Object.fromEntries([
    ...overridden,
    ...keys.map((key, index): [string, Value] => [key, values[index] ?? null]),
  ]);
}

function mergeSources(walk: Walk, pair: Pair, built: Built): readonly Built[] {
  const values = isList(built.value) ? built.value : [built.value];
  if (values.every(isObject)) return values.map((value) => ({ ...built, value }));
  if (isAlias(pair.value) && !walk.targets.has(pair.value)) return [];
  report(
    walk,
    'yaml-merge',
    pair.key,
    '"<<" merges maps only',
    'Give it an alias of a map, or a list of those.',
  );
  return [];
}

function keyOf(walk: Walk, key: unknown): string | undefined {
  const text = keyText(key, walk.keys);
  if (text !== undefined) return text;
  const source = isScalar(key) ? (key.source ?? '') : '';
  const message = source === '' ? 'a key is not text' : `the key ${source} is not text`;
  const hint = source === '' ? 'Write keys as words or quoted text.' : `Write "${source}" in quotes.`;
  report(walk, 'key-not-text', key, message, hint);
  return undefined;
}

function recordKey(walk: Walk, seen: Map<string, unknown>, key: string, node: unknown): void {
  if (!seen.has(key)) {
    seen.set(key, node);
    return;
  }
  const first = { message: 'first defined here', location: walk.source.at(...rangeOfNode(seen.get(key))) };
  walk.diagnostics.push(
    diagnostic('duplicate-key', {
      message: `duplicate key "${key}"`,
      hint: 'Remove one of them.',
      location: walk.source.at(...rangeOfNode(node)),
      related: [first],
    }),
  );
}

function report(walk: Walk, code: DiagnosticCode, node: unknown, message: string, hint: string): void {
  walk.diagnostics.push(diagnostic(code, { message, hint, location: walk.source.at(...rangeOfNode(node)) }));
}

/** The text of a key; undefined for a key that is not allowed. */
export function keyText(key: unknown, keys: Keys): string | undefined {
  if (!isScalar(key)) return undefined;
  if (typeof key.value === 'string') return key.value;
  return keys === 'scalar' ? (key.source ?? String(key.value)) : undefined;
}

/** Whether a key is the merge key `<<`; in quotes, it is an ordinary key. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** The range of a parsed node; [0, 0] for other values. */
export function rangeOfNode(node: unknown): Range {
  const known = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node);
  const range = known ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}
