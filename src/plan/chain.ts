import type { Graph } from '../lib/graph.ts';
import type { ProductChange } from '../model/change.ts';
import type { Step } from '../model/plan.ts';

export type DraftStep = Omit<Step, 'id' | 'after' | 'chain'>;

/** Steps of one product that run back to back, and what they mean for the services that others wait for. */
export interface Chain {
  /** Unique in the plan and the same for the same input. */
  readonly key: string;
  readonly change: ProductChange;
  readonly steps: readonly DraftStep[];
  /** Services, by serviceKey(), that the product holds now and lets go of here. */
  readonly frees: ReadonlySet<string>;
  /** Services that the product takes here. */
  readonly claims: ReadonlySet<string>;
  /** A chain of the same product that comes first. */
  readonly follows?: string;
}

/** The name that a change is told under: as declared, or as it is live. */
export function nameOfChange(change: ProductChange): string {
  return 'desired' in change ? change.desired.name : change.live.fields.name;
}

/** @param part tells the chains of one product apart; the same words in other places never give the same key. */
export function chainKey(action: string, name: string, id: string, part = ''): string {
  return JSON.stringify([action, name, id, part]);
}

/** The place of the step after which the freed services are free. */
export function freeingStep(chain: Chain): number {
  const place = chain.steps.findIndex(
    ({ action, fields }) => action === 'delete' || 'linked_gateway_services' in fields,
  );
  return place === -1 ? chain.steps.length - 1 : place;
}

/**
 * Which chain must come before which: whoever holds a service lets go before the next one takes it
 * (docs/design/contract.md §5).
 */
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
