import type * as fc from 'fast-check';
import type { Allowance } from '../../src/model/declared.ts';
import type { DesiredProduct, Names } from '../../src/model/desired.ts';
import type { Service } from '../../src/model/directory.ts';
import type { LiveProduct } from '../../src/model/live.ts';
import type { Owner } from '../../src/model/ownership.ts';
import {
  serviceKey,
  type Labels,
  type Link,
  type ProductStatus,
  type ProductType,
} from '../../src/model/product.ts';
import { KEY_AUTH } from './auth.ts';
import { desiredProduct, placesIn, type DesiredParts } from './desired-product.ts';
import { drawnSituation, MAX_SLOTS, SERVICES, type DrawnSituation, type Slot } from './random-situation.ts';
import { liveProduct } from './live-product.ts';
import { OPENAPI } from './openapi.ts';
import type { Situation } from './plan-of.ts';

/**
 * Portals and files that do not contradict each other: each service has at most one product on each side, its old product
 * releases it before a new product takes it, and each published gateway product has a service.
 */
export function arbitrarySituation(): fc.Arbitrary<Situation> {
  return drawnSituation().map((drawn) => situationOf(withoutContradictions(inRing(drawn))));
}

/** The first `ring` products are gateway products that each pass a service to the next. */
function inRing(drawn: DrawnSituation): DrawnSituation {
  const size = Math.min(drawn.ring, drawn.slots.length);
  if (size < 2) return drawn;
  const plain = {
    sides: 'both',
    type: 'gateway',
    retyped: false,
    declaresLinks: true,
    elsewhere: false,
  } as const;
  const slots = drawn.slots.map((one, index) => (index < size ? { ...one, ...plain } : one));
  const handed = Array.from({ length: size }, (_, from) => ({ from, to: (from + 1) % size }));
  return { ...drawn, slots, services: [...handed, ...drawn.services.slice(size)] };
}

/**
 * A selector needs labels that the server keeps, and at least one selected product. A replacement needs a permitted deletion
 * and no `id`. Only runs that write labels delete unmanaged products, and they do not delete a product that an entry releases.
 */
function withoutContradictions(drawn: DrawnSituation): DrawnSituation {
  const selected = drawn.selected && drawn.managedByLabel;
  const deleteUnmanaged = drawn.deleteUnmanaged && drawn.managedByLabel;
  const first = drawn.slots.find(({ sides }) => sides !== 'live');
  const slots = drawn.slots.map((one) => ({
    ...one,
    retyped: one.retyped && one.sides === 'both' && one.by !== 'id' && !drawn.noDelete,
    elsewhere: one.elsewhere && selected && one !== first,
    entry: one.entry === 'release' && deleteUnmanaged ? undefined : one.entry,
  }));
  const keepsExternalLabels = drawn.keepsExternalLabels || selected;
  return { ...drawn, slots, selected, deleteUnmanaged, keepsExternalLabels };
}

const OWNERS = { first: 'acme.one', second: 'acme.two', other: 'other' } as const;

/** The owner of the file of a slot. */
function ownerOf({ second }: Slot, { hasOwner }: DrawnSituation): Owner {
  if (!hasOwner) return undefined;
  return second ? OWNERS.second : OWNERS.first;
}

function ownershipLabel(slot: Slot, drawn: DrawnSituation): Labels {
  if (slot.owned === 'unmanaged') return {};
  if (slot.owned === 'other') return { 'managed-by': `adc/${OWNERS.other}` };
  const owner = slot.owned === 'own' ? ownerOf(slot, drawn) : undefined;
  return { 'managed-by': owner === undefined ? 'adc' : `adc/${owner}` };
}

function entriesOf({ slots, ids }: DrawnSituation): readonly Allowance[] {
  return slots.flatMap(({ sides, entry }, index) =>
    sides === 'live' && entry !== undefined
      ? [{ id: ids[index] ?? '', [entry]: true, until: '2026-12-07', at: placesIn('allow.yaml') }]
      : [],
  );
}

function servicesOf({ guarded }: DrawnSituation): readonly Service[] {
  return SERVICES.map(([gateway_group_id, id], place) => ({
    gateway_group_id,
    id,
    name: id,
    hosts: [],
    plugins: guarded.includes(place) ? ['key-auth'] : ['cors'],
  }));
}

/** The names of services and groups: none, all equal, or each equal to the id of another. */
function namesOf({ called }: DrawnSituation): Partial<Names> {
  if (called === 'by id') return {};
  const keys = SERVICES.map(([gateway_group_id, service_id]) => serviceKey({ gateway_group_id, service_id }));
  const next = (place: number): string => SERVICES[(place + 1) % SERVICES.length]?.[1] ?? '';
  return {
    gatewayGroups: new Map(SERVICES.map(([group]) => [group, called === 'alike' ? 'group' : 'default'])),
    services: new Map(keys.map((key, place) => [key, called === 'alike' ? 'service' : next(place)])),
    dcrProviders: new Map([['dcr-1', 'keycloak']]),
  };
}

/** A slot with its names, id and links. */
interface ProductSlot {
  readonly slot: Slot;
  readonly name: string;
  readonly oldName: string;
  readonly id: string;
  readonly links: readonly Link[];
  readonly wantedLinks: readonly Link[];
  readonly drawn: DrawnSituation;
}

function situationOf(drawn: DrawnSituation): Situation {
  const { selected, managedByLabel, deleteUnmanaged, noDelete, keepsExternalLabels } = drawn;
  const spots = spotsOf(drawn);
  const desired = spots.filter(({ slot }) => slot.sides !== 'live').map(desiredOf);
  return {
    live: spots.filter(({ slot }) => slot.sides !== 'desired').map(liveOf),
    desired,
    managesProducts: desired.length > 0 || !drawn.silent,
    scope: { selector: selected ? { team: 'a' } : {}, managedByLabel, deleteUnmanaged, noDelete },
    keepsExternalLabels,
    owners: drawn.hasOwner ? [OWNERS.first, OWNERS.second] : [undefined],
    allowances: entriesOf(drawn),
    services: servicesOf(drawn),
    names: namesOf(drawn),
    subscriptions: Object.fromEntries(spots.map(({ id, slot }) => [id, slot.subscriptions])),
  };
}

function spotsOf(drawn: DrawnSituation): readonly ProductSlot[] {
  const { slots, names, ids, services } = drawn;
  const held = (index: number, of: (handover: DrawnSituation['services'][number]) => number | undefined) =>
    services.flatMap((one, service) => (of(one) === index ? [SERVICES[service] ?? ['', '']] : []));
  return slots.map((slot, index) => {
    const name = names[index] ?? '';
    const renamed = slot.by !== 'name' && slot.sides === 'both';
    return {
      slot,
      name,
      oldName: renamed ? (names[index + MAX_SLOTS] ?? '') : name,
      id: ids[index] ?? '',
      links: linksTo(
        held(index, (one) => holderOf(one, drawn)),
        slot.hosts,
      ),
      wantedLinks: linksTo(
        held(index, (one) => takerOf(one, drawn)),
        slot.wantedHosts,
      ),
      drawn,
    };
  });
}

function linksTo(
  services: readonly (readonly [string, string] | readonly string[])[],
  hosts: readonly string[],
): readonly Link[] {
  return services.map(([gateway_group_id = '', service_id = '']) => ({
    gateway_group_id,
    service_id,
    linked_hosts: hosts,
  }));
}

function holderOf({ from }: { readonly from: number }, { slots }: DrawnSituation): number | undefined {
  const slot = slots[from];
  return slot && slot.sides !== 'desired' && slot.type === 'gateway' ? from : undefined;
}

function takerOf(
  { from, to }: { readonly from: number; readonly to: number },
  drawn: DrawnSituation,
): number | undefined {
  const holder = holderOf({ from }, drawn);
  if (holder !== undefined && !releases(drawn.slots[holder] as Slot, drawn)) return holder;
  const taker = drawn.slots[to];
  return taker && canTake(taker) ? to : undefined;
}

function canTake(slot: Slot): boolean {
  return isDeclared(slot) && wantedType(slot) === 'gateway' && (slot.declaresLinks || isNew(slot));
}

function releases(slot: Slot, { noDelete, managedByLabel, hasOwner }: DrawnSituation): boolean {
  if (slot.sides === 'both') return isDeclared(slot) && (slot.declaresLinks || slot.retyped);
  if (noDelete || slot.elsewhere) return false;
  const isOwn = slot.owned === 'own' || (slot.owned === 'ownerless' && !hasOwner);
  if (slot.entry === undefined) return isOwn && managedByLabel;
  return slot.entry === 'delete' && (isOwn || slot.owned === 'ownerless');
}

/** Whether a file declares it inside the selector. */
const isDeclared = ({ sides, elsewhere }: Slot): boolean => sides !== 'live' && !elsewhere;

const isNew = ({ sides, retyped }: Slot): boolean => sides === 'desired' || retyped;

function wantedType({ type, retyped }: Slot): ProductType {
  if (!retyped) return type;
  return type === 'gateway' ? 'external' : 'gateway';
}

function liveOf({ slot, oldName, id, links, drawn }: ProductSlot): LiveProduct {
  const { type } = slot;
  const empty = type === 'gateway' && links.length === 0;
  return liveProduct({
    id,
    type,
    name: slot.sides === 'live' && slot.twin ? 'twin' : oldName,
    desc: slot.desc,
    status: empty ? 'draft' : slot.status,
    labels: type === 'external' && !drawn.keepsExternalLabels ? {} : liveLabels(slot, drawn),
    ...(type === 'gateway'
      ? { auth: slot.auth, linked_gateway_services: links }
      : { raw_openapi: slot.document }),
  });
}

/** A product that the files move out of the selector may still have the label of the selector. */
function liveLabels(slot: Slot, drawn: DrawnSituation): Labels {
  const { labels, elsewhere, sides, twin } = slot;
  const team = elsewhere && !(sides === 'both' && twin) ? 'b' : 'a';
  return { ...labels, ...ownershipLabel(slot, drawn), ...(drawn.selected && { team }) };
}

function desiredOf(spot: ProductSlot): DesiredProduct {
  const { slot, name, drawn } = spot;
  const type = wantedType(slot);
  const owner = ownerOf(slot, drawn);
  return desiredProduct({
    type,
    name,
    ...(owner !== undefined && { owner }),
    ...identityOf(spot),
    ...(slot.wantedDesc !== undefined && { desc: slot.wantedDesc }),
    ...labelsOf(slot),
    ...statusOf(spot),
    ...(type === 'gateway' ? gatewayFields(spot) : externalFields(slot)),
  });
}

function identityOf({ slot: { sides, by }, id, oldName }: ProductSlot): DesiredParts {
  if (sides !== 'both' || by === 'name') return {};
  return by === 'id' ? { id } : { previous_name: oldName };
}

function labelsOf(slot: Slot): DesiredParts {
  if (slot.elsewhere) return { labels: { ...slot.wantedLabels, team: 'b' } };
  // The specification does not define undeclared labels of a replacement.
  const labels = slot.retyped ? { ...slot.wantedLabels } : slot.wantedLabels;
  return labels ? { labels } : {};
}

function statusOf({ slot, wantedLinks }: ProductSlot): { readonly status?: ProductStatus } {
  const { wantedStatus, status } = slot;
  const empty = wantedType(slot) === 'gateway' && wantedLinks.length === 0;
  if (empty && (wantedStatus !== undefined || status === 'published')) return { status: 'draft' };
  return wantedStatus === undefined ? {} : { status: wantedStatus };
}

function gatewayFields({ slot, wantedLinks }: ProductSlot): DesiredParts {
  const auth = slot.wantedAuth ?? (isNew(slot) ? KEY_AUTH : undefined);
  return {
    ...(auth && { auth }),
    ...((slot.declaresLinks || isNew(slot)) && { linked_gateway_services: wantedLinks }),
  };
}

function externalFields(slot: Slot): DesiredParts {
  const document = slot.wantedDocument ?? (isNew(slot) ? OPENAPI : undefined);
  return document === undefined ? {} : { raw_openapi: document };
}
