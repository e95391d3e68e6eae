import { fieldOf, fieldsOf } from '../fields/field-table.ts';
import { groupBy } from '../lib/lists.ts';
import type { ProductChange } from '../model/change.ts';
import { linkLocation, type DesiredProduct, type Names, serviceName } from '../model/desired.ts';
import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { CompactProduct } from '../model/live.ts';
import { isOwnedBy, matchesSelector, type Owner, type Scope } from '../model/ownership.ts';
import {
  codeOfName,
  lookalikeKey,
  violatedRule,
  serviceKey,
  type Labels,
  type Link,
} from '../model/product.ts';

/* Diagnostics for changes that the portal would refuse, or that may be a mistake. */

interface Claim {
  readonly desired: DesiredProduct;
  readonly link: Link;
}

interface RunScope {
  readonly selector: Labels;
  /** Ids of live products that the files declare and this run does not change. */
  readonly unchanged?: ReadonlySet<string | undefined>;
}

/**
 * A service belongs to at most one product (docs/design/admin-api.md §6). Errors for claims of a service that another
 * product holds and does not release, and for two claims of one service.
 */
export function serviceConflicts(
  changes: readonly ProductChange[],
  live: readonly CompactProduct[],
  names: Names,
  run: RunScope,
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
    if (other) return [serviceClaimedTwice(claim, other, names)];
    return holder ? [serviceHeld(claim, holder, names, run)] : [];
  });
}

/** The input of heldByOthers(): the resolved products, and all declared products, which may match live ones. */
interface HeldByOthersInput {
  readonly desired: readonly DesiredProduct[];
  readonly declared: readonly Pick<DesiredProduct, 'id' | 'name' | 'previous_name'>[];
  readonly live: readonly CompactProduct[];
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
}: HeldByOthersInput): readonly Diagnostic[] {
  if (scope.deleteUnmanaged) return [];
  const namedInFiles = new Set(declared.flatMap(({ id, name, previous_name }) => [id, name, previous_name]));
  const others = live.filter(
    (one) => !isOwnedBy(one, owners) && !namedInFiles.has(one.id) && !namedInFiles.has(one.fields.name),
  );
  const creates = desired.map((one) => {
    const { linked_gateway_services = [] } = one.fields;
    return { kind: 'create', desired: one, fields: { linked_gateway_services }, changes: [] } as const;
  });
  return serviceConflicts(creates, others, names, scope).filter(({ code }) => code === 'service-held');
}

/** The live product that still holds each claimed service after the changes, by serviceKey(). */
function remainingHolders(
  changes: readonly ProductChange[],
  live: readonly CompactProduct[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, CompactProduct> {
  const after = new Map<string, readonly Link[]>();
  for (const change of changes) {
    if (change.kind === 'update' || change.kind === 'release')
      after.set(change.live.id, change.fields.linked_gateway_services ?? servicesOf(change.live));
    else if (change.kind !== 'create') after.set(change.live.id, []);
  }
  if (wanted.size === 0) return new Map();
  return new Map(
    live.flatMap((product) => {
      const held = servicesOf(product)
        .map(serviceKey)
        .filter((key) => wanted.has(key));
      if (held.length === 0) return [];
      const keptKeys = new Set((after.get(product.id) ?? servicesOf(product)).map(serviceKey));
      return held.filter((key) => keptKeys.has(key)).map((key) => [key, product] as const);
    }),
  );
}

function newClaims(change: ProductChange): readonly Claim[] {
  if (!('desired' in change)) return [];
  return newLinks(change).map((link) => ({ desired: change.desired, link }));
}

/** The links that a change adds: all links of a new product, and the added ones of an updated product. */
export function newLinks(change: ProductChange): readonly Link[] {
  if (!('desired' in change)) return [];
  const own = new Set(change.kind === 'update' ? servicesOf(change.live).map(serviceKey) : []);
  return (change.fields.linked_gateway_services ?? []).filter((link) => !own.has(serviceKey(link)));
}

function servicesOf(product: CompactProduct): readonly Link[] {
  return product.fields.linked_gateway_services;
}

function serviceHeld(
  { desired, link }: Claim,
  holder: CompactProduct,
  names: Names,
  { selector, unchanged }: RunScope,
): Diagnostic {
  const declare = unchanged?.has(holder.id)
    ? 'This run does not change that product (`hold:` or --product): let it release the service first'
    : 'Declare that product without the link, so that it releases the service';
  const remedy = matchesSelector(holder.fields.labels, selector)
    ? declare
    : 'That product is outside --label-selector: its owner must release the service first';
  return diagnostic('service-held', {
    message: `the service ${serviceName(link, names)} belongs to the product "${holder.fields.name}" (${holder.id})`,
    hint: `${remedy}, or remove the link from "${desired.name}".`,
    location: linkLocation(desired, link),
  });
}

function serviceClaimedTwice({ desired, link }: Claim, other: Claim, names: Names): Diagnostic {
  return diagnostic('service-claimed-twice', {
    message: `"${desired.name}" and "${other.desired.name}" both link the service ${serviceName(link, names)}`,
    hint: 'A service belongs to one product: remove one of the links.',
    location: linkLocation(desired, link),
    related: [{ message: 'the other link', location: linkLocation(other.desired, link) }],
  });
}

/**
 * Errors for products that lack a field that is required to create or publish them (docs/design/admin-api.md §15.25,
 * §15.26).
 */
export function incompleteProducts(changes: readonly ProductChange[]): readonly Diagnostic[] {
  return changes.flatMap((change) => [...missingFields(change), ...publishedWithoutServices(change)]);
}

function missingFields(change: ProductChange): readonly Diagnostic[] {
  if (change.kind !== 'create' && change.kind !== 'replace') return [];
  const { desired } = change;
  const missing = fieldsOf(desired.type).filter(
    (name) => fieldOf(name).neededToCreate && desired.fields[name] === undefined,
  );
  return missing.map((name) => {
    const { include } = fieldOf(name);
    return diagnostic('missing-for-create', {
      message: `"${desired.name}" does not exist yet, and cannot be created without \`${name}\``,
      hint: `Add \`${name}\`${include ? ` or \`${include.key}\`` : ''}, or check the name if the product should exist.`,
      location: desired.at(['name']),
    });
  });
}

function publishedWithoutServices(change: ProductChange): readonly Diagnostic[] {
  if (!('desired' in change) || change.desired.type !== 'gateway') return [];
  const touched = 'status' in change.fields || 'linked_gateway_services' in change.fields;
  const { status, linked_gateway_services: links } = {
    ...(change.kind === 'update' && change.live.fields),
    ...change.fields,
  };
  if (!touched || status !== 'published' || (links ?? []).length > 0) return [];
  return [
    diagnostic('publish-without-services', {
      message: `"${change.desired.name}" would be published without a gateway service`,
      hint: 'Link at least one service, or set status: draft.',
      location: change.desired.at(['linked_gateway_services']),
    }),
  ];
}

/** Errors for invalid new names of products, and warnings for new names that look like the name of a live product. */
export function newNames(
  changes: readonly ProductChange[],
  live: readonly CompactProduct[],
): readonly Diagnostic[] {
  const named = changes.flatMap((change) => {
    if (!('desired' in change)) return [];
    return change.kind === 'create' || change.live.fields.name !== change.desired.name ? [change] : [];
  });
  if (named.length === 0) return [];
  const liveByKey = groupBy(live, ({ fields }) => lookalikeKey(fields.name));
  return named.flatMap((change) => {
    const { desired } = change;
    const violated = violatedRule(desired.name);
    if (violated !== undefined) return [invalidName(desired, violated)];
    const own = change.kind === 'create' ? undefined : change.live.id;
    const lookalike = (liveByKey.get(lookalikeKey(desired.name)) ?? []).find(
      ({ id, fields }) => id !== own && fields.name !== desired.name,
    );
    return lookalike === undefined ? [] : [lookalikeName(desired, lookalike)];
  });
}

function invalidName({ name, at }: DesiredProduct, violated: string): Diagnostic {
  return diagnostic(codeOfName(name) ?? 'wrong-length', {
    message: `the new name ${violated}`,
    hint: 'Choose a name of 1 to 100 printable characters.',
    location: at(['name']),
  });
}

function lookalikeName({ name, at }: DesiredProduct, { id, fields }: CompactProduct): Diagnostic {
  return diagnostic('name-lookalike', {
    message: `the new name "${name}" looks like "${fields.name}", which the live product ${id} has`,
    hint: 'If you mean that product, write its name exactly, or pin it with `id:`.',
    location: at(['name']),
  });
}

/**
 * Warnings for pinned products that get the name of another live product, which keeps it: allowed, since names are
 * not unique.
 */
export function takenNames(
  changes: readonly ProductChange[],
  staying: readonly CompactProduct[],
): readonly Diagnostic[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'update' || change.live.fields.name === change.desired.name) return [];
    const { name, at } = change.desired;
    const other = staying.find(({ fields }) => fields.name === name);
    if (other === undefined) return [];
    return [
      diagnostic('name-taken', {
        message: `"${change.live.fields.name}" gets the name "${name}", which the live product ${other.id} has and keeps`,
        hint: 'Choose another name, or keep `id:`, which distinguishes the two.',
        location: at(['name']),
      }),
    ];
  });
}
