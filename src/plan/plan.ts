import { sortedBy } from '../lib/lists.ts';
import { shellWord } from '../lib/printable.ts';
import type { Difference, ProductChange } from '../model/change.ts';
import { subjects } from '../model/consent.ts';
import { linkLocation, type DesiredProduct, serviceName } from '../model/desired.ts';
import type { Location } from '../model/diagnostic.ts';
import { type Service, isPlannedId, plannedId, type Place, type PlannedService } from '../model/directory.ts';
import type { CompactProduct, Target } from '../model/live.ts';
import { isManaged, isOwnedBy, type Owner, type Scope } from '../model/ownership.ts';
import {
  fingerprint,
  type Action,
  type Note,
  type Plan,
  type PlannedProduct,
  type Step,
  type Summary,
} from '../model/plan.ts';
import { serviceKey, type Link } from '../model/product.ts';
import { breakCycles } from './break-cycles.ts';
import { chainsOf, type ChainContext } from './chains.ts';
import { fileHazards, liveHazards } from './hazards.ts';
import { nameOfChange, order } from './order.ts';

export interface PlanInput extends ChainContext {
  readonly target: Target;
  readonly difference: Difference;
  readonly scope: Scope;
  /** All products of the portal. */
  readonly live: readonly CompactProduct[];
  /** Owners of the run. */
  readonly owners: readonly Owner[];
}

/**
 * The plan that applies the files to the portal: steps in a safe order, with the impact of each
 * (docs/design/contract.md §5). Pure: equal inputs have equal plans.
 */
export function plan(input: PlanInput): Plan {
  const { target, difference, scope, live } = input;
  const chains = difference.changes.flatMap((change) => chainsOf(change, input));
  const { steps, waits } = order(breakCycles(chains, input.names), input.names);
  const endings = firstEndings(steps);
  const subject = subjects(live);
  const plannedProduct = (product: CompactProduct, declared: string): PlannedProduct => {
    const ending = endings.get(product.id);
    return {
      id: product.id,
      name: product.fields.name,
      names: subject(product, declared).names,
      fingerprint: fingerprint(product),
      ...(ending && { subscriptions: ending.impact.subscriptions }),
    };
  };
  const hasOtherOwner = (product: CompactProduct): boolean =>
    isManaged(product) && !isOwnedBy(product, input.owners);
  const otherOwners = difference.unmanaged.filter(hasOtherOwner);
  const unmanaged = difference.unmanaged.filter((product) => !hasOtherOwner(product));
  return {
    target,
    steps,
    waits,
    products: difference.changes.flatMap((change) =>
      change.kind === 'create' ? [] : [plannedProduct(change.live, nameOfChange(change))],
    ),
    hazards: [...liveHazards({ ...input, steps }), ...fileHazards(difference, live, scope)],
    summary: summary(
      {
        unchanged: difference.unchanged.length,
        unmanaged: unmanaged.length,
        other_owners: otherOwners.length,
      },
      steps,
    ),
    unmanaged: unmanaged.map(nameOf),
    otherOwners: otherOwners.map(nameOf),
    kept: difference.kept.map(nameOf),
    outOfScope: difference.outOfScope,
    part: scope.products,
    held: difference.held.flatMap(({ name, hold }) => (hold ? [{ product: name, ...hold }] : [])),
    notes: notes(difference, steps, scope),
    planned: plannedServices(difference.changes, input),
  };
}

/** The first step of each product that ends its subscriptions; a replacement has two. */
function firstEndings(steps: readonly Step[]): ReadonlyMap<string | undefined, Step> {
  const ending = steps.filter(({ action }) => action === 'unpublish' || action === 'delete');
  return new Map(ending.toReversed().map((step) => [step.product.id, step]));
}

function nameOf({ fields }: CompactProduct): string {
  return fields.name;
}

/** The notes about the plan (docs/design/contract.md §5). */
function notes(difference: Difference, steps: readonly Step[], { partOfFiles }: Scope): readonly Note[] {
  return [
    ...(partOfFiles === true ? [{ code: 'part-of-files' } as const] : []),
    ...(missesLabels(difference, steps) ? [{ code: 'external-labels-not-kept' } as const] : []),
    ...withoutServices(steps, difference).map(
      ({ product }) => ({ code: 'no-service-meanwhile', product: product.name }) as const,
    ),
  ];
}

/** Whether missing labels of external products concern the plan: it writes one, or one is undeclared. */
function missesLabels({ externalLabelsIgnored, unmanaged }: Difference, steps: readonly Step[]): boolean {
  const products = [...unmanaged, ...steps.map(({ product }) => product)];
  return externalLabelsIgnored && products.some(({ type }) => type === 'external');
}

/**
 * Extra steps that leave a published product without a service for a moment. It is unknown whether a server accepts
 * that (docs/design/admin-api.md §15.26). Each is the first write of its cycle, so a refusal changes nothing.
 */
function withoutServices(steps: readonly Step[], { changes }: Difference): readonly Step[] {
  const keeping = new Set<string | undefined>(
    changes.flatMap((change) => {
      if (change.kind !== 'update' || change.live.fields.status !== 'published') return [];
      return change.fields.linked_gateway_services?.length === 0 ? [] : [change.live.id];
    }),
  );
  return steps.filter(
    ({ action, product, fields }) =>
      action === 'update' && fields.linked_gateway_services?.length === 0 && keeping.has(product.id),
  );
}

/** The counts that every format shows (docs/design/contract.md §3). */
export function summary(
  { unchanged, unmanaged, other_owners }: Pick<Summary, 'unchanged' | 'unmanaged' | 'other_owners'>,
  steps: readonly Step[],
): Summary {
  const count = (action: Action): number => steps.filter((step) => step.action === action).length;
  const adopt = steps.filter(({ reason }) => reason === 'adopted').length;
  const losses = steps.map(({ impact }) => impact.subscriptions);
  return {
    create: count('create'),
    update: count('update') - adopt,
    unpublish: count('unpublish'),
    publish: count('publish'),
    delete: count('delete'),
    adopt,
    unchanged,
    unmanaged,
    other_owners,
    subscriptions_ended: {
      active: losses.reduce((sum, { active }) => sum + active, 0),
      pending: losses.reduce((sum, { pending }) => sum + pending, 0),
      unknown: losses.filter(({ known }) => !known).length,
    },
  };
}

/** The services that changes link and the gateway lacks, with both places (docs/design/contract.md §17). */
export function plannedServices(
  changes: readonly ProductChange[],
  { services, names }: Pick<ChainContext, 'services' | 'names'>,
): readonly PlannedService[] {
  const planned = (desired: DesiredProduct, link: Link): readonly PlannedService[] => {
    const { file, name } = services.get(serviceKey(link)) ?? {};
    if (file === undefined || name === undefined || !isPlannedId(link.service_id)) return [];
    const { gateway_group_id } = link;
    const group = names.gatewayGroups.get(gateway_group_id) ?? gateway_group_id;
    const files = file.patterns.map((one) => `-f ${shellWord(one)}`);
    return [
      {
        service: serviceName(link, names),
        gateway_group_id,
        name,
        declared: placeOf(file.at().location),
        linked: placeOf(linkLocation(desired, link)),
        command: ['adc sync', ...files, '--gateway-group', shellWord(group)].join(' '),
      },
    ];
  };
  const found = changes.flatMap((change) =>
    'desired' in change
      ? (change.fields.linked_gateway_services ?? []).flatMap((link) => planned(change.desired, link))
      : [],
  );
  return sortedBy(found, ({ service }) => service);
}

const placeOf = ({ file, line, column }: Location): Place => ({ file, line, column });

/**
 * A plan with the ids of planned services that the gateway now has. A service matches if its name is unique in its
 * gateway group. @param live services by gateway group id.
 */
export function withServiceIds(plan: Plan, live: ReadonlyMap<string, readonly Service[]>): Plan {
  const ids = new Map<string, string>();
  const planned = plan.planned.filter(({ gateway_group_id, name }) => {
    const [service, ...others] = (live.get(gateway_group_id) ?? []).filter((one) => one.name === name);
    if (service === undefined || others.length > 0) return true;
    ids.set(serviceKey({ gateway_group_id, service_id: plannedId(name) }), service.id);
    return false;
  });
  const known = (link: Link): Link => ({ ...link, service_id: ids.get(serviceKey(link)) ?? link.service_id });
  const steps = plan.steps.map((step) => {
    const { linked_gateway_services: links } = step.fields;
    if (links === undefined) return step;
    const linked_gateway_services = sortedBy(links.map(known), serviceKey);
    return { ...step, fields: { ...step.fields, linked_gateway_services } };
  });
  return { ...plan, steps, planned };
}
