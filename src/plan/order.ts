import { topologicalOrder, type Graph } from '../lib/graph.ts';
import { compareStrings } from '../lib/lists.ts';
import type { ProductChange } from '../model/change.ts';
import { type Names, serviceName } from '../model/desired.ts';
import type { Step, Wait } from '../model/plan.ts';
import { serviceOfKey } from '../model/product.ts';

export interface Order {
  readonly steps: readonly Step[];
  readonly waits: readonly Wait[];
}

/**
 * The steps in an order in which they can run one by one, each with its dependencies and their reasons
 * (docs/design/contract.md §5): a service is freed before it is claimed, a chain runs in its own order, deletes that
 * free nothing wait for all other steps.
 */
export function order(chains: readonly Chain[], names: Names): Order {
  const graph = serviceGraph(chains);
  const run = runOrder(chains, graph);
  const ids = numbered(run);
  const predecessors = invert(run, graph);
  const waits = new Map(
    run.map((chain) => [chain, waitsOf(chain, predecessors.get(chain) ?? [], ids, names)]),
  );
  const first = run.filter((chain) => rank(chain, graph) === 0);
  const waitedFor = first.flatMap((chain) => ids.get(chain)?.at(-1) ?? []);
  const steps = run.flatMap((chain) => {
    const dependencies = (waits.get(chain) ?? []).map(({ after }) => after);
    const before = rank(chain, graph) === 0 ? [...new Set(dependencies)] : waitedFor;
    return stepsOf(chain, ids.get(chain) ?? [], before, moveReason(chain, graph, predecessors));
  });
  return { steps, waits: [...waits.values()].flat() };
}

/** The chains by key, each after its dependencies; deletes that no chain waits for come last. */
function runOrder(chains: readonly Chain[], graph: Graph<Chain>): readonly Chain[] {
  const sorted = chains
    .toSorted((a, b) => compareStrings(a.key, b.key))
    .toSorted((a, b) => rank(a, graph) - rank(b, graph));
  const run = topologicalOrder(sorted, graph);
  if (run === undefined) throw new Error('the plan still has a dependency cycle');
  return run;
}

/** 1 for deletes that no chain waits for, so that they come last. */
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

/** A claim waits for the step that frees the service. A chain that follows another one waits for its last step. */
function waitsOf(
  chain: Chain,
  predecessors: readonly Chain[],
  ids: ReadonlyMap<Chain, readonly string[]>,
  names: Names,
): readonly Wait[] {
  const step = ids.get(chain)?.[0] ?? '';
  return predecessors.flatMap((one): readonly Wait[] => {
    const isSameProduct = one.key === chain.follows;
    const after = ids.get(one)?.[isSameProduct ? one.steps.length - 1 : freeingStep(one)] ?? '';
    if (isSameProduct) return [{ step, after }];
    const handedOver = [...chain.claims].filter((key) => one.frees.has(key));
    return handedOver.map((key) => ({ step, after, service: serviceName(serviceOfKey(key), names) }));
  });
}

type MoveReason = Pick<Step, 'reason' | 'about'>;

/** The reason for an update that only moves services, with the name of the other product. */
function moveReason(
  chain: Chain,
  graph: Graph<Chain>,
  predecessors: ReadonlyMap<Chain, readonly Chain[]>,
): MoveReason | undefined {
  const ofOtherProduct = (list: Iterable<Chain> | undefined): Chain | undefined =>
    [...(list ?? [])].find(({ change }) => nameOfChange(change) !== nameOfChange(chain.change));
  const to = ofOtherProduct(graph.get(chain));
  if (to) return { reason: 'service-moves-to', about: nameOfChange(to.change) };
  const from = ofOtherProduct(predecessors.get(chain));
  return from && chain.change.kind === 'update'
    ? { reason: 'service-moves-from', about: nameOfChange(from.change) }
    : undefined;
}

function stepsOf(
  chain: Chain,
  ids: readonly string[],
  before: readonly string[],
  move: MoveReason | undefined,
): Step[] {
  return chain.steps.map((step, index) => ({
    id: ids[index] ?? '',
    chain: ids[0] ?? '',
    ...step,
    ...(step.action === 'update' && step.reason === 'declared' ? move : {}),
    after: index === 0 ? before : [ids[index - 1] ?? ''],
  }));
}

export type UnnumberedStep = Omit<Step, 'id' | 'after' | 'chain'>;

/** Steps of one product that run back to back, with the services that they free and claim. */
export interface Chain {
  /** Unique in the plan, and equal for equal input. */
  readonly key: string;
  readonly change: ProductChange;
  readonly steps: readonly UnnumberedStep[];
  /** Services, by serviceKey(), that the product holds and releases in this chain. */
  readonly frees: ReadonlySet<string>;
  /** Services that the product takes in this chain. */
  readonly claims: ReadonlySet<string>;
  /** A chain of the same product that comes first. */
  readonly follows?: string;
}

/** The name of a change in reports: the declared name, or the live one. */
export function nameOfChange(change: ProductChange): string {
  return 'desired' in change ? change.desired.name : change.live.fields.name;
}

/** @param part distinguishes the chains of one product; different arguments never give the same key. */
export function chainKey(action: string, name: string, id: string, part = ''): string {
  return JSON.stringify([action, name, id, part]);
}

/** The index of the step that frees the services. */
function freeingStep(chain: Chain): number {
  const index = chain.steps.findIndex(
    ({ action, fields }) => action === 'delete' || 'linked_gateway_services' in fields,
  );
  return index === -1 ? chain.steps.length - 1 : index;
}

/**
 * The order of chains: the holder of a service releases it before the next one takes it (docs/design/contract.md §5).
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
