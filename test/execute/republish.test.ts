import { describe, expect, test } from 'vitest';
import type { FaultAction } from '../../src/emulator/faults.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import { authGaps } from '../support/auth-gaps.ts';
import { atRepublish, seen } from '../support/republish.ts';
import { report } from '../support/command-results.ts';
import type { Workplace } from '../support/run-adc.ts';

const SYNC = 'sync --max-subscription-loss 2';
const dialects = ['path', 'query'] as const;

/** Adds a fault for the n-th write from now on. */
function breakWrite({ emulator }: Workplace, request: number, action: FaultAction, times = 1): void {
  emulator.faults.add({ on: { write: true, request }, times, do: action });
}

/** The headlines of the report about unfinished products. */
const headlinesIn = (out: string): readonly string[] =>
  [...out.matchAll(/^FAILED: (.*(?:\n {2}.*)*)/gm)].map(([, words = '']) => words.replaceAll(/\s+/g, ' '));

const REFUSED: FaultAction = { kind: 'status', status: 400 };

describe.each(dialects)('an update inside a republish is refused, in the %s dialect', (dialect) => {
  test('publishes the product again with its old auth, and reports that', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 2, REFUSED);
      const { exitCode, out } = await place.adc(`${SYNC} --dialect ${dialect}`);
      expect(exitCode).toBe(3);
      expect(seen(place)).toEqual({ status: 'published', header: 'apikey' });
      expect(out).toMatch(/"Payments API".*published again/);
    });
  });

  test('names failed and skipped steps, and counts their subscriptions once', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 2, REFUSED);
      const { exit_code, outcomes, summary } = await report(place, `${SYNC} --dialect ${dialect}`);
      expect(exit_code).toBe(3);
      expect(outcomes?.map(({ status }) => status)).toEqual(['done', 'failed', 'skipped']);
      expect(summary).toMatchObject({ subscriptions_ended: { active: 1, pending: 1, unknown: 0 } });
      expect(place.emulator.store.endedSubscriptions.length).toBe(2);
    });
  });

  test('the next sync completes it, and no other product loses subscriptions', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 2, REFUSED);
      await place.adc(`${SYNC} --dialect ${dialect}`);
      expect((await place.adc(`sync --dialect ${dialect}`)).exitCode).toBe(0);
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
      expect(place.emulator.store.endedSubscriptions.length).toBe(2);
    });
  });
});

describe('other failures inside a republish', () => {
  const outage: FaultAction = { kind: 'status', status: 500 };

  test('an update fails with 500: the product is published again with the old auth', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 2, outage);
      expect((await place.adc(SYNC)).exitCode).toBe(3);
      expect(seen(place)).toEqual({ status: 'published', header: 'apikey' });
    });
  });

  test('publishing fails: the product is a draft, that is reported, and the next sync finishes', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 3, outage, Infinity);
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +publish "Payments API"/);
      expect(seen(place).status).toBe('draft');
      place.emulator.faults.clear();
      expect((await place.adc('sync')).exitCode).toBe(0);
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
    });
  });

  test('everything after the unpublish is refused: the new draft status is reported', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 2, REFUSED, Infinity);
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(seen(place).status).toBe('draft');
      expect(out).toMatch(/"Payments API".*draft now/);
      expect(headlinesIn(out)).toEqual([
        '"Payments API" was unpublished and could not be published again ' +
          '"default/payments" accepts unauthenticated requests now ' +
          'Next: fix the cause below, then run the same command again to publish "Payments API"; ' +
          'until then, you can stop requests to this service at the gateway.',
      ]);
      place.emulator.faults.clear();
      expect((await place.adc('sync')).exitCode).toBe(0);
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
    });
  });

  test('the unpublish is refused: nothing is changed, and no subscription ends', async () => {
    await atRepublish({}, async (place) => {
      breakWrite(place, 1, REFUSED);
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(1);
      expect(seen(place)).toEqual({ status: 'published', header: 'apikey' });
      expect(out).not.toMatch(/failed:.*published again/);
      expect(headlinesIn(out)).toEqual([]);
      expect(place.emulator.store.endedSubscriptions).toEqual([]);
    });
  });

  test.each(['close-after', 'close-before'] as const)('each write has %s: the run succeeds', async (kind) => {
    for (const request of [1, 2, 3]) {
      await atRepublish({}, async (place) => {
        breakWrite(place, request, { kind });
        expect(await place.adc(SYNC)).toMatchObject({ exitCode: 0 });
        expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
        expect(place.emulator.store.endedSubscriptions.length).toBe(2);
      });
    }
  });
});

const ANSWERS: readonly Partial<Switches>[] = [
  {},
  { writeAnswer: 'empty' },
  { writeAnswer: 'id-only' },
  { putSemantics: 'merge' },
  { authEchoLocks: true },
  { readOnlyKeys: 'refuse' },
  { getReturnsOpenapi: 'raw_openapis' },
];

describe.each(ANSWERS)('the time without auth, on a server with %o', (switches) => {
  test.each(dialects)('lasts at most two round trips, in the %s dialect', async (dialect) => {
    await atRepublish({ switches }, async (place) => {
      const { journal } = place.emulator;
      expect((await place.adc(`${SYNC} --dialect ${dialect}`)).exitCode).toBe(0);
      const [off] = journal.effects('unpublished');
      const [on] = journal.effects('published');
      if (off === undefined || on === undefined) throw new Error('there was no window');
      const between = journal.requests.filter(({ n }) => n > off.request && n < on.request);
      expect(between.length).toBeLessThanOrEqual(1);
      expect(between.every(({ write }) => write)).toBe(true);
    });
  });

  test('is reported, with the services that had no product auth', async () => {
    await atRepublish({ switches }, async ({ adc, emulator }) => {
      const { out } = await adc(SYNC);
      expect(authGaps(emulator.journal).length).toBe(1);
      expect(out).toMatch(/was unpublished for \d+ ms.*default\/payments/);
    });
  });
});
