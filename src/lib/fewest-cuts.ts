import { topologicalOrder, type Graph } from './graph.ts';

/** How many nodes are looked at before exactness is given up. */
const MOST_LOOKS = 400_000;

/**
 * The fewest nodes of a ring whose outgoing edges must go so that no cycle is left. Nodes that `isFree` are cut at no
 * cost; among sets of one size the one that comes first in the order of `nodes` is taken. Exact while the number of
 * sets to try is bounded; beyond that, nodes with the most edges are cut first and the needless ones put back.
 */
export function fewestCuts<Node>(
  nodes: readonly Node[],
  graph: Graph<Node>,
  isFree: (node: Node) => boolean,
): ReadonlySet<Node> {
  const free = nodes.filter(isFree);
  const costly = nodes.filter((node) => !isFree(node));
  const cut = exactCut(nodes, graph, free, costly) ?? greedyCut(nodes, graph, free, costly);
  return withoutNeedless(nodes, graph, cut, free);
}

function exactCut<Node>(
  nodes: readonly Node[],
  graph: Graph<Node>,
  free: readonly Node[],
  costly: readonly Node[],
) {
  let tries = 0;
  for (let size = 0; size <= costly.length; size += 1) {
    for (const some of combinations(costly, size)) {
      const cut = new Set([...free, ...some]);
      if (isAcyclic(nodes, graph, cut)) return cut;
      tries += 1;
      if (tries * nodes.length > MOST_LOOKS) return undefined;
    }
  }
  return undefined;
}

function greedyCut<Node>(
  nodes: readonly Node[],
  graph: Graph<Node>,
  free: readonly Node[],
  costly: readonly Node[],
) {
  const cut = new Set(free);
  const byEdges = costly.toSorted((a, b) => (graph.get(b)?.size ?? 0) - (graph.get(a)?.size ?? 0));
  for (const node of byEdges) {
    if (isAcyclic(nodes, graph, cut)) break;
    cut.add(node);
  }
  return withoutNeedless(nodes, graph, cut, byEdges);
}

/** Puts back, one by one, what turned out not to be needed. */
function withoutNeedless<Node>(
  nodes: readonly Node[],
  graph: Graph<Node>,
  cut: ReadonlySet<Node>,
  candidates: readonly Node[],
): Set<Node> {
  const kept = new Set(cut);
  for (const node of candidates) {
    if (!kept.delete(node)) continue;
    if (!isAcyclic(nodes, graph, kept)) kept.add(node);
  }
  return kept;
}

function isAcyclic<Node>(nodes: readonly Node[], graph: Graph<Node>, cut: ReadonlySet<Node>): boolean {
  const members = new Set(nodes);
  const remaining = nodes.map((node) => {
    const followers = cut.has(node) ? [] : [...(graph.get(node) ?? [])].filter((one) => members.has(one));
    return [node, new Set(followers)] as const;
  });
  return topologicalOrder(nodes, new Map(remaining)) !== undefined;
}

/** Every choice of `size` items, in the order of the items. */
function* combinations<Item>(items: readonly Item[], size: number, from = 0): Generator<readonly Item[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = from; first <= items.length - size; first += 1) {
    for (const rest of combinations(items, size - 1, first + 1)) yield [items[first] as Item, ...rest];
  }
}
