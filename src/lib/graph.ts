/** A directed graph: each node with its followers. */
export type Graph<Node> = ReadonlyMap<Node, ReadonlySet<Node>>;

/** The nodes, each after its predecessors and otherwise in the order of `nodes`; undefined if there is a cycle. */
export function topologicalOrder<Node>(
  nodes: readonly Node[],
  graph: Graph<Node>,
): readonly Node[] | undefined {
  const waiting = incomingCounts(nodes, graph);
  const place = new Map(nodes.map((node, index) => [node, index]));
  // Visited nodes stay at the front and form the order: removing the first item of a long array would move all others.
  const order = nodes.filter((node) => waiting.get(node) === 0);
  for (let visited = 0; visited < order.length; visited += 1) {
    for (const follower of graph.get(order[visited] as Node) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) insertByPlace(order, follower, place, visited + 1);
    }
  }
  return order.length === nodes.length ? order : undefined;
}

/** The strongly connected components with more than one node (Tarjan, without recursion). */
export function cycles<Node>(nodes: readonly Node[], graph: Graph<Node>): readonly (readonly Node[])[] {
  const index = new Map<Node, number>();
  const low = new Map<Node, number>();
  const open = new Set<Node>();
  const stack: Node[] = [];
  const found: Node[][] = [];

  const enter = (node: Node): Frame<Node> => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    open.add(node);
    return { node, followers: [...(graph.get(node) ?? [])].values() };
  };
  const lower = (node: Node, value: number): void =>
    void low.set(node, Math.min(low.get(node) ?? value, value));
  const leave = (node: Node): void => {
    if (low.get(node) !== index.get(node)) return;
    const component: Node[] = [];
    for (let member = stack.pop(); member !== undefined; member = member === node ? undefined : stack.pop()) {
      open.delete(member);
      component.push(member);
    }
    if (component.length > 1) found.push(component.toReversed());
  };

  for (const root of nodes) {
    if (index.has(root)) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
      const { value: follower, done } = frame.followers.next();
      if (done) {
        frames.pop();
        leave(frame.node);
        lower(frames.at(-1)?.node ?? frame.node, low.get(frame.node) ?? 0);
      } else if (!index.has(follower)) frames.push(enter(follower));
      else if (open.has(follower)) lower(frame.node, index.get(follower) ?? 0);
    }
  }
  return found;
}

interface Frame<Node> {
  readonly node: Node;
  readonly followers: Iterator<Node, undefined>;
}

function incomingCounts<Node>(nodes: readonly Node[], graph: Graph<Node>): Map<Node, number> {
  const counts = new Map(nodes.map((node) => [node, 0]));
  for (const node of nodes) {
    for (const follower of graph.get(node) ?? []) counts.set(follower, (counts.get(follower) ?? 0) + 1);
  }
  return counts;
}

/** Inserts a node into the part of `ready` after `start`, which is sorted by place. */
function insertByPlace<Node>(
  ready: Node[],
  node: Node,
  place: ReadonlyMap<Node, number>,
  start: number,
): void {
  const own = place.get(node) ?? 0;
  let [from, to] = [start, ready.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((place.get(ready[middle] as Node) ?? 0) < own) from = middle + 1;
    else to = middle;
  }
  ready.splice(from, 0, node);
}

/** Maximum number of visited nodes for an exact result. */
const MAX_VISITS = 400_000;

/**
 * The smallest set of nodes whose outgoing edges must be removed so that no cycle is left. Nodes with `isFree` do not
 * count. Of several smallest sets, it returns the first one in the order of `nodes`. The result is exact up to
 * MAX_VISITS. For larger graphs, it removes the edges of the nodes with the most edges first, and then restores
 * unnecessary cuts.
 */
export function fewestCuts<Node>(
  nodes: readonly Node[],
  graph: Graph<Node>,
  isFree: (node: Node) => boolean,
): ReadonlySet<Node> {
  const free = nodes.filter(isFree);
  const costly = nodes.filter((node) => !isFree(node));
  const cut = exactCut(nodes, graph, free, costly) ?? greedyCut(nodes, graph, free, costly);
  return withoutUnnecessary(nodes, graph, cut, free);
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
      if (tries * nodes.length > MAX_VISITS) return undefined;
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
  return withoutUnnecessary(nodes, graph, cut, byEdges);
}

/** Restores unnecessary cuts, one by one. */
function withoutUnnecessary<Node>(
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
