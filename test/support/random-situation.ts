import * as fc from 'fast-check';
import type { SubscriptionCount } from '../../src/model/live.ts';
import type { Auth, Labels, ProductStatus, ProductType } from '../../src/model/product.ts';
import { BASIC_AUTH, DCR_AUTH, KEY_AUTH } from './auth.ts';
import { OPENAPI, OPENAPI_AS_JSON, OTHER_OPENAPI } from './openapi.ts';

/** One random product on one or both sides. withoutContradictions() corrects it later. */
export interface Slot {
  readonly sides: 'both' | 'live' | 'desired';
  readonly by: 'name' | 'id' | 'previous_name';
  readonly type: ProductType;
  readonly retyped: boolean;
  /** The ownership label of the live product: of its file's owner, of another repository, without an owner, or none. */
  readonly owned: 'own' | 'other' | 'ownerless' | 'unmanaged';
  /** Whether its file belongs to the second owner of the run. */
  readonly second: boolean;
  /** The entry of `allow:` for an undeclared product. */
  readonly entry: 'delete' | 'release' | undefined;
  /** Has the name of other products, or still has the label that the files remove. */
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
  /** Twice the maximum number of slots: the second half are previous names. */
  readonly names: readonly string[];
  readonly ids: readonly string[];
  /** The number of first slots that pass services in a ring; 0 for none. */
  readonly ring: number;
  /** By the place in SERVICES: the slots of the service before and after. A missing slot means none. */
  readonly services: readonly { readonly from: number; readonly to: number }[];
  readonly selected: boolean;
  readonly managedByLabel: boolean;
  readonly deleteUnmanaged: boolean;
  readonly noDelete: boolean;
  readonly keepsExternalLabels: boolean;
  /** Whether files without products have no list of products. */
  readonly silent: boolean;
  readonly called: 'by id' | 'alike' | 'like others';
  /** Whether the files declare owners. */
  readonly hasOwner: boolean;
  /** Places in SERVICES of the services with an authentication plugin. */
  readonly guarded: readonly number[];
}

export const MAX_SLOTS = 6;

/** Gateway groups and services. Some pairs are equal when joined. */
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

/** Objects with a prototype, like those of JSON.parse(). */
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
const place = fc.nat(MAX_SLOTS);

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

/** Portals and files with names and ids that are difficult for programs. They may contain contradictions. */
export function drawnSituation(): fc.Arbitrary<DrawnSituation> {
  return fc.record(
    {
      slots: fc.array(slot, { maxLength: MAX_SLOTS }),
      names: fc.shuffledSubarray([...NAMES], { minLength: 2 * MAX_SLOTS }),
      ids: fc.shuffledSubarray([...IDS], { minLength: MAX_SLOTS }),
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
