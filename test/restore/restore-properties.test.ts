import {
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  integer,
  record,
  subarray,
  array,
} from 'fast-check';
import { expect, test, vi } from 'vitest';
import { AdminError } from '../../src/model/errors.ts';
import type { RecordEntry } from '../../src/model/record.ts';
import { lossesIn } from '../../src/restore/losses.ts';
import { restore, type RestoreInput, type RestoreOutcome } from '../../src/restore/restore.ts';
import { liveProduct } from '../support/live-product.ts';
import { runs } from '../support/runs.ts';
import { FakePortal, Killed, PRODUCT, type Mishap } from './support/fake-portal.ts';

const LOST_AT = '2026-12-07T10:00:00.000Z';
const APPLICATIONS = new Map([
  ['dora', ['shop', 'mobile', 'till']],
  ['emil', ['erp']],
]);
const ALL = [...APPLICATIONS].flatMap(([developer, own]) =>
  own.map((application) => ({ developer, application })),
);

type Status = 'active' | 'pending';

/** The record of a run that unpublished the product while these applications were subscribed. */
function recordOf(before: ReadonlyMap<string, Status>): RecordEntry[] {
  const { fields, type, unreadable } = liveProduct({ name: 'Payments API' });
  const rows = ALL.flatMap(({ developer, application }) => {
    const status = before.get(application);
    return status === undefined ? [] : [{ developer_id: developer, application_id: application, status }];
  });
  return [
    { entry: 'product', id: PRODUCT, type, fields, unreadable, others: {} },
    { entry: 'subscriptions', at: LOST_AT, product: PRODUCT, rows },
  ];
}

async function restored(
  portal: FakePortal,
  entries: RecordEntry[],
  more: Partial<Pick<RestoreInput, 'sleep' | 'signal' | 'patience'>> = {},
): Promise<readonly RestoreOutcome[]> {
  return restore({
    losses: lossesIn(entries),
    backend: portal.backend(),
    sink: { append: async (entry) => void entries.push(entry), close: async () => undefined },
    now: () => new Date('2026-12-07T10:30:00.000Z'),
    sleep: async () => undefined,
    ...more,
  });
}

/** Runs again after each kill until a run ends. */
async function untilItEnds(portal: FakePortal, entries: RecordEntry[]): Promise<readonly RestoreOutcome[]> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      const pairs = await restored(portal, entries);
      if (pairs.every(({ outcome }) => outcome !== 'failed')) return pairs;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }
  throw new Error('it never ends');
}

const BEFORE = dictionary(
  constantFrom(...ALL.map(({ application }) => application)),
  constantFrom<Status>('active', 'pending'),
);
const MISHAPS = array(
  record({
    call: integer({ min: 1, max: 80 }),
    mishap: constantFrom<Mishap>('killed-before', 'killed-after', 'unsent', 'lost', 'busy'),
  }),
  { maxLength: 6 },
);

function hit(
  portal: FakePortal,
  mishaps: readonly { readonly call: number; readonly mishap: Mishap }[],
): void {
  portal.onCall = (call) => mishaps.find((one) => one.call === call)?.mishap;
}

test('killed at any request or with any lost response, restores every subscription with its status, and no other', async () => {
  await assert(
    asyncProperty(BEFORE, MISHAPS, async (given, mishaps) => {
      const before = new Map(Object.entries(given));
      const portal = new FakePortal(APPLICATIONS);
      hit(portal, mishaps);
      await untilItEnds(portal, recordOf(before));
      const now = new Map(portal.rows.map(({ application, status }) => [application, status]));
      expect(now).toEqual(before);
      expect(portal.accepted.filter(({ application }) => before.get(application) !== 'active')).toEqual([]);
    }),
    runs(300),
  );
});

test('other developers who subscribe during the restore stay pending', async () => {
  const strangers = array(record({ call: integer({ min: 1, max: 40 }), who: constantFrom(...ALL) }), {
    maxLength: 3,
  });
  await assert(
    asyncProperty(BEFORE, strangers, MISHAPS, async (given, events, mishaps) => {
      const before = new Map(Object.entries(given));
      const portal = new FakePortal(APPLICATIONS);
      const foreign = new Set<string>();
      portal.onCall = (call) => {
        for (const { who } of events.filter((one) => one.call === call && !before.has(one.who.application))) {
          if (portal.find(who.application)) continue;
          portal.subscribe(who.developer, who.application);
          foreign.add(who.application);
        }
        return mishaps.find((one) => one.call === call)?.mishap;
      };
      await untilItEnds(portal, recordOf(before));
      for (const application of foreign) expect(portal.find(application)?.status).toBe('pending');
    }),
    runs(300),
  );
});

test('a second run requests nothing, and does not restore subscriptions that have ended since', async () => {
  await assert(
    asyncProperty(BEFORE, subarray(ALL), async (given, leaving) => {
      const before = new Map(Object.entries(given));
      const portal = new FakePortal(APPLICATIONS);
      const entries = recordOf(before);
      await restored(portal, entries);
      for (const { application } of leaving) {
        const row = portal.find(application);
        if (row) portal.rows.splice(portal.rows.indexOf(row), 1);
      }
      const left = portal.rows.map((row) => ({ ...row }));
      const requests = entries.filter(({ entry }) => entry === 'restore').length;
      await restored(portal, entries);
      expect(portal.rows).toEqual(left);
      expect(entries.filter(({ entry }) => entry === 'restore')).toHaveLength(requests);
    }),
    runs(100),
  );
});

test.each([
  ['2026-12-07T11:00:00.000Z', 'after the record'],
  [undefined, 'at an unknown time'],
])('an application whose request was rejected at %s is not subscribed again: %s', async (decidedAt, when) => {
  const portal = new FakePortal(APPLICATIONS);
  portal.decidedAt = decidedAt;
  portal.subscribe('emil', 'erp');
  portal.end('erp', 'rejected');
  const [pair] = await restored(portal, recordOf(new Map([['erp', 'active']])));
  expect(pair).toMatchObject({ outcome: 'impossible', why: expect.stringContaining(`rejected ${when}`) });
  expect(portal.rows).toEqual([]);
});

test.each([
  [3, 3, 'restored'],
  [3, 2, 'failed'],
  [1, undefined, 'failed'],
])(
  'the portal lists the product after %s reads: with a patience of %s, the subscription is %s',
  async (lag, patience, outcome) => {
    const portal = new FakePortal(APPLICATIONS);
    portal.lag = lag;
    const [pair] = await restored(portal, recordOf(new Map([['erp', 'active']])), { patience });
    expect(pair).toMatchObject({ outcome });
  },
);

test('a signal ends the pause before a repeated request', async () => {
  const portal = new FakePortal(APPLICATIONS);
  const subscribe = vi.spyOn(portal, 'subscribe').mockImplementation(() => {
    throw new AdminError('too many requests', { status: 429 });
  });
  const stop = new AbortController();
  const sleep = async (): Promise<void> => stop.abort();
  const pairs = await restored(portal, recordOf(new Map([['erp', 'active']])), {
    sleep,
    signal: stop.signal,
  });
  expect(subscribe).toHaveBeenCalledTimes(1);
  expect(pairs).toMatchObject([{ outcome: 'failed' }]);
});

test('a request of an earlier restore that was cancelled since is not made again', async () => {
  const portal = new FakePortal(APPLICATIONS);
  const entries = recordOf(new Map([['erp', 'active']]));
  let isKilled = false;
  portal.onCall = () => {
    if (isKilled || portal.find('erp') === undefined) return undefined;
    isKilled = true;
    return 'killed-before';
  };
  await expect(restored(portal, entries)).rejects.toThrow(Killed);
  portal.end('erp', 'cancelled');
  const [pair] = await restored(portal, entries);
  expect(pair).toMatchObject({
    outcome: 'impossible',
    why: 'an earlier restore requested it, and a request of this developer was decided since then',
  });
  expect(portal.rows).toEqual([]);
});

test('a subscription that an interrupted restore brought back and that ended since is not requested again', async () => {
  const portal = new FakePortal(APPLICATIONS);
  const entries = recordOf(new Map([['erp', 'active']]));
  portal.onCall = () => (portal.find('erp')?.status === 'active' ? 'killed-before' : undefined);
  await expect(restored(portal, entries)).rejects.toThrow(Killed);
  portal.rows.splice(0);
  portal.onCall = () => undefined;
  const [pair] = await restored(portal, entries);
  expect(pair).toMatchObject({ outcome: 'impossible' });
  expect(portal.rows).toEqual([]);
});

test('two requests of a developer that the server refused are both made again, and each accepts its own approval', async () => {
  const portal = new FakePortal(APPLICATIONS);
  const entries = recordOf(
    new Map([
      ['shop', 'active'],
      ['till', 'active'],
    ]),
  );
  const subscribe = vi.spyOn(portal, 'subscribe').mockImplementation(() => {
    throw new AdminError('refused', { status: 400 });
  });
  expect(await restored(portal, entries)).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
  subscribe.mockRestore();
  const pairs = await restored(portal, entries);
  expect(pairs.map(({ outcome }) => outcome)).toEqual(['restored', 'restored']);
});

test('if the developer makes another request at the same moment, neither is accepted', async () => {
  const portal = new FakePortal(APPLICATIONS);
  const entries = recordOf(new Map([['shop', 'active']]));
  portal.onCall = () => {
    // Between the read of the approvals and the request.
    const isBetween = entries.some(({ entry }) => entry === 'restore') && portal.find('till') === undefined;
    if (isBetween) portal.subscribe('dora', 'till');
    return undefined;
  };
  const [pair] = await restored(portal, entries);
  expect(pair).toMatchObject({ outcome: 'pending', why: 'this developer made other requests meanwhile' });
  expect(portal.rows.map(({ application, status }) => [application, status])).toEqual([
    ['till', 'pending'],
    ['shop', 'pending'],
  ]);
});

test('a request that the developer made again is not approved', async () => {
  const portal = new FakePortal(APPLICATIONS);
  portal.subscribe('dora', 'shop');
  const [pair] = await restored(portal, recordOf(new Map([['shop', 'active']])));
  expect(pair).toMatchObject({ outcome: 'pending' });
  expect(portal.accepted).toEqual([]);
});
