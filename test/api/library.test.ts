import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { diff, dump, InternalError, sync, type SyncOptions } from '../../src/index.ts';
import { PAYMENTS } from '../support/product-files.ts';
import { atRepublish, seen } from '../support/republish.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';

const optionsFor = ({ folder, emulator }: Workplace): SyncOptions => ({
  files: ['api-products.yaml'],
  cwd: folder,
  server: emulator.url,
  token: emulator.token,
});

const atPayments = (use: (place: Workplace) => Promise<void>): Promise<void> =>
  atWorkplace({ files: { 'api-products.yaml': PAYMENTS } }, use);

describe('an undefined option has its default', () => {
  test('of the connection and of the files', async () => {
    await atPayments(async (place) => {
      const none = {
        portal: undefined,
        concurrency: undefined,
        timeoutMs: undefined,
        retryTimeoutMs: undefined,
        dialect: undefined,
        authScheme: undefined,
        tlsSkipVerify: undefined,
        proxy: undefined,
        onWarning: undefined,
        signal: undefined,
        variables: undefined,
        scope: undefined,
        consent: undefined,
        approve: undefined,
        onOutcome: undefined,
        onProgress: undefined,
      };
      const { outcomes } = await sync({ ...optionsFor(place), ...none });
      expect(outcomes.map(({ status }) => status)).toEqual(['done', 'done']);
      const layout = { ...none, portal: 'default', withId: undefined, names: undefined, include: undefined };
      expect(await dump({ ...optionsFor(place), ...layout })).toMatchObject({ products: 1 });
    });
  });

  test('of the scope: written products get the owner label', async () => {
    await atPayments(async (place) => {
      await sync({ ...optionsFor(place), scope: { managedByLabel: undefined, selector: undefined } });
      const { labels } = place.emulator.store.product('Payments API').fields;
      expect(labels).toEqual({ 'managed-by': 'adc' });
    });
  });

  test('of the consent: no subscription may end', async () => {
    await atRepublish({}, async (place) => {
      const consent = { subscriptionLoss: undefined, renameCheck: undefined, maxDeletes: undefined };
      const { refused, outcomes } = await sync({ ...optionsFor(place), consent });
      expect(refused).toMatchObject([{ code: 'subscription-loss' }]);
      expect(outcomes).toEqual([]);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });
});

describe('a number out of range is refused before the first request', () => {
  test.each([
    { concurrency: 0 },
    { concurrency: NaN },
    { timeoutMs: 0 },
    { retryTimeoutMs: Infinity },
    { consent: { subscriptionLoss: NaN } },
    { consent: { maxDeletes: { percent: NaN } } },
  ])('%o', async (wrong) => {
    await atRepublish({}, async (place) => {
      await expect(sync({ ...optionsFor(place), ...wrong })).rejects.toMatchObject({
        name: 'UsageError',
        message: expect.stringMatching(/must be a number/),
      });
      expect(place.emulator.journal.requests).toEqual([]);
    });
  });
});

describe('an internal error', () => {
  test.each(['onOutcome', 'onProgress'])('in %s contains the plan and the outcomes', async (callback) => {
    await atRepublish({}, async (place) => {
      const bug = new TypeError('of ours');
      const fail = (): void => {
        throw bug;
      };
      const consent = { subscriptionLoss: 2 };
      const error = await sync({ ...optionsFor(place), consent, [callback]: fail }).catch(
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof InternalError)) throw new Error('expected an InternalError', { cause: error });
      expect(error.cause).toBe(bug);
      expect(error.result.plan?.steps).toHaveLength(3);
      expect(error.result.outcomes.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
      expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
    });
  });
});

test('an internal error of the command is reported with the outcomes', async () => {
  await atRepublish({}, async (place) => {
    let failed = false;
    const failOnce = (text: string): void => {
      if (failed || !text.startsWith('[1/3]')) return;
      failed = true;
      throw new TypeError('of ours');
    };
    const { out, err } = await place.adc('sync --max-subscription-loss 2', { err: failOnce });
    expect(err).toMatch(/this is a bug in adc: TypeError: of ours/);
    expect(err).toMatch(/^hint: Report it .*\/issues \(adc \d+\.\d+\.\d+, Node\.js \d+/m);
    expect(out).toMatch(/updated 1, unpublished 1, published 1/);
    expect(seen(place)).toEqual({ status: 'published', header: 'x-key' });
  });
});

describe('the plan is approved before the first write', () => {
  test('a plan that is not approved is not applied', async () => {
    await atPayments(async (place) => {
      const { plan, outcomes } = await sync({ ...optionsFor(place), approve: () => false });
      expect(plan?.steps).toHaveLength(2);
      expect(outcomes).toEqual([]);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });
});

describe('the signal', () => {
  test('has no listeners after a run has ended, even a failed one', async () => {
    await atPayments(async (place) => {
      const { signal } = new AbortController();
      await diff({ ...optionsFor(place), signal });
      await diff({ ...optionsFor(place), signal, token: 'wrong' }).catch(() => undefined);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
  });

  test('stops adc while it reads', async () => {
    await atPayments(async (place) => {
      const signal = AbortSignal.abort();
      await expect(sync({ ...optionsFor(place), signal })).rejects.toThrow(/interrupted/);
      expect(place.emulator.journal.writes()).toEqual([]);
    });
  });
});

describe('options that JavaScript does not check are an error that names them', () => {
  test.each([
    [undefined, 'the option server must be a string that is not empty'],
    [{ server: 'http://127.0.0.1:1' }, 'the option token must be a string that is not empty'],
    [{ server: 'http://127.0.0.1:1', token: '' }, 'the option token must be a string that is not empty'],
    [
      { server: 'http://127.0.0.1:1', token: 'a7ee-dev', files: 'api-products.yaml' },
      'the option files must be an array of strings',
    ],
  ])('%j', async (options, message) => {
    for (const call of [diff, sync, dump])
      await expect(call(options as unknown as SyncOptions)).rejects.toMatchObject({
        name: 'UsageError',
        message,
      });
  });
});

test.each<[object, string, string | undefined]>([
  [{ noDelete: true }, 'there is no option "noDelete"', 'Did you mean scope.noDelete?'],
  [{ scope: { nodelete: true } }, 'there is no option "scope.nodelete"', 'Did you mean scope.noDelete?'],
  [{ file: ['x'] }, 'there is no option "file"', 'Did you mean files?'],
  [{ consent: { losses: 1 } }, 'there is no option "consent.losses"', undefined],
])(
  'sync refuses the unknown option %j before it deletes what the option should keep',
  async (more, message, hint) => {
    await atPayments(async (place) => {
      const options = { ...optionsFor(place), ...more } as unknown as SyncOptions;
      await expect(sync(options)).rejects.toMatchObject({ name: 'UsageError', message, hint });
      expect(place.emulator.journal.requests).toEqual([]);
    });
  },
);
