import { compareStrings } from '../lib/canonical-json.ts';
import { topologicalOrder, type Graph } from '../lib/graph.ts';
import type { Reason, Step } from '../model/plan.ts';
import { freeingStep, type Chain } from './chain.ts';
import { serviceGraph } from './service-graph.ts';

/**
 * The steps in an order in which they could run one by one, each with those that it waits for (contract §5): a service
 * is freed before it is claimed, a chain runs in its own order, deletes that free nothing wait for everything else.
 */
export function order(chains: readonly Chain[]): readonly Step[] {
  const graph = serviceGraph(chains);
  const sorted = chains
    .toSorted((a, b) => compareStrings(a.key, b.key))
    .toSorted((a, b) => rank(a, graph) - rank(b, graph));
  const run = topologicalOrder(sorted, graph);
  if (run === undefined) throw new Error('the plan has a ring that was not broken');
  const ids = numbered(run);
  const predecessors = invert(run, graph);
  const waitedFor = run
    .filter((chain) => rank(chain, graph) === 0)
    .flatMap((chain) => ids.get(chain)?.at(-1) ?? []);
  return run.flatMap((chain) => {
    const before = rank(chain, graph) === 0 ? after(predecessors.get(chain) ?? [], chain, ids) : waitedFor;
    return stepsOf(chain, ids.get(chain) ?? [], before, moves(chain, graph, predecessors));
  });
}

/** 1 for deletes for which nobody waits: they come last. */
function rank(chain: Chain, graph: Graph<Chain>): 0 | 1 {
  return chain.change.kind === 'delete' && graph.get(chain)?.size === 0 ? 1 : 0;
}

function numbered(run: readonly Chain[]): ReadonlyMap<Chain, readonly string[]> {
  let count = 0;
  return new Map(run.map((chain) => [chain, chain.steps.map(() => String((count += 1)))]));
}

function invert(run: readonly Chain[], graph: Graph<Chain>): ReadonlyMap<Chain, readonly Chain[]> {
  const inverted = new Map<Chain, Chain[]>(run.map((chain) => [chain, []]));
  for (const chain of run) for (const follower of graph.get(chain) ?? []) inverted.get(follower)?.push(chain);
  return inverted;
}

/** A claim waits for the step that frees the service, a later chain of the same product for the whole earlier one. */
function after(
  predecessors: readonly Chain[],
  chain: Chain,
  ids: ReadonlyMap<Chain, readonly string[]>,
): readonly string[] {
  return predecessors.flatMap(
    (one) => ids.get(one)?.[one.key === chain.follows ? one.steps.length - 1 : freeingStep(one)] ?? [],
  );
}

/** What a plain update is there for, where it hands services on: told by the product at the other end. */
function moves(
  chain: Chain,
  graph: Graph<Chain>,
  predecessors: ReadonlyMap<Chain, readonly Chain[]>,
): Reason | undefined {
  const others = (list: Iterable<Chain> | undefined): Chain | undefined =>
    [...(list ?? [])].find(({ change }) => productOf(change) !== productOf(chain.change));
  const to = others(graph.get(chain));
  if (to) return `service-moves-to:${productOf(to.change)}`;
  const from = others(predecessors.get(chain));
  return from && chain.change.kind === 'update' ? `service-moves-from:${productOf(from.change)}` : undefined;
}

function productOf(change: Chain['change']): string {
  return change.kind === 'delete' ? change.live.fields.name : change.desired.name;
}

function stepsOf(
  chain: Chain,
  ids: readonly string[],
  before: readonly string[],
  move: Reason | undefined,
): Step[] {
  return chain.steps.map((step, place) => ({
    id: ids[place] ?? '',
    chain: ids[0] ?? '',
    ...step,
    reason: step.action === 'update' && step.reason === 'declared' ? (move ?? step.reason) : step.reason,
    after: place === 0 ? before : [ids[place - 1] ?? ''],
  }));
}
