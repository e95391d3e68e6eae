import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycles, topologicalOrder, type Graph } from '../../src/lib/graph.ts';
import { arbitraryGraph, graphOf, reachable, type Drawn } from '../support/arbitrary-graph.ts';
import { runs } from '../support/runs.ts';

/** Whether a node can reach itself. */
function isOnCycle(node: number, graph: Graph<number>): boolean {
  return reachable(node, graph).has(node);
}

describe('the topological order', () => {
  it('keeps the order of nodes that do not wait', () => {
    expect(topologicalOrder(['b', 'a', 'c'], graphOf({}))).toEqual(['b', 'a', 'c']);
  });

  it('puts a node after its predecessors, and takes the earliest of several possible nodes', () => {
    expect(topologicalOrder(['a', 'b', 'c', 'd'], graphOf({ d: ['a'], c: ['b'] }))).toEqual([
      'c',
      'b',
      'd',
      'a',
    ]);
  });

  it('has no order for a cycle, or for a node with an edge to itself', () => {
    expect(topologicalOrder(['a', 'b'], graphOf({ a: ['b'], b: ['a'] }))).toBeUndefined();
    expect(topologicalOrder(['a'], graphOf({ a: ['a'] }))).toBeUndefined();
  });

  it('is empty without nodes', () => {
    expect(topologicalOrder([], graphOf({}))).toEqual([]);
  });

  it('has every node once, each after its predecessors, unless there is a cycle', () => {
    fc.assert(
      fc.property(arbitraryGraph(8), ({ nodes, graph }) => {
        const order = topologicalOrder(nodes, graph);
        const cyclic = nodes.some((node) => isOnCycle(node, graph));
        expect(order === undefined).toBe(cyclic);
        if (order === undefined) return;
        expect(new Set(order)).toEqual(new Set(nodes));
        expect(order).toHaveLength(nodes.length);
        for (const [from, followers] of graph) {
          for (const to of followers) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
        }
      }),
      runs(300),
    );
  });

  it('does not depend on the order of edges', () => {
    fc.assert(
      fc.property(arbitraryGraph(8), ({ nodes, graph }: Drawn) => {
        const turned = new Map(
          [...graph].toReversed().map(([node, to]) => [node, new Set([...to].toReversed())]),
        );
        expect(topologicalOrder(nodes, turned)).toEqual(topologicalOrder(nodes, graph));
      }),
      runs(100),
    );
  });
});

describe('the cycles of a graph', () => {
  it('are the components with cycles, and no others', () => {
    const graph = graphOf({ a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'], f: ['a'] });
    const found = cycles(['a', 'b', 'c', 'd', 'e', 'f'], graph).map((ring) => new Set(ring));
    expect(new Set(found)).toEqual(new Set([new Set(['a', 'b', 'c']), new Set(['d', 'e'])]));
  });

  it('are the sets of nodes that reach each other', () => {
    fc.assert(
      fc.property(arbitraryGraph(8), ({ nodes, graph }) => {
        const found = cycles(nodes, graph);
        const member = new Map(found.flatMap((ring, place) => ring.map((node) => [node, place] as const)));
        expect(found.flat().length).toBe(member.size);
        for (const a of nodes) {
          for (const b of nodes) {
            if (a === b) continue;
            const together = reachable(a, graph).has(b) && reachable(b, graph).has(a);
            expect(member.has(a) && member.get(a) === member.get(b)).toBe(together);
          }
        }
      }),
      runs(300),
    );
  });

  it('may be as long as a portal has products', () => {
    const nodes = Array.from({ length: 20_000 }, (_, node) => node);
    const graph = new Map(nodes.map((node) => [node, new Set([(node + 1) % nodes.length])]));
    expect(cycles(nodes, graph)[0]).toHaveLength(nodes.length);
  });
});
