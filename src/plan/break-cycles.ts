import { cycles, fewestCuts } from '../lib/graph.ts';
import { type Names, linkPath, serviceName } from '../model/desired.ts';
import { NO_SUBSCRIPTIONS } from '../model/live.ts';
import { serviceKey, type Link } from '../model/product.ts';
import { chainKey, serviceGraph, type Chain, type UnnumberedStep } from './order.ts';

/**
 * Breaks cycles of products that exchange services, in which no step could be first. The fewest possible products of
 * each cycle are first updated without the contested links, so that the others can take them; then the plan continues
 * (docs/design/contract.md §5, order 1).
 */
export function breakCycles(chains: readonly Chain[], names: Names): readonly Chain[] {
  const graph = serviceGraph(chains);
  const claimed = new Set(chains.flatMap(({ claims }) => [...claims]));
  const byHarm = (a: Chain, b: Chain): number => harm(a, claimed) - harm(b, claimed);
  const cut = new Set<Chain>();
  for (const cycle of cycles(chains, graph)) {
    for (const chain of fewestCuts(cycle.toSorted(byHarm), graph, isFreeCut)) cut.add(chain);
  }
  return chains.flatMap((chain) => (cut.has(chain) ? releaseFirst(chain, claimed, names) : [chain]));
}

/**
 * The harm of updating a product first. Drafts are best, since portal users do not see them. Published products that
 * keep a service come next, since a server may refuse to leave a product without any (docs/design/admin-api.md §15.26).
 */
function harm(chain: Chain, claimed: ReadonlySet<string>): number {
  if (!isPublished(chain) || chain.change.kind !== 'update') return 0;
  return chain.change.live.fields.linked_gateway_services.every(contested(chain, claimed)) ? 2 : 1;
}

/** The links that the product releases and another one takes. */
function contested({ frees }: Chain, claimed: ReadonlySet<string>): (link: Link) => boolean {
  return (link) => frees.has(serviceKey(link)) && claimed.has(serviceKey(link));
}

function isPublished({ change }: Chain): boolean {
  return change.kind === 'update' && change.live.fields.status === 'published';
}

/** Whether a cut needs no extra step, because the product can release its links in its unpublish step. */
function isFreeCut({ steps }: Chain): boolean {
  return steps[0]?.action === 'unpublish' && steps.at(-1)?.action === 'update';
}

function releaseFirst(chain: Chain, claimed: ReadonlySet<string>, names: Names): readonly Chain[] {
  const { change } = chain;
  if (change.kind !== 'update') return [chain];
  const isContested = contested(chain, claimed);
  const links = change.live.fields.linked_gateway_services;
  const [released, kept] = [links.filter(isContested), links.filter((link) => !isContested(link))];
  const releasedNames = new Set(released.map((link) => serviceName(link, names)));
  const earlySteps = isFreeCut(chain) ? chain.steps.slice(0, 1) : [extraUpdate(chain)];
  const lateSteps = isFreeCut(chain) ? chain.steps.slice(1) : chain.steps;
  const removals = released.map((link) => ({
    path: linkPath(link, names),
    before: { linked_hosts: link.linked_hosts },
  }));
  const paths = new Set(removals.map(({ path }) => path));
  const first: Chain = {
    ...chain,
    key: chainKey('update', change.desired.name, change.live.id, 'first'),
    steps: earlySteps.map((step) => ({
      ...step,
      changes: [...step.changes, ...removals],
      fields: { ...step.fields, linked_gateway_services: kept },
      impact:
        isPublished(chain) && step.action === 'update' ? withoutAuth(step, [...releasedNames]) : step.impact,
    })),
    frees: new Set(released.map(serviceKey)),
    claims: new Set(),
  };
  const rest: Chain = {
    ...chain,
    steps: lateSteps.map((step) => ({
      ...step,
      changes: step.changes.filter(({ path, after }) => after !== undefined || !paths.has(path)),
      impact: withoutAuth(
        step,
        step.impact.services_without_auth.filter((name) => !releasedNames.has(name)),
      ),
    })),
    frees: new Set([...chain.frees].filter((key) => !first.frees.has(key))),
    follows: first.key,
  };
  return [first, rest];
}

function extraUpdate({ steps }: Chain): UnnumberedStep {
  const [step] = steps as [UnnumberedStep];
  const impact = { subscriptions: NO_SUBSCRIPTIONS, services_without_auth: [] };
  return { ...step, action: 'update', reason: 'declared', changes: [], fields: {}, impact };
}

function withoutAuth(step: UnnumberedStep, services: readonly string[]): UnnumberedStep['impact'] {
  return { ...step.impact, services_without_auth: services };
}
