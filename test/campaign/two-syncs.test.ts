import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { atWorkplace, type Ran, type Workplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';
import { worldOfAllChanges } from './support/world-of-all-changes.ts';
import { Random } from './support/random.ts';
import { harm, shortfalls, strangers } from './support/portal-checks.ts';
import { fileOf, seedOf, unavoidableLoss, type Side, type World, KEEPING } from './support/world.ts';

/** Two programs run at once. The dialect identifies the program. */
type Dialect = 'path' | 'query';

const isBy = (dialect: Dialect, path: string): boolean =>
  path.startsWith('/api/portals/') === (dialect === 'path');
const sync = (place: Workplace, dialect: Dialect, file: string, more = ''): Promise<Ran> =>
  place.adc(`sync -f ${file} --dialect ${dialect} --timeout 60s --retry-timeout 60s ${more}`.trim());

/** Lets one request wait until another request calls `open`. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
}

describe('two runs at once', () => {
  test('of the same files, in any order of requests: no duplicates, no loss beyond the plan, and the next sync completes', async () => {
    const world = worldOfAllChanges();
    const consent = `--max-subscription-loss ${unavoidableLoss(world)} --allow-unauthenticated all --no-rename-check`;
    const results = Array.from({ length: runs(12).numRuns }, (_, seed) =>
      atWorkplace(
        { files: { 'a.yaml': fileOf(world) }, seed: seedOf(world), switches: KEEPING },
        async (place) => {
          const random = new Random(seed);
          const untouched = strangers(place.emulator);
          const stop = place.emulator.onRequest(async () => {
            for (let turns = random.below(30); turns > 0; turns -= 1) await setImmediate();
          });
          await Promise.all([
            sync(place, 'path', 'a.yaml', consent),
            sync(place, 'query', 'a.yaml', consent),
          ]);
          stop();
          expect(harm(world, place.emulator, untouched)).toEqual([]);
          expect(await sync(place, 'query', 'a.yaml', consent)).toMatchObject({ exitCode: 0 });
          expect([...shortfalls(world, place.emulator), ...harm(world, place.emulator, untouched)]).toEqual(
            [],
          );
        },
      ),
    );
    await Promise.all(results);
  });

  test('both create the same product: the second run deletes its own product and reports that', async () => {
    await atWorkplace(
      { files: { 'a.yaml': fileOf(FRESH) }, seed: seedOf(FRESH), switches: KEEPING },
      async (place) => {
        const first = gate();
        place.emulator.onRequest(async ({ method, path }) => {
          if (method === 'POST' && isBy('query', path)) await first.opened;
        });
        const second = sync(place, 'query', 'a.yaml');
        expect((await sync(place, 'path', 'a.yaml')).exitCode).toBe(0);
        first.open();
        const { exitCode, out } = await second;
        expect(exitCode).toBe(1);
        expect(out).toMatch(/failed: +create "Fresh".*at the same time/);
        expect(shortfalls(FRESH, place.emulator)).toEqual([]);
      },
    );
  });

  test('both create the same product at the same moment: both delete theirs, and the next sync creates it', async () => {
    await atWorkplace(
      { files: { 'a.yaml': fileOf(FRESH) }, seed: seedOf(FRESH), switches: KEEPING },
      async (place) => {
        const { emulator } = place;
        const [bothPlanned, bothExist] = [gate(), gate()];
        let posts = 0;
        emulator.onRequest(async ({ method, path }) => {
          if (method === 'POST') {
            posts += 1;
            if (posts === 2) bothPlanned.open();
            await bothPlanned.opened;
          }
          if (emulator.store.products.filter(({ fields }) => fields.name === 'Fresh').length > 1)
            bothExist.open();
          if (method === 'GET' && path.includes('search=Fresh')) await bothExist.opened;
        });
        const runs = [sync(place, 'path', 'a.yaml'), sync(place, 'query', 'a.yaml')];
        const codes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
        expect(codes.every((code) => code === 0)).toBe(false);
        expect((await sync(place, 'query', 'a.yaml')).exitCode).toBe(0);
        expect(shortfalls(FRESH, emulator)).toEqual([]);
      },
    );
  });

  test('one overwrites the changes of the other: the other reports that before it ends', async () => {
    const [one, other] = [edited('one'), edited('other')];
    const files = { 'one.yaml': fileOf(one), 'other.yaml': fileOf(other) };
    await atWorkplace({ files, seed: seedOf(one), switches: KEEPING }, async (place) => {
      const [read, written, overwritten] = [gate(), gate(), gate()];
      place.emulator.onRequest(async ({ method, path }) => {
        const isPut = method === 'PUT';
        if (isPut && isBy('query', path)) {
          read.open();
          await written.opened;
        }
        if (isPut && isBy('path', path)) await read.opened;
        const { desc } = place.emulator.store.product('p-0').fields;
        if (desc === 'one') written.open();
        if (desc === 'other') overwritten.open();
        if (desc === 'one' && isItem(path) && isBy('path', path)) await overwritten.opened;
      });
      const second = sync(place, 'query', 'other.yaml').finally(() => overwritten.open());
      const { exitCode, out } = await sync(place, 'path', 'one.yaml');
      expect(await second).toMatchObject({ exitCode: 0 });
      expect(exitCode).toBe(3);
      expect(out).toMatch(/failed: +update "Edited".*another client changed it or .*: desc/);
    });
  });
});

const isItem = (path: string): boolean => /\/p-0(\?|$)/.test(path);

const side = (desc: string): Side => ({
  type: 'gateway',
  status: 'published',
  header: 'apikey',
  services: ['s'],
  desc,
});
/** External: a gateway product's service would prevent a second creation. */
const FRESH: World = {
  changes: [{ name: 'Fresh', after: { ...side('fresh'), type: 'external', services: [] } }],
};

function edited(desc: string): World {
  return { changes: [{ name: 'Edited', before: side('before'), after: side(desc) }] };
}
