import { expect, test } from 'vitest';
import { portalContents } from '../support/portal-contents.ts';
import { atWorkplace, type Workplace } from '../support/run-adc.ts';
import { runs } from '../support/runs.ts';
import { randomRun } from './support/random-run.ts';
import { fileOf, liveName, seedOf, type World } from './support/world.ts';

const { numRuns } = runs(24);
const CONSENT =
  '--allow-subscription-loss --max-deletes 99 --allow-unauthenticated all --no-rename-check --format json';

/** The file that declares the products that are live before the run. */
function fileBefore({ changes }: World): string {
  return fileOf({
    changes: changes.flatMap((one) => {
      const { before } = one;
      return before === undefined ? [] : [{ name: liveName(one), before, after: before }];
    }),
  });
}

/** The contents of the portal, without subscriptions and unknown fields: a deleted and created product does not have them. */
function contents({ emulator }: Workplace): readonly object[] {
  return portalContents(emulator.store).map((one) => ({ ...one, subscriptions: null, extra: null }));
}

test(
  'with random portals, sync, undo and sync leave the portal unchanged, and a second undo edits nothing',
  { timeout: 60_000 + numRuns * 3_000 },
  async () => {
    for (let seed = 1; seed <= numRuns; seed += 1) {
      const { world } = randomRun(seed).setting;
      await atWorkplace({ seed: seedOf(world), switches: { externalLabels: 'keep' } }, async (place) => {
        const sync = async (text: string | undefined, more = ''): Promise<void> => {
          if (text !== undefined) await place.write({ 'api-products.yaml': text });
          const ran = await place.adc(`sync ${CONSENT}${more}`);
          expect(ran.exitCode, `seed ${seed}: ${ran.err}`).toBe(0);
        };
        await sync(fileBefore(world));
        const before = contents(place);
        await sync(fileOf(world), ' --record record.jsonl');
        const isChanged = JSON.stringify(contents(place)) !== JSON.stringify(before);
        if (!isChanged) return;
        const undone = await place.adc('undo record.jsonl');
        expect(undone.exitCode, `seed ${seed}: ${undone.err}`).toBe(0);
        const again = await place.adc('undo record.jsonl --format json');
        expect(JSON.parse(again.out).files, `seed ${seed}`).toEqual([]);
        await sync(undefined);
        expect(contents(place), `seed ${seed}`).toEqual(before);
      });
    }
  },
);
