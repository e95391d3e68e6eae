import { isAlias, isMap, isSeq } from 'yaml';
import type { Alias, Document, Node, YAMLMap } from 'yaml';
import { isMergeKey, rangeOfNode, spelledKey } from './map-key.ts';
import type { Range, RangeOf } from './parsed-text.ts';

/** A place in the tree: a value and, in a map, its key. */
interface Spot {
  readonly key?: unknown;
  readonly value: unknown;
}

interface Tree {
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The entries of the maps that were looked into. */
  readonly entries: Map<YAMLMap, ReadonlyMap<string, Spot>>;
}

/**
 * Where paths stand in the text of their document; for a path that is not there, the nearest part above it. Aliases
 * and merge keys are followed to where the text stands, but an alias at the end of the path is shown itself.
 */
export function nodeRanges(document: Document.Parsed, targets: ReadonlyMap<Alias, Node>): RangeOf {
  const tree: Tree = { targets, entries: new Map() };
  return (path, part = 'value') => {
    let spot: Spot = { value: document.contents };
    for (const step of path) {
      const next = childOf(tree, spot.value, String(step));
      if (next === undefined) return rangeOfSpot(spot, 'value');
      spot = next;
    }
    return rangeOfSpot(spot, part);
  };
}

function childOf(tree: Tree, value: unknown, step: string): Spot | undefined {
  const node = followed(tree, value);
  if (isMap(node)) return entriesOf(tree, node).get(step);
  if (!isSeq(node)) return undefined;
  const index = Number(step);
  return index < node.items.length ? { value: node.items[index] } : undefined;
}

function followed(tree: Tree, value: unknown): unknown {
  return isAlias(value) ? tree.targets.get(value) : value;
}

function entriesOf(tree: Tree, map: YAMLMap): ReadonlyMap<string, Spot> {
  const known = tree.entries.get(map) ?? new Map([...mergedEntries(tree, map), ...ownEntries(map)]);
  tree.entries.set(map, known);
  return known;
}

/** The last of two equal keys counts, as in the value. */
function ownEntries(map: YAMLMap): readonly (readonly [string, Spot])[] {
  return map.items.flatMap(({ key, value }) => {
    const text = isMergeKey(key) ? undefined : spelledKey(key, 'scalar');
    return text === undefined ? [] : [[text, { key, value }]];
  });
}

/** Of several merged maps the first counts, so it comes last. */
function mergedEntries(tree: Tree, map: YAMLMap): readonly (readonly [string, Spot])[] {
  const sources = map.items.filter(({ key }) => isMergeKey(key)).map(({ value }) => followed(tree, value));
  const maps = sources.flatMap((source) => (isSeq(source) ? source.items : [source]));
  return maps
    .map((merged) => followed(tree, merged))
    .toReversed()
    .flatMap((merged) => (isMap(merged) ? [...entriesOf(tree, merged)] : []));
}

/** A value of no width, as in `desc:`, is shown by its key. */
function rangeOfSpot({ key, value }: Spot, part: 'key' | 'value'): Range {
  const range = rangeOfNode(value);
  return key !== undefined && (part === 'key' || range[0] === range[1]) ? rangeOfNode(key) : range;
}
