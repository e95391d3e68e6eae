import { describe, expect, test } from 'vitest';
import type { Fault, FaultAction } from '../../src/emulator/faults.ts';
import { report } from '../support/refusal.ts';
import { atRepublish, seen } from '../support/republish.ts';
import type { Workplace } from '../support/run-adc.ts';

const SYNC = 'sync --max-subscription-loss 2';
const OLD = { status: 'published', header: 'apikey' };
const NEW = { status: 'published', header: 'x-key' };

/** What goes wrong with the n-th PUT, or from it on. */
const atPut = (request: number, action: FaultAction, times = 1): Fault => ({
  on: { method: 'PUT', request },
  do: action,
  times,
});
const status = (code: number, after = false): FaultAction => ({ kind: 'status', status: code, after });

async function statuses(place: Workplace): Promise<readonly unknown[]> {
  const { exit_code, outcomes } = await report(place, SYNC);
  return [exit_code, ...(outcomes?.map((one) => one.status) ?? [])];
}

describe.each(['path', 'query'] as const)('in the %s dialect', (dialect) => {
  const options = { dialects: [dialect] } as const;

  test('X2 the unpublish is done, and its answer is lost in a way that is not tried again: back at once', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(1, status(500, true)));
      expect(await statuses(place)).toEqual([3, 'failed', 'skipped', 'skipped']);
      expect(seen(place)).toEqual(OLD);
    });
  });

  test('X2 the unpublish is done, its answer is lost, and its repetition is refused: back at once', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(1, { kind: 'close-after' }));
      place.emulator.faults.add(atPut(2, status(409)));
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(seen(place)).toEqual(OLD);
      expect(out).toMatch(/failed: +unpublish "Payments API".*published again as it was/);
    });
  });

  test('X2 the publish is refused: back with the old auth, and the update is told as undone', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(3, status(403)));
      const { exit_code, outcomes } = await report(place, SYNC);
      expect([exit_code, ...(outcomes?.map((one) => one.status) ?? [])]).toEqual([
        3,
        'done',
        'failed',
        'failed',
      ]);
      expect(outcomes?.at(-1)?.error).toMatch(/published again as it was/);
      expect(seen(place)).toEqual(OLD);
      expect((await place.adc('sync')).exitCode).toBe(0);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('X2 what became of the publish is not known: it is sent again, and that is all', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(3, status(500)));
      expect(await statuses(place)).toEqual([0, 'done', 'done', 'done']);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('X2 the publish is done, and reading afterwards fails: it is on the portal, and that nobody saw it is said', async () => {
    await atRepublish({ ...options, switches: { writeAnswer: 'empty' } }, async (place) => {
      let puts = 0;
      place.emulator.onRequest(({ method }) => {
        if (method === 'PUT') puts += 1;
        if (puts === 3) place.emulator.faults.add({ on: { method: 'GET' }, do: status(403) });
      });
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +publish "Payments API".*was written, but/);
      expect(out).toMatch(/off the portal for/);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('X2 nobody knows what the server does any more: that is said', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(2, status(500), Infinity));
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/whether it is on the portal is not known/);
      place.emulator.faults.clear();
      expect((await place.adc('sync')).exitCode).toBe(0);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('X2 a server that refuses the echo of auth takes the unpublish without it, and can not be read: back at once', async () => {
    const switches = { authEchoLocks: true, writeAnswer: 'empty' } as const;
    await atRepublish({ ...options, switches }, async (place) => {
      let puts = 0;
      place.emulator.onRequest(({ method }) => {
        if (method === 'PUT') puts += 1;
        if (puts === 2) place.emulator.faults.add({ on: { method: 'GET' }, do: status(403) });
      });
      expect((await place.adc(SYNC)).exitCode).toBe(3);
      expect(seen(place)).toEqual(OLD);
    });
  });
});
