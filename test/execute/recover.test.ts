import { describe, expect, test } from 'vitest';
import type { Fault, FaultAction } from '../../src/emulator/faults.ts';
import { report } from '../support/command-results.ts';
import { atRepublish, seen } from '../support/republish.ts';
import type { Workplace } from '../support/run-adc.ts';

const SYNC = 'sync --max-subscription-loss 2';
const OLD = { status: 'published', header: 'apikey' };
const NEW = { status: 'published', header: 'x-key' };

/** A fault for the n-th PUT, or for several PUT requests from the n-th on. */
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

  test('the unpublish is applied, and its response is lost without a retry: the product is published again immediately', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(1, status(500, true)));
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/may have changed something; may have ended 1 active and 1 pending subscriptions/);
      expect(seen(place)).toEqual(OLD);
    });
  });

  test('the unpublish is applied, its response is lost, and the next write is refused: the product is published again immediately', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(1, { kind: 'close-after' }));
      place.emulator.faults.add(atPut(2, status(409)));
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(seen(place)).toEqual(OLD);
      expect(out).toMatch(/failed: +update "Payments API".*published again as it was/);
    });
  });

  test('the unpublish is applied and answered with a refusal: the product is published again', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(1, status(403, true)));
      const { exitCode, out } = await place.adc(SYNC);
      expect(seen(place)).toEqual(OLD);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +unpublish "Payments API".*403.*published again as it was/);
    });
  });

  test('the publish is refused: the product is published with the old auth, and the update is reported as undone', async () => {
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

  test('the result of the publish is unknown: only the publish is repeated', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(3, status(500)));
      expect(await statuses(place)).toEqual([0, 'done', 'done', 'done']);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('a publish is applied, its response is lost, and retries are refused: a read shows the published product', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.faults.add(atPut(3, status(500)));
      place.emulator.faults.add(atPut(4, status(500, true)));
      place.emulator.faults.add(atPut(5, status(403)));
      place.emulator.faults.add(atPut(6, status(403)));
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(seen(place)).toEqual(NEW);
      expect(out.replaceAll(/\s+/g, ' ')).toMatch(/but it is published: check it/);
      expect(out).not.toMatch(/it is a draft now/);
    });
  });

  const unreadableAfterPublish = async (place: Workplace, times: number) => {
    let puts = 0;
    place.emulator.onRequest(({ method }) => {
      if (method === 'PUT') puts += 1;
      if (method === 'PUT' && puts === 3)
        place.emulator.faults.add({ on: { method: 'GET' }, do: status(403), times });
    });
    return place.adc(SYNC);
  };

  test('the publish is applied, and the read after it fails: the unknown result is reported', async () => {
    await atRepublish({ ...options, switches: { writeAnswer: 'empty' } }, async (place) => {
      const { exitCode, out } = await unreadableAfterPublish(place, Infinity);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +publish "Payments API".*was written, but/);
      expect(out).toMatch(/unknown whether it is published/);
      expect(out).not.toMatch(/was unpublished for/);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test('the publish is applied, and the read after it fails once: the result is as planned', async () => {
    await atRepublish({ ...options, switches: { writeAnswer: 'empty' } }, async (place) => {
      const { exitCode, out } = await unreadableAfterPublish(place, 1);
      expect(out).toMatch(/was unpublished for/);
      expect(exitCode).toBe(0);
      expect(seen(place)).toEqual(NEW);
    });
  });

  test.each([
    ['can be read', 'so it is a draft now', 'accepts'],
    ['cannot be read', 'so it is unknown whether it is published', 'may accept'],
  ])(
    'the state of the server is unknown, and the product %s: the outcome is reported',
    async (can, words, open) => {
      await atRepublish(options, async (place) => {
        place.emulator.faults.add(atPut(2, status(500), Infinity));
        place.emulator.onRequest(({ method }) => {
          const readable = can === 'can be read' || method !== 'PUT';
          if (!readable)
            place.emulator.faults.add({ on: { method: 'GET' }, do: status(403), times: Infinity });
        });
        const { exitCode, out } = await place.adc(SYNC);
        expect(exitCode).toBe(3);
        expect(out.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`${words} \\(.*500.*\\)`));
        expect(out).toContain(`"default/payments" ${open} unauthenticated requests now`);
        place.emulator.faults.clear();
        expect((await place.adc('sync')).exitCode).toBe(0);
        expect(seen(place)).toEqual(NEW);
      });
    },
  );

  test('the server is gone after the unpublish was sent: the status of the product is reported as unknown', async () => {
    await atRepublish(options, async (place) => {
      place.emulator.onRequest(({ method }) => {
        if (method === 'PUT') place.emulator.faults.add({ on: {}, do: status(403), times: Infinity });
      });
      place.emulator.faults.add(atPut(1, { kind: 'close-before' }));
      const { exitCode, out } = await place.adc(SYNC);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/it is unknown whether "Payments API" is published/);
      expect(out).toContain('"default/payments" may accept unauthenticated requests now');
      expect(out).not.toMatch(/draft now/);
      expect(seen(place)).toEqual(OLD);
    });
  });

  test('an unpublish without auth after a refusal, and a failed read: the product is published again immediately', async () => {
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

  describe.each(['html', 'empty', 'json'] as const)(
    'a server that does nothing and answers 200, %s',
    (body) => {
      const pretended: FaultAction = { kind: 'status', status: 200, body };
      const DRAFT = { status: 'draft', header: expect.anything() as string };

      test('to a publish: the second attempt publishes the product', async () => {
        await atRepublish(options, async (place) => {
          place.emulator.faults.add(atPut(3, pretended));
          const { exitCode, out } = await place.adc(SYNC);
          expect(seen(place)).toEqual(NEW);
          expect(out).toMatch(/was unpublished for/);
          expect(exitCode).toBe(0);
        });
      });

      test('to every publish: no report claims that the product is published again', async () => {
        await atRepublish(options, async (place) => {
          place.emulator.faults.add(atPut(3, pretended, Infinity));
          const { exitCode, out } = await place.adc(SYNC);
          expect(exitCode).toBe(3);
          expect(seen(place)).toEqual(DRAFT);
          expect(out).toMatch(/it is a draft now/);
          expect(out).not.toMatch(/was unpublished for|it was published|published it/);
          place.emulator.faults.clear();
          expect((await place.adc('sync')).exitCode).toBe(0);
          expect(seen(place)).toEqual(NEW);
        });
      });

      test('to the publish after a refused update: no report claims that the product is published again', async () => {
        await atRepublish(options, async (place) => {
          place.emulator.faults.add(atPut(2, status(400)));
          // The first fault applies to the second PUT.
          place.emulator.faults.add(atPut(3, pretended, Infinity));
          const { exitCode, out } = await place.adc(SYNC);
          expect(exitCode).toBe(3);
          expect(seen(place)).toEqual(DRAFT);
          expect(out).toMatch(/it is a draft now/);
          expect(out).not.toMatch(/was unpublished for|it was published|published it/);
        });
      });

      test('to an unpublish: the product stays unchanged', async () => {
        await atRepublish(options, async (place) => {
          place.emulator.faults.add(atPut(1, pretended));
          expect((await place.adc(SYNC)).exitCode).toBe(3);
          expect(seen(place)).toEqual(OLD);
          expect(place.emulator.store.subscriptions.length).toBe(2);
        });
      });
    },
  );

  test('empty responses to writes, and a failed publish: no change by another client is reported', async () => {
    await atRepublish({ ...options, switches: { writeAnswer: 'empty' } }, async (place) => {
      place.emulator.faults.add(atPut(3, status(500)));
      expect(await place.adc(SYNC)).toMatchObject({ exitCode: 0 });
      expect(seen(place)).toEqual(NEW);
    });
  });

  test.each([
    ['html', false, 3],
    ['html', true, 0],
    ['empty', true, 0],
  ] as const)(
    'a deletion with response 200 and %s, applied: %s: exit code %i',
    async (body, after, exitCode) => {
      await atRepublish(options, async (place) => {
        await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
        place.emulator.faults.add({
          on: { method: 'DELETE' },
          do: { kind: 'status', status: 200, body, after },
        });
        const ran = await place.adc(`${SYNC} --max-deletes 1 --allow-unauthenticated all`);
        expect(ran).toMatchObject({ exitCode });
        expect(place.emulator.store.products.length).toBe(after ? 0 : 1);
        expect(/^sync changed .*deleted 1/m.test(ran.out)).toBe(after);
      });
    },
  );

  test('a deletion is applied, and no read is possible: a possible change is reported', async () => {
    await atRepublish(options, async (place) => {
      await place.write({ 'api-products.yaml': 'portal: default\napi_products: []\n' });
      place.emulator.onRequest(({ method }) => {
        if (method === 'DELETE')
          place.emulator.faults.add({ on: { method: 'GET' }, do: status(403), times: Infinity });
      });
      const { exitCode, out } = await place.adc(`${SYNC} --max-deletes 1 --allow-unauthenticated all`);
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +delete "Payments API"/);
      expect(place.emulator.store.products).toHaveLength(0);
    });
  });
});
