import fc from 'fast-check';
import type { DesiredProduct } from '../../src/model/desired.ts';
import type { LiveProduct, SubscriptionCount } from '../../src/model/live.ts';
import type { Auth, Labels, Link, ProductStatus, ProductType } from '../../src/model/product.ts';
import { BASIC_AUTH, DCR_AUTH, KEY_AUTH } from './auth.ts';
import { desiredProduct } from './desired-product.ts';
import { liveProduct } from './live-product.ts';
import { OPENAPI, OPENAPI_AS_JSON, OTHER_OPENAPI } from './openapi.ts';
import type { Situation } from './plan-of.ts';

/** One product on one side or both, as it is drawn; `build` makes whatever contradicts itself fit. */
interface Slot {
  readonly sides: 'both' | 'live' | 'desired';
  readonly by: 'name' | 'id' | 'previous_name';
  readonly type: ProductType;
  readonly retyped: boolean;
  readonly owned: boolean;
  readonly twin: boolean;
  readonly status: ProductStatus;
  readonly wantedStatus: ProductStatus | undefined;
  readonly auth: Auth;
  readonly wantedAuth: Auth | undefined;
  readonly desc: string;
  readonly wantedDesc: string | undefined;
  readonly labels: Labels;
  readonly wantedLabels: Labels | undefined;
  readonly declaresLinks: boolean;
  readonly hosts: readonly string[];
  readonly wantedHosts: readonly string[];
  readonly document: string;
  readonly wantedDocument: string | undefined;
  readonly elsewhere: boolean;
  readonly subscriptions: SubscriptionCount;
}

interface Draw {
  readonly slots: readonly Slot[];
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly ring: number;
  readonly services: readonly { readonly from: number; readonly to: number }[];
  readonly selected: boolean;
  readonly managedByLabel: boolean;
  readonly deleteUnmanaged: boolean;
  readonly noDelete: boolean;
  readonly keepsExternalLabels: boolean;
}

const MOST_SLOTS = 6;
const NAMES = [
  ...[
    'Payments API',
    'payments api',
    '__proto__',
    'constructor',
    'toString',
    'é',
    'e\u0301',
    'a/b',
    'A',
    'A first',
  ],
  ...[' ', '{}', 'x\ny', '😀', '\u202egro', 'N id', 'N', 'undefined'],
];
const IDS = ['__proto__', 'constructor', 'first', 'id-1', 'id-2', '0', '1', '-'];
const SERVICES: readonly (readonly [string, string])[] = [
  ...([
    ['default', 's1'],
    ['default', 's2'],
    ['default', 's3'],
    ['g/1', 's1'],
    ['g', '1/s1'],
  ] as const),
  ...([
    ['__proto__', 's'],
    ['constructor', '__proto__'],
    ['g', 'é'],
  ] as const),
];

/** Objects as JSON makes them. */
const PLAIN = { noNullPrototype: true } as const;

const status = fc.constantFrom<ProductStatus>('draft', 'published');
const auth = fc.constantFrom(KEY_AUTH, BASIC_AUTH, DCR_AUTH);
const labels: fc.Arbitrary<Labels> = fc
  .uniqueArray(fc.constantFrom('tier', '__proto__', 'a.b', 'constructor', 'é'), { maxLength: 2 })
  .map((keys) => Object.fromEntries(keys.map((key) => [key, 'x'])));
const documents = fc.constantFrom(OPENAPI, OPENAPI_AS_JSON, OTHER_OPENAPI);
const hosts = fc.subarray(['a.example.com', 'b.example.com']);
const sometimes = fc.integer({ max: 3, min: 0 }).map((n) => n === 3);
const rarely = fc.integer({ max: 9, min: 0 }).map((n) => n === 9);
const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: undefined });
const counts: fc.Arbitrary<SubscriptionCount> = fc.record(
  {
    active: fc.nat(3),
    pending: fc.nat(2),
    known: fc.constant(true),
  },
  PLAIN,
);

const slot: fc.Arbitrary<Slot> = fc.record(
  {
    sides: fc.constantFrom('both', 'both', 'both', 'live', 'desired'),
    by: fc.constantFrom('name', 'name', 'id', 'previous_name'),
    type: fc.constantFrom('gateway', 'gateway', 'gateway', 'external'),
    retyped: rarely,
    owned: rarely.map((no) => !no),
    twin: rarely,
    status,
    wantedStatus: maybe(status),
    auth,
    wantedAuth: maybe(auth),
    desc: fc.constantFrom('', 'old'),
    wantedDesc: maybe(fc.constantFrom('', 'new')),
    labels,
    wantedLabels: maybe(labels),
    declaresLinks: rarely.map((no) => !no),
    hosts,
    wantedHosts: hosts,
    document: documents,
    wantedDocument: maybe(documents),
    elsewhere: sometimes,
    subscriptions: counts,
  },
  PLAIN,
);

const draw: fc.Arbitrary<Draw> = fc.record(
  {
    slots: fc.array(slot, { maxLength: MOST_SLOTS }),
    names: fc.shuffledSubarray(NAMES, { minLength: 2 * MOST_SLOTS }),
    ids: fc.shuffledSubarray(IDS, { minLength: MOST_SLOTS }),
    ring: fc.constantFrom(0, 0, 2, 3, 4, 5),
    services: fc.array(fc.record({ from: fc.nat(MOST_SLOTS), to: fc.nat(MOST_SLOTS) }, PLAIN), {
      maxLength: SERVICES.length,
    }),
    selected: sometimes,
    managedByLabel: rarely.map((no) => !no),
    deleteUnmanaged: rarely,
    noDelete: rarely,
    keepsExternalLabels: rarely.map((no) => !no),
  },
  PLAIN,
);

/**
 * Portals and files that do not contradict each other: every service has one holder on each side, and whoever takes it
 * takes it from somebody who lets go. Names and ids are of the kind that breaks programs.
 */
export function arbitrarySituation(): fc.Arbitrary<Situation> {
  return draw.map((drawn) => build(inRing(drawn)));
}

/** The first products of a ring are plain ones that pass a service on to the next. */
function inRing(drawn: Draw): Draw {
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

function build(drawn: Draw): Situation {
  const { ids, managedByLabel, deleteUnmanaged, noDelete } = drawn;
  const selected = drawn.selected && managedByLabel;
  const keepsExternalLabels = drawn.keepsExternalLabels || selected;
  const slots = drawn.slots.map((one) => ({ ...one, retyped: one.retyped && !noDelete && one.by !== 'id' }));
  const world = { ...drawn, slots, selected, keepsExternalLabels };
  const held = assigned(world);
  const live = slots.flatMap((one, index) =>
    one.sides === 'desired' ? [] : [liveOf(one, index, world, held)],
  );
  const desired = slots.flatMap((one, index) =>
    one.sides === 'live' ? [] : [desiredOf(one, index, world, held)],
  );
  return {
    live,
    desired,
    scope: { selector: selected ? { team: 'a' } : {}, managedByLabel, deleteUnmanaged, noDelete },
    keepsExternalLabels,
    subscriptions: Object.fromEntries(slots.map((one, index) => [ids[index] ?? '', one.subscriptions])),
  };
}

interface Held {
  readonly now: readonly (readonly number[])[];
  readonly wanted: readonly (readonly number[])[];
}

/** Which services each slot holds and wants, by their place in SERVICES. */
function assigned(drawn: Draw): Held {
  const { slots, services } = drawn;
  const now = slots.map((): number[] => []);
  const wanted = slots.map((): number[] => []);
  services.forEach(({ from, to }, service) => {
    const holder = slots[from];
    const holds = holder !== undefined && holder.sides !== 'desired' && holder.type === 'gateway';
    if (holds) now[from]?.push(service);
    const taker = slots[to];
    const takes = taker !== undefined && speaks(taker, drawn) && wantedType(taker) === 'gateway';
    const stays = holds && !letsGo(holder, drawn);
    if (stays) wanted[from]?.push(service);
    else if (takes && (taker.declaresLinks || isNew(taker))) wanted[to]?.push(service);
  });
  return { now, wanted };
}

/** Whether a file speaks of it, and the selector lets it. */
function speaks({ sides, elsewhere }: Slot, { selected }: Draw): boolean {
  return sides !== 'live' && !(selected && elsewhere);
}

function letsGo(one: Slot, drawn: Draw): boolean {
  if (one.sides === 'both') return speaks(one, drawn) && (one.declaresLinks || one.retyped);
  return !drawn.noDelete && one.owned && !(drawn.selected && one.elsewhere);
}

const isNew = ({ sides, retyped }: Slot): boolean => sides === 'desired' || retyped;

function wantedType({ type, retyped }: Slot): ProductType {
  if (!retyped) return type;
  return type === 'gateway' ? 'external' : 'gateway';
}

function linksTo(services: readonly number[], linked_hosts: readonly string[]): readonly Link[] {
  return services.map((service) => {
    const [gateway_group_id = '', service_id = ''] = SERVICES[service] ?? [];
    return { gateway_group_id, service_id, linked_hosts };
  });
}

function liveOf(one: Slot, index: number, drawn: Draw, held: Held): LiveProduct {
  const { names, ids, selected, keepsExternalLabels } = drawn;
  const name = one.sides === 'live' && one.twin ? 'twin' : oldName(one, index, names);
  const services = linksTo(held.now[index] ?? [], one.hosts);
  const gateway = one.type === 'gateway';
  const empty = gateway && services.length === 0;
  // The twin of a product that the files put elsewhere still bears the label that they take from it.
  const team = one.elsewhere && !(one.sides === 'both' && one.twin) ? 'b' : 'a';
  const own = { ...(one.owned && { 'managed-by': 'adc' }), ...(selected && { team }) };
  return liveProduct({
    id: ids[index] ?? '',
    type: one.type,
    name,
    desc: one.desc,
    status: empty ? 'draft' : one.status,
    labels: !gateway && !keepsExternalLabels ? {} : { ...one.labels, ...own },
    ...(gateway ? { auth: one.auth, linked_gateway_services: services } : { raw_openapi: one.document }),
  });
}

function oldName({ by, sides }: Slot, index: number, names: readonly string[]): string {
  return names[by === 'name' || sides !== 'both' ? index : index + MOST_SLOTS] ?? '';
}

function desiredOf(one: Slot, index: number, drawn: Draw, held: Held): DesiredProduct {
  const { names, ids, selected } = drawn;
  const type = wantedType(one);
  const foreign = selected && one.elsewhere;
  const labels = foreign || (isNew(one) && one.sides === 'both') ? { ...one.wantedLabels } : one.wantedLabels;
  return desiredProduct({
    type,
    name: names[index] ?? '',
    ...(one.sides === 'both' && one.by === 'id' && { id: ids[index] ?? '' }),
    ...(one.sides === 'both' && one.by === 'previous_name' && { previous_name: oldName(one, index, names) }),
    ...(one.wantedDesc !== undefined && { desc: one.wantedDesc }),
    ...(labels && { labels: foreign ? { ...labels, team: 'b' } : labels }),
    ...statusOf(one, index, held),
    ...(type === 'gateway' ? gatewayFields(one, index, held) : externalFields(one)),
  });
}

/** Nothing is published without a service, neither now nor in the end. */
function statusOf(one: Slot, index: number, held: Held): { readonly status?: ProductStatus } {
  const empty = wantedType(one) === 'gateway' && held.wanted[index]?.length === 0;
  if (empty && (one.wantedStatus !== undefined || one.status === 'published')) return { status: 'draft' };
  return one.wantedStatus === undefined ? {} : { status: one.wantedStatus };
}

function gatewayFields(one: Slot, index: number, held: Held) {
  const wantedAuth = one.wantedAuth ?? (isNew(one) ? KEY_AUTH : undefined);
  const services = linksTo(held.wanted[index] ?? [], one.wantedHosts);
  return {
    ...(wantedAuth && { auth: wantedAuth }),
    ...((one.declaresLinks || isNew(one)) && { linked_gateway_services: services }),
  };
}

function externalFields(one: Slot) {
  const document = one.wantedDocument ?? (isNew(one) ? OPENAPI : undefined);
  return document === undefined ? {} : { raw_openapi: document };
}
