import { groupBy, compareStrings } from '../lib/lists.ts';
import type { Difference } from '../model/change.ts';
import { subjects, type Subject } from '../model/consent.ts';
import { serviceName } from '../model/desired.ts';
import { authPluginsOf, type Service } from '../model/directory.ts';
import { UNKNOWN_SUBSCRIPTIONS, type CompactProduct, type SubscriptionCount } from '../model/live.ts';
import {
  type Owner,
  isManaged,
  isOwnedBy,
  labelOf,
  matchesSelector,
  otherOwner,
  OWNERSHIP_LABEL,
  ownershipOf,
  type Scope,
} from '../model/ownership.ts';
import { endsSubscriptions, type Hazard, type Step } from '../model/plan.ts';
import { serviceKey, type Link, type ProductFields } from '../model/product.ts';
import { actionsFor, type ChainContext } from './chains.ts';

export interface HazardInput extends ChainContext {
  readonly steps: readonly Step[];
  /** All products of the portal. */
  readonly live: readonly CompactProduct[];
  /** Owners of the run. */
  readonly owners: readonly Owner[];
  readonly scope: Scope;
}

/** A live product and its steps. */
interface Touched {
  readonly live: CompactProduct;
  readonly subject: Subject;
  readonly steps: readonly Step[];
  readonly isDeleted: boolean;
  /** Whether a step removes the ownership label. */
  readonly isReleased: boolean;
  /** Whether a product of another type replaces it. */
  readonly isReplaced: boolean;
}

/**
 * The hazards of the steps, computed from the live products and the writes, never from the plan's own description
 * (docs/design/contract.md §11). The most serious first.
 */
export function liveHazards(input: HazardInput): readonly Hazard[] {
  const touched = touchedProducts(input);
  const published = publishedServices(input);
  return [
    ...touched.flatMap((one) => subscriptionLoss(one, input)),
    ...touched.flatMap((one) => leftOpen(one, published, input)),
    ...touched.flatMap((one) => ownedByAnother(one, input)),
    ...touched.flatMap((one) => notOurs(one, input)),
    ...touched.flatMap(releases),
    ...deletions(touched, input),
  ];
}

function touchedProducts({ steps, live }: HazardInput): readonly Touched[] {
  const subject = subjects(live);
  const byId = groupBy(steps, ({ product }) => product.id);
  const creations = new Set(steps.filter(({ action }) => action === 'create'));
  const touched = live.flatMap((product) => {
    const own = byId.get(product.id);
    if (own === undefined) return [];
    const isDeleted = own.some(({ action }) => action === 'delete');
    const successor = isDeleted ? [...creations].find((step) => replaces(step, own, product)) : undefined;
    if (successor !== undefined) creations.delete(successor);
    const declared = own.find(({ action }) => action !== 'delete')?.product.name;
    return {
      live: product,
      subject: subject(product, declared),
      steps: own,
      isDeleted,
      isReplaced: successor !== undefined,
      isReleased: isManaged(product) && own.some(removesLabel),
    };
  });
  return touched.toSorted(
    (a, b) => compareStrings(a.subject.name, b.subject.name) || compareStrings(a.subject.id, b.subject.id),
  );
}

/**
 * Whether a creation replaces the live product that the other steps delete: it has the same name and another type,
 * and waits for the deletion. The reason in the plan does not count.
 */
function replaces({ product, after }: Step, deletion: readonly Step[], live: CompactProduct): boolean {
  return (
    product.name === live.fields.name &&
    product.type !== live.type &&
    deletion.some(({ id }) => after.includes(id))
  );
}

function subscriptionLoss(
  { live, subject, steps }: Touched,
  { subscriptions }: HazardInput,
): readonly Hazard[] {
  if (!endsSubscriptions(live, steps)) return [];
  const count: SubscriptionCount = subscriptions.get(live.id) ?? UNKNOWN_SUBSCRIPTIONS;
  if (count.known && count.active + count.pending === 0) return [];
  return [{ code: 'subscription-loss', product: subject, ...count }];
}

/** Services that will accept unauthenticated requests after this run (docs/design/contract.md §11). */
function leftOpen(
  { live, subject, steps }: Touched,
  published: ReadonlySet<string>,
  { services, names }: HazardInput,
): readonly Hazard[] {
  if (live.fields.status !== 'published' || !steps.some(mayReleaseServices)) return [];
  const open = live.fields.linked_gateway_services.filter(
    (link) => !published.has(serviceKey(link)) && isUnprotected(link, services),
  );
  if (open.length === 0) return [];
  return [
    { code: 'services-left-open', product: subject, services: open.map((link) => serviceName(link, names)) },
  ];
}

function mayReleaseServices({ action, fields }: Step): boolean {
  return action === 'delete' || fields.status !== undefined || fields.linked_gateway_services !== undefined;
}

/**
 * Whether a service has no other protection. A missing service has no callers, and a service with its own
 * authentication plugin is protected.
 */
function isUnprotected(link: Link, services: ReadonlyMap<string, Service>): boolean {
  const service = services.get(serviceKey(link));
  return service !== undefined && authPluginsOf(service).length === 0;
}

/** The services of published products after all steps. */
function publishedServices({ steps, live }: HazardInput): ReadonlySet<string> {
  const after = new Map<string, Partial<Pick<ProductFields, 'status' | 'linked_gateway_services'>>>(
    live.map(({ id, fields }) => [id, fields]),
  );
  for (const { action, product, chain, fields } of steps) {
    const key = product.id ?? `new ${chain}`;
    if (action === 'delete') after.delete(key);
    else after.set(key, { ...after.get(key), ...fields });
  }
  const published = [...after.values()].filter(({ status }) => status === 'published');
  return new Set(published.flatMap(({ linked_gateway_services: links = [] }) => links.map(serviceKey)));
}

/** Declared products whose live owner is not the owner of their file. */
function ownedByAnother(
  { live, subject, steps, isDeleted, isReplaced, isReleased }: Touched,
  { owners }: HazardInput,
): readonly Hazard[] {
  if (isReleased || (isDeleted && !isReplaced)) return [];
  const own = owners.filter((one) => steps.every(({ product }) => product.owner === one));
  const owner = otherOwner(live, own);
  return owner === undefined ? [] : [{ code: 'owned-by-another', product: subject, owner }];
}

/** Deletions and releases of products that do not belong to the run. */
function notOurs(
  { live, subject, isDeleted, isReplaced, isReleased }: Touched,
  { owners, scope }: HazardInput,
): readonly Hazard[] {
  if (isReplaced) {
    const forbidden = !isManaged(live) && !scope.deleteUnmanaged;
    return forbidden ? [{ code: 'replaces-unmanaged', product: subject.name }] : [];
  }
  if (!isDeleted && !isReleased) return [];
  if (isOwnedBy(live, owners)) return [];
  const ownership = ownershipOf(live.fields.labels);
  if (!ownership.managed && scope.deleteUnmanaged) return [];
  const owner = ownership.managed ? (ownership.owner ?? null) : null;
  return [{ code: 'not-ours', product: subject, managed: ownership.managed, owner }];
}

function removesLabel({ fields: { labels } }: Step): boolean {
  return labels !== undefined && labelOf(labels, OWNERSHIP_LABEL) === undefined;
}

function releases({ subject, isReleased }: Touched): readonly Hazard[] {
  return isReleased ? [{ code: 'releases', product: subject }] : [];
}

/** The deletions by owner, without replacements. */
function deletions(touched: readonly Touched[], { live, owners, scope }: HazardInput): readonly Hazard[] {
  const deleted = touched.filter(({ isDeleted, isReplaced }) => isDeleted && !isReplaced);
  const inScope = live.filter(({ fields }) => matchesSelector(fields.labels, scope.selector));
  const among = (belongs: (one: CompactProduct) => boolean) => ({
    live: inScope.filter(belongs).length,
    products: deleted.filter((one) => belongs(one.live)).map(({ subject }) => subject),
  });
  const ofOwners = owners.map(
    (owner) =>
      ({ code: 'deletes', owner: owner ?? null, ...among((one) => isOwnedBy(one, [owner])) }) as const,
  );
  const unmanaged = { code: 'deletes-unmanaged', ...among((one) => !isManaged(one)) } as const;
  return [...ofOwners, unmanaged].filter(({ products }) => products.length > 0);
}

/** The hazards that adc can find only with the files. A saved plan keeps them. */
export function fileHazards(
  difference: Difference,
  live: readonly CompactProduct[],
  scope: Scope,
): readonly Hazard[] {
  return [
    ...ownersElsewhere(difference, live),
    ...statusNotDeclared(difference),
    ...replacementNeedsDelete(difference, scope),
    ...emptyInput(difference),
    ...renames(difference, live),
  ];
}

/** Owners of the run with live products and without declared ones: another repository may declare them. */
function ownersElsewhere(
  { owners, changes }: Difference,
  live: readonly CompactProduct[],
): readonly Hazard[] {
  const subject = subjects(live);
  return owners.flatMap(({ owner, live: count, declared }): readonly Hazard[] => {
    if (owner === undefined || declared > 0) return [];
    const products = changes.flatMap((change) =>
      change.kind === 'delete' && change.because === 'not-declared' && isOwnedBy(change.live, [owner])
        ? [subject(change.live)]
        : [],
    );
    return products.length === 0 ? [] : [{ code: 'owner-elsewhere', owner, live: count, products }];
  });
}

/**
 * Products that a republish unpublishes and whose file does not declare `status`: a later run could not finish an
 * interrupted republish.
 */
function statusNotDeclared({ changes }: Difference): readonly Hazard[] {
  return changes.flatMap((change): readonly Hazard[] => {
    if (change.kind !== 'update' && change.kind !== 'replace') return [];
    const { live, desired, fields } = change;
    if (live.fields.status !== 'published' || desired.fields.status !== undefined) return [];
    const isRepublished = change.kind === 'replace' || actionsFor('published', fields).includes('unpublish');
    return isRepublished ? [{ code: 'status-not-declared', product: desired.name }] : [];
  });
}

function replacementNeedsDelete({ changes }: Difference, { noDelete }: Scope): readonly Hazard[] {
  const replaced = noDelete ? changes.filter((change) => change.kind === 'replace') : [];
  return replaced.map(({ desired }) => ({ code: 'replacement-needs-delete', product: desired.name }));
}

function emptyInput({ managesProducts, owners }: Difference): readonly Hazard[] {
  const owned = owners.reduce((sum, { live }) => sum + live, 0);
  return managesProducts || owned === 0 ? [] : [{ code: 'empty-input', owned }];
}

function renames({ renameSuspects }: Difference, live: readonly CompactProduct[]): readonly Hazard[] {
  const subject = subjects(live);
  return renameSuspects.map(({ from, to, because }) => ({
    code: 'looks-like-rename',
    product: subject(from),
    to: to.name,
    because,
  }));
}
