import type { ProductChange } from '../model/change.ts';
import { linkLocation, type DesiredProduct, type Names, serviceName } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HeldProduct } from '../model/live.ts';
import { isOwnedBy, matchesSelector, type Owner, type Scope } from '../model/ownership.ts';
import { serviceKey, type Labels, type Link } from '../model/product.ts';

interface Claim {
  readonly desired: DesiredProduct;
  readonly link: Link;
}

/**
 * A service belongs to at most one product (docs/design/admin-api.md §6): an error for each claim of a service that
 * another product holds and does not release, and for two claims of one service.
 */
export function serviceConflicts(
  changes: readonly ProductChange[],
  live: readonly HeldProduct[],
  names: Names,
  selector: Labels,
): readonly Diagnostic[] {
  const claims = changes.flatMap(newClaims);
  const wanted = new Set(claims.map(({ link }) => serviceKey(link)));
  const holders = remainingHolders(changes, live, wanted);
  const claimed = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const key = serviceKey(claim.link);
    const other = claimed.get(key);
    claimed.set(key, other ?? claim);
    const holder = holders.get(key);
    if (other) return [claimedTwice(claim, other, names)];
    return holder ? [held(claim, holder, names, selector)] : [];
  });
}

/** The input of heldByOthers(): the resolved products, and all declared products, which may match live ones. */
interface Holding {
  readonly desired: readonly DesiredProduct[];
  readonly declared: readonly Pick<DesiredProduct, 'id' | 'name' | 'previous_name'>[];
  readonly live: readonly HeldProduct[];
  readonly owners: readonly Owner[];
  readonly names: Names;
  readonly scope: Scope;
}

/**
 * Services of undeclared live products of other owners. These errors are known even if other errors prevent a
 * comparison.
 */
export function heldByOthers({
  desired,
  declared,
  owners,
  live,
  names,
  scope,
}: Holding): readonly Diagnostic[] {
  if (scope.deleteUnmanaged) return [];
  const meant = new Set(declared.flatMap(({ id, name, previous_name }) => [id, name, previous_name]));
  const others = live.filter(
    (one) => !isOwnedBy(one, owners) && !meant.has(one.id) && !meant.has(one.fields.name),
  );
  const creates = desired.map((one) => {
    const { linked_gateway_services = [] } = one.fields;
    return { kind: 'create', desired: one, fields: { linked_gateway_services }, changes: [] } as const;
  });
  return serviceConflicts(creates, others, names, scope.selector).filter(
    ({ code }) => code === 'service-held',
  );
}

/** Live products by the services that they hold and keep, limited to the services that other products claim. */
function remainingHolders(
  changes: readonly ProductChange[],
  live: readonly HeldProduct[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, HeldProduct> {
  const after = new Map<string, readonly Link[]>();
  for (const change of changes) {
    if (change.kind === 'update' || change.kind === 'release')
      after.set(change.live.id, change.fields.linked_gateway_services ?? heldBy(change.live));
    else if (change.kind !== 'create') after.set(change.live.id, []);
  }
  if (wanted.size === 0) return new Map();
  return new Map(
    live.flatMap((product) => {
      const held = heldBy(product)
        .map(serviceKey)
        .filter((key) => wanted.has(key));
      if (held.length === 0) return [];
      const stays = new Set((after.get(product.id) ?? heldBy(product)).map(serviceKey));
      return held.filter((key) => stays.has(key)).map((key) => [key, product] as const);
    }),
  );
}

/** The services that a change claims: all services of a new product, and the added ones of an updated product. */
function newClaims(change: ProductChange): readonly Claim[] {
  if (!('desired' in change)) return [];
  return newLinks(change).map((link) => ({ desired: change.desired, link }));
}

/** The links that a change adds. */
export function newLinks(change: ProductChange): readonly Link[] {
  if (!('desired' in change)) return [];
  const own = new Set(change.kind === 'update' ? heldBy(change.live).map(serviceKey) : []);
  return (change.fields.linked_gateway_services ?? []).filter((link) => !own.has(serviceKey(link)));
}

function heldBy(product: HeldProduct): readonly Link[] {
  return product.fields.linked_gateway_services;
}

function held({ desired, link }: Claim, holder: HeldProduct, names: Names, selector: Labels): Diagnostic {
  const remedy = matchesSelector(holder.fields.labels, selector)
    ? 'Declare that product without the link, so that it releases the service'
    : 'That product is outside --label-selector: its owner must release the service first';
  return diagnostic('service-held', {
    message: `the service ${serviceName(link, names)} belongs to the product "${holder.fields.name}" (${holder.id})`,
    hint: `${remedy}, or remove the link from "${desired.name}".`,
    location: linkLocation(desired, link),
  });
}

function claimedTwice({ desired, link }: Claim, other: Claim, names: Names): Diagnostic {
  return diagnostic('service-claimed-twice', {
    message: `"${desired.name}" and "${other.desired.name}" both link the service ${serviceName(link, names)}`,
    hint: 'A service belongs to one product: remove one of the links.',
    location: linkLocation(desired, link),
    related: [{ message: 'the other link', location: linkLocation(other.desired, link) }],
  });
}
