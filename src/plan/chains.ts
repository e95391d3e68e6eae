import { fieldOf } from '../fields/field-table.ts';
import type { Change, Difference, ProductChange } from '../model/change.ts';
import { type DesiredProduct, type Names, type PartialFields, serviceName } from '../model/desired.ts';
import type { Service } from '../model/directory.ts';
import type { CompactProduct, Subscriber, SubscriptionCount } from '../model/live.ts';
import { NO_SUBSCRIPTIONS, UNKNOWN_SUBSCRIPTIONS } from '../model/live.ts';
import { OWNERSHIP_LABEL, ownershipOf } from '../model/ownership.ts';
import type { Action, Impact, Reason } from '../model/plan.ts';
import { serviceKey, type FieldName, type Link, type ProductStatus } from '../model/product.ts';
import { chainKey, type Chain, type UnnumberedStep } from './order.ts';

export interface ChainContext {
  /** Published gateway services, by serviceKey(). */
  readonly services: ReadonlyMap<string, Service>;
  readonly names: Names;
  /** Numbers of subscriptions by product id; unknown for a missing product. */
  readonly subscriptions: ReadonlyMap<string, SubscriptionCount>;
  /** Present only if names were requested. */
  readonly subscribers?: SubscribersOf | undefined;
}

/** Subscribers by product id; undefined if they are unknown. */
export type SubscribersOf = ReadonlyMap<string, readonly Subscriber[] | undefined>;

type Kind<Name extends ProductChange['kind']> = Extract<ProductChange, { kind: Name }>;

const NO_IMPACT: Impact = { subscriptions: NO_SUBSCRIPTIONS, services_without_auth: [] };

/**
 * The steps of one change (docs/design/contract.md §5): one chain, or two chains for a replacement, whose product does
 * not exist in between.
 */
export function chainsOf(change: ProductChange, context: ChainContext): readonly Chain[] {
  switch (change.kind) {
    case 'create':
      return [createChain(change, 'declared')];
    case 'update':
      return [updateChain(change, context)];
    case 'delete':
      return [
        deleteChain(change, change.because === 'allowed' ? 'deletion-allowed' : change.because, context),
      ];
    case 'release':
      return [releaseChain(change)];
    case 'replace': {
      const first = deleteChain(change, 'type-is-immutable', context);
      return [first, { ...createChain(change, 'type-is-immutable'), follows: first.key }];
    }
  }
}

/** The chain that removes the ownership label, and changes nothing else. */
function releaseChain(change: Kind<'release'>): Chain {
  const { live, fields, changes } = change;
  const product = { name: live.fields.name, id: live.id, type: live.type };
  return {
    key: chainKey('release', live.fields.name, live.id),
    change,
    steps: [{ action: 'update', product, reason: 'released', changes, fields, impact: NO_IMPACT }],
    frees: new Set(),
    claims: new Set(),
  };
}

/**
 * The chain that creates a draft and publishes it in a separate step, so that a refused write never leaves an
 * incomplete product on the portal (docs/design/admin-api.md §15.8).
 */
function createChain(change: Kind<'create'> | Kind<'replace'>, reason: Reason): Chain {
  const { desired, fields } = change;
  const product = { name: desired.name, type: desired.type, ...ownerOf(desired) };
  const publishes = fields.status === 'published';
  const changes = publishes ? change.changes.filter(({ path }) => path !== 'status') : change.changes;
  const create: UnnumberedStep = {
    action: 'create',
    product,
    reason,
    changes,
    fields: { ...fields, status: 'draft' },
    impact: NO_IMPACT,
  };
  return {
    key: chainKey('create', desired.name, ''),
    change,
    steps: publishes ? [create, { ...statusStep('publish', 'declared-published'), product }] : [create],
    frees: new Set(),
    claims: new Set((fields.linked_gateway_services ?? []).map(serviceKey)),
  };
}

function deleteChain(change: Kind<'delete'> | Kind<'replace'>, reason: Reason, context: ChainContext): Chain {
  const { live } = change;
  const owner = change.kind === 'replace' ? ownerOf(change.desired) : {};
  const product = { name: live.fields.name, id: live.id, type: live.type, ...owner };
  const ending = endingImpact(live, context);
  const remove: UnnumberedStep = {
    action: 'delete',
    product,
    reason,
    changes: [],
    fields: {},
    impact: ending,
  };
  // A write would lose the fields that the server does not return. Then the deletion also replaces the unpublish.
  const isWritable = live.unreadable.length === 0;
  const unpublishes = change.kind === 'replace' && live.fields.status === 'published' && isWritable;
  const unpublish: UnnumberedStep = { ...statusStep('unpublish', reason), product, impact: ending };
  return {
    key: chainKey('delete', live.fields.name, live.id),
    change,
    steps: unpublishes ? [unpublish, { ...remove, impact: NO_IMPACT }] : [remove],
    frees: new Set(servicesOf(live).map(serviceKey)),
    claims: new Set(),
  };
}

function updateChain(change: Kind<'update'>, context: ChainContext): Chain {
  const { desired, live, fields } = change;
  const actions = actionsFor(live.fields.status, fields);
  const product = { name: desired.name, id: live.id, type: live.type, ...ownerOf(desired) };
  const carried = Object.keys(change.carried).length === 0 ? {} : { carried: change.carried };
  const held = new Set(servicesOf(live).map(serviceKey));
  const wanted = new Set((fields.linked_gateway_services ?? servicesOf(live)).map(serviceKey));
  return {
    key: chainKey('update', desired.name, live.id),
    change,
    steps: actions.map((action) => ({
      ...updateStep(action, actions, change, context),
      ...carried,
      product,
    })),
    frees: without(held, wanted),
    claims: without(wanted, held),
  };
}

function updateStep(
  action: Action,
  actions: readonly Action[],
  change: Kind<'update'>,
  context: ChainContext,
): Omit<UnnumberedStep, 'product'> {
  const isRepublished = actions.includes('unpublish') && actions.includes('publish');
  if (action === 'publish')
    return statusStep('publish', isRepublished ? 'published-again' : 'declared-published');
  const { status, ...others } = change.fields;
  const [own, rest] = [change.changes.filter(isStatus), change.changes.filter((one) => !isStatus(one))];
  if (action === 'update') {
    return {
      action,
      ...updateReason(change),
      changes: rest,
      fields: others,
      impact: unlinkImpact(change, context),
    };
  }
  const isOnlyStep = !actions.includes('update');
  return {
    ...statusStep('unpublish', isRepublished ? 'auth-locked-while-published' : 'declared-draft'),
    ...(isOnlyStep && { changes: [...own, ...rest], fields: { ...others, ...(status && { status }) } }),
    impact: endingImpact(change.live, context),
  };
}

function statusStep(action: 'publish' | 'unpublish', reason: Reason): Omit<UnnumberedStep, 'product'> {
  const [before, after]: readonly [ProductStatus, ProductStatus] =
    action === 'publish' ? ['draft', 'published'] : ['published', 'draft'];
  return {
    action,
    reason,
    changes: [{ path: 'status', before, after }],
    fields: { status: after },
    impact: NO_IMPACT,
  };
}

function updateReason({
  desired,
  live,
  fields,
  changes,
}: Kind<'update'>): Pick<UnnumberedStep, 'reason' | 'about'> {
  if (live.fields.name !== desired.name) return { reason: 'renamed-from', about: live.fields.name };
  const path = `labels.${OWNERSHIP_LABEL}`;
  if (!changes.some((one) => one.path === path)) return { reason: 'declared' };
  const before = ownershipOf(live.fields.labels);
  if (before.managed && before.owner !== undefined) return { reason: 'taken-over-from', about: before.owner };
  const adopts = ownershipOf(fields.labels ?? {}).managed && changes.every((one) => one.path === path);
  return { reason: adopts ? 'adopted' : 'declared' };
}

function ownerOf({ owner }: DesiredProduct): { readonly owner?: string } {
  return owner === undefined ? {} : { owner };
}

/**
 * The impact of an unpublish or delete: the subscriptions and the auth of the services end (docs/design/admin-api.md
 * §7.5).
 */
function endingImpact(live: CompactProduct, { names, subscriptions, subscribers }: ChainContext): Impact {
  if (live.type === 'external') return NO_IMPACT;
  const published = live.fields.status === 'published';
  return {
    subscriptions: subscriptions.get(live.id) ?? UNKNOWN_SUBSCRIPTIONS,
    ...subscriberNames(subscribers?.get(live.id)),
    services_without_auth: published ? servicesOf(live).map((link) => serviceName(link, names)) : [],
  };
}

/** The subscribers of an impact; omitted if there are none. */
export function subscriberNames(subscribers: readonly Subscriber[] = []): Pick<Impact, 'subscribers'> {
  return subscribers.length === 0 ? {} : { subscribers };
}

/**
 * The impact of released services: a published product that releases a service removes its auth
 * (docs/design/admin-api.md §5.1).
 */
function unlinkImpact({ live, fields }: Kind<'update'>, { names }: ChainContext): Impact {
  const wanted = fields.linked_gateway_services;
  if (wanted === undefined || live.fields.status !== 'published' || 'auth' in fields) return NO_IMPACT;
  const kept = new Set(wanted.map(serviceKey));
  const lost = servicesOf(live).filter((link) => !kept.has(serviceKey(link)));
  return { ...NO_IMPACT, services_without_auth: lost.map((link) => serviceName(link, names)) };
}

const servicesOf = ({ fields }: CompactProduct): readonly Link[] => fields.linked_gateway_services;

const isStatus = ({ path }: Change): boolean => path === 'status';

function without(from: ReadonlySet<string>, what: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...from].filter((one) => !what.has(one)));
}

/**
 * The changed fields except `status`: none, only fields that can change at any time, or also fields that are locked
 * while published.
 */
type OtherChanges = 'none' | 'unlocked' | 'locked';

/** The field × state table of docs/design/contract.md §5: from status → to status, by the other changes. */
const ACTIONS: Readonly<
  Record<`${ProductStatus} > ${ProductStatus}`, Readonly<Record<OtherChanges, readonly Action[]>>>
> = {
  'draft > draft': { none: [], unlocked: ['update'], locked: ['update'] },
  'draft > published': {
    none: ['publish'],
    unlocked: ['update', 'publish'],
    locked: ['update', 'publish'],
  },
  'published > published': { none: [], unlocked: ['update'], locked: ['unpublish', 'update', 'publish'] },
  'published > draft': { none: ['unpublish'], unlocked: ['unpublish'], locked: ['unpublish', 'update'] },
};

/** The steps that change a product of one status, given the fields that differ. */
export function actionsFor(from: ProductStatus, fields: PartialFields): readonly Action[] {
  return ACTIONS[`${from} > ${fields.status ?? from}`][otherChanges(fields)];
}

function otherChanges(fields: PartialFields): OtherChanges {
  const others = (Object.keys(fields) as FieldName[]).filter((name) => name !== 'status');
  if (others.length === 0) return 'none';
  return others.some((name) => fieldOf(name).lockedWhilePublished) ? 'locked' : 'unlocked';
}

/** The live products whose subscriptions a plan for this difference would end, so their numbers must be read. */
export function losingSubscriptions({ changes }: Difference): readonly CompactProduct[] {
  return changes.flatMap((change) => {
    if (change.kind === 'create' || change.kind === 'release' || change.live.type === 'external') return [];
    if (change.kind !== 'update') return [change.live];
    return actionsFor(change.live.fields.status, change.fields).includes('unpublish') ? [change.live] : [];
  });
}
