import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewestCuts, type Graph } from '../../src/lib/graph.ts';
import { arbitraryGraph, graphOf, reachable } from '../support/arbitrary-graph.ts';
import { runs } from '../support/runs.ts';

const NONE = (): boolean => false;

/** Whether the graph has no cycle without the edges out of the cut nodes. */
function breaks<Node>(cut: ReadonlySet<Node>, nodes: readonly Node[], graph: Graph<Node>): boolean {
  const rest = new Map(
    nodes.map((node) => [node, cut.has(node) ? new Set<Node>() : (graph.get(node) ?? new Set())]),
  );
  return nodes.every((node) => !reachable(node, rest).has(node));
}

function subsets<Item>(items: readonly Item[]): readonly ReadonlySet<Item>[] {
  const masks = Array.from({ length: 1 << items.length }, (_, mask) => mask);
  return masks.map((mask) => new Set(items.filter((_, place) => (mask >> place) & 1)));
}

describe('the fewest cuts of a cycle', () => {
  it('is one if one node is on every cycle', () => {
    const graph = graphOf({ a: ['hub'], b: ['hub'], c: ['hub'], hub: ['a', 'b', 'c'] });
    expect([...fewestCuts(['a', 'b', 'c', 'hub'], graph, NONE)]).toEqual(['hub']);
  });

  it('is one even if other nodes have as many edges', () => {
    const graph = graphOf({ a: ['c', 'leaf'], b: ['c', 'a'], leaf: [], c: ['a', 'b'] });
    expect([...fewestCuts(['a', 'b', 'leaf', 'c'], graph, NONE)]).toEqual(['c']);
  });

  it('takes the first of several possible cuts', () => {
    const graph = graphOf({ a: ['b'], b: ['c'], c: ['a'] });
    expect([...fewestCuts(['c', 'a', 'b'], graph, NONE)]).toEqual(['c']);
  });

  it('prefers a node without cost', () => {
    const graph = graphOf({ a: ['b'], b: ['c'], c: ['a'] });
    expect([...fewestCuts(['a', 'b', 'c'], graph, (node) => node === 'c')]).toEqual(['c']);
  });

  it('cuts no unnecessary node, even without cost', () => {
    const graph = graphOf({ a: ['b'], b: ['a'], c: ['d'], d: ['c'] });
    const cut = fewestCuts(['a', 'b', 'c', 'd'], graph, () => true);
    expect(cut.size).toBe(2);
  });

  it('cuts nothing without a cycle', () => {
    expect(fewestCuts(['a', 'b'], graphOf({ a: ['b'] }), NONE).size).toBe(0);
  });

  it('breaks every cycle with the smallest set, without unnecessary nodes', () => {
    fc.assert(
      fc.property(arbitraryGraph(6), fc.nat(63), ({ nodes, graph }, mask) => {
        const isFree = (node: number): boolean => ((mask >> node) & 1) === 1;
        const cut = fewestCuts(nodes, graph, isFree);
        const cost = (one: ReadonlySet<number>): number => [...one].filter((node) => !isFree(node)).length;
        const enough = subsets(nodes).filter((one) => breaks(one, nodes, graph));
        expect(breaks(cut, nodes, graph)).toBe(true);
        expect(cost(cut)).toBe(Math.min(...enough.map(cost)));
        for (const node of cut) {
          const less = new Set([...cut].filter((one) => one !== node));
          expect(breaks(less, nodes, graph)).toBe(false);
        }
      }),
      runs(300),
    );
  });

  it('finds a cut of many cycles, without unnecessary nodes', () => {
    const pairs = Array.from({ length: 24 }, (_, pair) => pair);
    const nodes = pairs.flatMap((pair) => [`a${pair}`, `b${pair}`]);
    const edges = pairs.flatMap((pair): readonly (readonly [string, readonly string[]])[] => [
      [`a${pair}`, [`b${pair}`, `a${(pair + 1) % pairs.length}`]],
      [`b${pair}`, [`a${pair}`]],
    ]);
    const graph = graphOf(Object.fromEntries(edges));
    const cut = fewestCuts(nodes, graph, NONE);
    expect(breaks(cut, nodes, graph)).toBe(true);
    for (const node of cut) {
      expect(breaks(new Set([...cut].filter((one) => one !== node)), nodes, graph)).toBe(false);
    }
  });
});
