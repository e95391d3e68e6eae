/**
 * Each folder here is a sentence about `adc`: product files, commands and what users do on the portal
 * (`scenario.yaml`), and for each dialect of the Admin API the transcript of all that was said and every write that was
 * sent (`path.golden.txt`, `query.golden.txt`). The transcripts are read as documentation: when one changes, read it.
 *
 *     ADC_UPDATE_GOLDENS=1 npx vitest run test/scenarios      writes the transcripts again
 *
 * Each scenario also ends the same way on servers of other habits: with each value of each switch of the embedded Admin
 * API that a client must survive. Each value meets an eighth of the scenarios, half of them in each dialect; with
 * `ADC_TEST_RUNS=2` or more every scenario meets every value in both dialects.
 * What a scenario names as different must be so, and must not end more subscriptions.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Held } from '../support/portal-contents.ts';
import { runs } from '../support/runs.ts';
import { play, readScenario, type Played } from '../support/scenario.ts';
import { SWITCH_VALUES, switchesOf } from '../support/switch-values.ts';
import { transcript } from '../support/transcript.ts';

const HERE = new URL('.', import.meta.url).pathname;
const NAMES = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, 'scenario.yaml')));
const DIALECTS = ['path', 'query'] as const;
type Dialect = (typeof DIALECTS)[number];

/** The tests of one dialect. Each dialect has a test file, so that they run in parallel. */
export function playAll(dialect: Dialect): void {
  describe.each(NAMES)('%s', (name) => {
    const folder = join(HERE, name);
    const scenario = readScenario(folder);
    let usual: Played;
    beforeAll(async () => void (usual = await play(folder, dialect, {})));

    test(`${scenario.says} In the ${dialect} dialect.`, () => {
      const said = transcript(scenario, usual);
      const golden = join(folder, `${dialect}.golden.txt`);
      if (process.env['ADC_UPDATE_GOLDENS'] === '1') writeFileSync(golden, said);
      expect(said).toBe(readFileSync(golden, 'utf8'));
    });

    const { differs = {} } = scenario;
    const values = valuesFor(NAMES.indexOf(name), dialect);
    const [others, same] = [true, false].map((is) => values.filter((value) => value in differs === is));

    test.concurrent.each(same ?? [])(`ends the same way with %s (${dialect})`, async (setting) => {
      expect(ending(await play(folder, dialect, switchesOf(setting)))).toEqual(ending(usual));
    });

    test.concurrent.each(others ?? [])(
      `ends in another way with %s, and safely (${dialect})`,
      async (setting) => {
        const played = await play(folder, dialect, switchesOf(setting));
        expect(ending(played)).not.toEqual(ending(usual));
        expect(played.endedSubscriptions).toBeLessThanOrEqual(usual.endedSubscriptions);
      },
    );
  });

  test('there are scenarios, and no exception is left over', () => {
    const excepted = NAMES.flatMap((name) => Object.keys(readScenario(join(HERE, name)).differs ?? {}));
    expect(NAMES.length).toBeGreaterThan(10);
    expect(excepted.filter((setting) => !SWITCH_VALUES.includes(setting))).toEqual([]);
  });
}

/** The values of switches that the scenario at a place meets in a dialect. */
function valuesFor(place: number, dialect: Dialect): readonly string[] {
  if (runs(1).numRuns > 1) return SWITCH_VALUES;
  return SWITCH_VALUES.filter((_, at) => (place + at) % 16 === DIALECTS.indexOf(dialect));
}

/** The result of a scenario: the exit codes and the contents of the portal, without fields that only some servers keep. */
function ending({ told, contents, endedSubscriptions }: Played) {
  return {
    exitCodes: told.map(({ command, exitCode }) => `${command}: ${exitCode}`),
    contents: contents.map(onEveryServer),
    endedSubscriptions,
  };
}

/** Only some servers keep unknown fields and labels of external products. */
function onEveryServer(held: Held): object {
  const scarce = held.type === 'external' ? ['extra', 'labels'] : ['extra'];
  return Object.fromEntries(Object.entries(held).filter(([field]) => !scarce.includes(field)));
}
