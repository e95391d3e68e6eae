/**
 * Each folder here is a sentence about `adc`: product files, commands and what somebody does on the portal
 * (`scenario.yaml`), and for each dialect of the Admin API the transcript of all that was said and every write that was
 * sent (`path.golden.txt`, `query.golden.txt`). The transcripts are read as documentation: when one changes, read it.
 *
 *     ADC_UPDATE_GOLDENS=1 npx vitest run test/scenarios      writes the transcripts anew
 *
 * Each scenario also ends the same way on servers of other habits: each value of each switch of the embedded Admin API
 * that the client must survive. A run tries a third of them with each scenario, another third with the next one; with
 * `ADC_TEST_RUNS=2` or more it tries all of them with every scenario, in both dialects.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Held } from '../support/portal-contents.ts';
import { runs } from '../support/runs.ts';
import { play, readScenario, type Played, type Scenario } from '../support/scenario.ts';
import { SWITCH_VALUES, switchesOf } from '../support/switch-values.ts';
import { transcript } from '../support/transcript.ts';

const HERE = new URL('.', import.meta.url).pathname;
const names = readdirSync(HERE).filter((name) => existsSync(join(HERE, name, 'scenario.yaml')));
const DIALECTS = ['path', 'query'] as const;
type Dialect = (typeof DIALECTS)[number];

describe.each(names)('%s', (name) => {
  const folder = join(HERE, name);
  const scenario = readScenario(folder);

  test.each(DIALECTS)(`${scenario.says} In the %s dialect.`, async (dialect) => {
    const said = transcript(scenario, await play(folder, dialect, {}));
    const golden = join(folder, `${dialect}.golden.txt`);
    if (process.env['ADC_UPDATE_GOLDENS'] === '1') writeFileSync(golden, said);
    expect(said).toBe(readFileSync(golden, 'utf8'));
  });

  const endings = new Map<string, object>();
  beforeAll(async () => {
    for (const dialect of DIALECTS) endings.set(dialect, ending(await play(folder, dialect, {})));
  });

  test.each(chosen(names.indexOf(name), scenario))(
    'D1 X5 ends the same way with %s (%s)',
    async (setting, dialect) => {
      const played = await play(folder, dialect, switchesOf(setting));
      expect(ending(played)).toEqual(endings.get(dialect));
    },
  );
});

/** Which switches a scenario is tried with, and in which dialect. */
function chosen(index: number, { differs = {} }: Scenario): readonly (readonly [string, Dialect])[] {
  const all = runs(1).numRuns > 1;
  const values = SWITCH_VALUES.filter(
    (setting, at) => (all || (at + index) % 3 === 0) && !(setting in differs),
  );
  const dialects = (at: number): readonly Dialect[] =>
    all ? DIALECTS : DIALECTS.filter((_, place) => place === at % 2);
  return values.flatMap((setting, at) => dialects(at).map((dialect) => [setting, dialect] as const));
}

test('there are scenarios, and no exception is left over', () => {
  const excepted = names.flatMap((name) => Object.keys(readScenario(join(HERE, name)).differs ?? {}));
  expect(names.length).toBeGreaterThan(10);
  expect(excepted.filter((setting) => !SWITCH_VALUES.includes(setting))).toEqual([]);
});

/** How a scenario ended: the exit codes, and what the portal holds, but for what only some servers keep. */
function ending({ told, contents, endedSubscriptions }: Played) {
  return {
    exitCodes: told.map(({ command, exitCode }) => `${command}: ${exitCode}`),
    contents: contents.map(onEveryServer),
    endedSubscriptions,
  };
}

/** Fields without a document and labels of external products are kept by some servers alone. */
function onEveryServer(held: Held): object {
  const scarce = held.type === 'external' ? ['extra', 'labels'] : ['extra'];
  return Object.fromEntries(Object.entries(held).filter(([field]) => !scarce.includes(field)));
}
