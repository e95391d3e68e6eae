import * as fc from 'fast-check';
import type { SubscriptionCount } from '../../src/model/live.ts';
import type { Auth, Labels, ProductStatus, ProductType } from '../../src/model/product.ts';
import { BASIC_AUTH, DCR_AUTH, KEY_AUTH } from './auth.ts';
import { OPENAPI, OPENAPI_AS_JSON, OTHER_OPENAPI } from './openapi.ts';

/** One product on one side or both, as it is drawn; what contradicts itself is made to fit later. */
export interface Slot {
  readonly sides: 'both' | 'live' | 'desired';
  readonly by: 'name' | 'id' | 'previous_name';
  readonly type: ProductType;
  readonly retyped: boolean;
  /** Whose label the live product has: that of the owner of its file, of another repository, of no owner, or none at all. */
  readonly owned: 'own' | 'other' | 'ownerless' | 'unmanaged';
  /** Whether its file is one of the second owner of the run. */
  readonly second: boolean;
  /** What an entry of `allow:` says of a product that no file declares. */
  readonly entry: 'delete' | 'release' | undefined;
  /** Has a name that others have too, or still the label that the files take from it. */
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
  /** Outside the label selector, if there is one. */
  readonly elsewhere: boolean;
  readonly subscriptions: SubscriptionCount;
}

export interface DrawnSituation {
  readonly slots: readonly Slot[];
  /** Twice as many as there are slots at most: the second half are older names. */
  readonly names: readonly string[];
  readonly ids: readonly string[];
  /** How many of the first slots pass their services around; 0: as it comes. */
  readonly ring: number;
  /** By the place in SERVICES: the slots that hold the service before and after, or none where there is no such slot. */
  readonly services: readonly { readonly from: number; readonly to: number }[];
  readonly selected: boolean;
  readonly managedByLabel: boolean;
  readonly deleteUnmanaged: boolean;
  readonly noDelete: boolean;
  readonly keepsExternalLabels: boolean;
  /** Whether files without any product have no list of products either. */
  readonly silent: boolean;
  readonly called: 'by id' | 'alike' | 'like others';
  /** Whether the files declare owners. */
  readonly hasOwner: boolean;
  /** Places in SERVICES of those with an authentication plugin of their own. */
  readonly guarded: readonly number[];
}

export const MOST_SLOTS = 6;

/** Gateway group and service; some read the same when written one after the other. */
export const SERVICES: readonly (readonly [string, string])[] = [
  ['default', 's1'],
  ['default', 's2'],
  ['default', 's3'],
  ['g/1', 's1'],
  ['g', '1/s1'],
  ['__proto__', 's'],
  ['constructor', '__proto__'],
  ['g', 'é'],
];

const NAMES: readonly string[] = [
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
  ' ',
  '{}',
  'x\u200by',
  '😀',
  '\u202egro',
  'N id',
  'N',
  'undefined',
];
const IDS: readonly string[] = ['__proto__', 'constructor', 'first', 'id-1', 'id-2', '0', '1', '-'];
const LABELS: readonly string[] = ['tier', '__proto__', 'a.b', 'constructor', 'é', 'managed-by'];

/** Objects as JSON makes them. */
const PLAIN = { noNullPrototype: true } as const;

const status = fc.constantFrom<ProductStatus>('draft', 'published');
const auth = fc.constantFrom(KEY_AUTH, BASIC_AUTH, DCR_AUTH);
const labels: fc.Arbitrary<Labels> = fc
  .uniqueArray(fc.constantFrom(...LABELS), { maxLength: 2 })
  .map((keys) => Object.fromEntries(keys.map((key) => [key, 'x'])));
const documents = fc.constantFrom(OPENAPI, OPENAPI_AS_JSON, OTHER_OPENAPI);
const hosts = fc.subarray(['a.example.com', 'b.example.com']);
const onceIn = (times: number) => fc.nat(times - 1).map((n) => n === times - 1);
const mostly = onceIn(10).map((no) => !no);
const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: undefined });
const count = fc.record({ active: fc.nat(3), pending: fc.nat(2), known: fc.constant(true) }, PLAIN);
const place = fc.nat(MOST_SLOTS);

const slot: fc.Arbitrary<Slot> = fc.record(
  {
    sides: fc.constantFrom('both', 'both', 'both', 'live', 'desired'),
    by: fc.constantFrom('name', 'name', 'id', 'previous_name'),
    type: fc.constantFrom('gateway', 'gateway', 'gateway', 'external'),
    retyped: onceIn(10),
    owned: fc.constantFrom('own', 'own', 'own', 'own', 'own', 'own', 'other', 'ownerless', 'unmanaged'),
    second: onceIn(4),
    entry: fc.constantFrom(undefined, undefined, undefined, undefined, 'delete', 'release'),
    twin: onceIn(10),
    status,
    wantedStatus: maybe(status),
    auth,
    wantedAuth: maybe(auth),
    desc: fc.constantFrom('', 'old'),
    wantedDesc: maybe(fc.constantFrom('', 'new')),
    labels,
    wantedLabels: maybe(labels),
    declaresLinks: mostly,
    hosts,
    wantedHosts: hosts,
    document: documents,
    wantedDocument: maybe(documents),
    elsewhere: onceIn(4),
    subscriptions: count,
  },
  PLAIN,
);

/** Portals and files as they come, with names and ids of the kind that breaks programs. */
export function drawnSituation(): fc.Arbitrary<DrawnSituation> {
  return fc.record(
    {
      slots: fc.array(slot, { maxLength: MOST_SLOTS }),
      names: fc.shuffledSubarray([...NAMES], { minLength: 2 * MOST_SLOTS }),
      ids: fc.shuffledSubarray([...IDS], { minLength: MOST_SLOTS }),
      ring: fc.constantFrom(0, 0, 2, 3, 4, 5),
      services: fc.array(fc.record({ from: place, to: place }, PLAIN), { maxLength: SERVICES.length }),
      selected: onceIn(4),
      managedByLabel: mostly,
      deleteUnmanaged: onceIn(10),
      noDelete: onceIn(10),
      keepsExternalLabels: mostly,
      silent: onceIn(2),
      called: fc.constantFrom('by id', 'alike', 'like others'),
      hasOwner: fc.boolean(),
      guarded: fc.subarray([...SERVICES.keys()], { maxLength: 3 }),
    },
    PLAIN,
  );
}
