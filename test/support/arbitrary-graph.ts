import * as fc from 'fast-check';
import type { Graph } from '../../src/lib/graph.ts';

export interface Drawn {
  readonly nodes: readonly number[];
  readonly graph: Graph<number>;
}

/** Small graphs without self-loops. The nodes have any order. */
export function arbitraryGraph(most: number): fc.Arbitrary<Drawn> {
  return fc
    .integer({ min: 0, max: most })
    .chain((size) =>
      fc.tuple(
        fc.shuffledSubarray([...range(size)], { minLength: size }),
        fc.array(fc.tuple(fc.nat(most), fc.nat(most)), { maxLength: 2 * size }),
      ),
    )
    .map(([nodes, edges]) => {
      const graph = new Map(nodes.map((node) => [node, new Set<number>()]));
      for (const [from, to] of edges) if (from !== to && graph.has(to)) graph.get(from)?.add(to);
      return { nodes, graph };
    });
}

/** The graph with these edges, by source node. */
export function graphOf(edges: Readonly<Record<string, readonly string[]>>): Graph<string> {
  return new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));
}

/** The nodes that can be reached from a node over one or more edges. */
export function reachable<Node>(from: Node, graph: Graph<Node>): ReadonlySet<Node> {
  const found = new Set<Node>();
  const open = [...(graph.get(from) ?? [])];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    open.push(...(graph.get(node) ?? []));
  }
  return found;
}

function range(size: number): readonly number[] {
  return Array.from({ length: size }, (_, place) => place);
}
