import type { Graph } from '../lib/graph.ts';
import type { Chain } from './chain.ts';

/** Which chain must come before which: whoever holds a service lets go before the next one takes it (contract §5). */
export function serviceGraph(chains: readonly Chain[]): Graph<Chain> {
  const freeing = new Map(chains.flatMap((chain) => [...chain.frees].map((key) => [key, chain] as const)));
  const byKey = new Map(chains.map((chain) => [chain.key, chain]));
  const graph = new Map(chains.map((chain) => [chain, new Set<Chain>()]));
  for (const chain of chains) {
    for (const key of chain.claims) {
      const holder = freeing.get(key);
      if (holder && holder !== chain) graph.get(holder)?.add(chain);
    }
    const earlier = chain.follows === undefined ? undefined : byKey.get(chain.follows);
    if (earlier) graph.get(earlier)?.add(chain);
  }
  return graph;
}
