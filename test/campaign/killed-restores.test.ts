import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { atRepublish, seen } from '../support/republish.ts';
import type { Workplace } from '../support/run-adc.ts';
import { Draw } from './support/draw.ts';

/** `npm run campaign -- --restores` sets these; a test run alone plays one, the same each time. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '1');
/** How long a run takes, in milliseconds: kills come at any point of it. */
const LONGEST = 900;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

test(
  'sync with restore, restore and undo, each killed at any moment and run again: the same subscriptions, and no other one is approved',
  { timeout: 120_000 + RUNS * 20_000 },
  async () => {
    const broken: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS && broken.length === 0; seed += 1) {
      const found = await played(seed);
      if (found.length > 0) broken.push(`npm run campaign -- --restores --runs 1 --seed ${seed}`, ...found);
    }
    process.stdout.write(`campaign: seeds ${FIRST} to ${FIRST + RUNS - 1} of killed restores\n`);
    expect(broken.join('\n')).toBe('');
  },
);

/** Plays one story. Gives what the portal holds that it should not, judged by its own tables. */
async function played(seed: number): Promise<readonly string[]> {
  const draw = new Draw(seed);
  const found: string[] = [];
  await atRepublish({ backend: true, latencyMs: draw.oneOf([0, 2, 10]) }, async (place) => {
    const { store } = place.emulator;
    store.tables.applications.put({ ...store.application('shop'), id: 'ab-stranger', name: 'stranger' });
    const record = ['--record', 'record.jsonl'];
    const first = run(place, ['sync', '--restore-subscriptions', ...record], draw.below(LONGEST));
    if (draw.chance(50)) {
      await delay(draw.below(LONGEST));
      if (seen(place).status === 'published') store.subscribe('stranger', 'Payments API');
    }
    await first;
    const rest = ['sync', '--allow-subscription-loss'];
    expect(await run(place, rest)).toBe(0);
    const restore = ['restore', 'record.jsonl'];
    const kills = draw.below(3);
    for (let kill = 0; kill < kills; kill += 1) await run(place, restore, draw.below(LONGEST));
    const code = await run(place, restore);
    const wasLost = code !== 1;
    found.push(...wrongIn(place, wasLost));
    for (let kill = 0; kill < kills; kill += 1)
      await run(place, ['undo', 'record.jsonl'], draw.below(LONGEST / 3));
    if (wasLost && (await run(place, ['undo', 'record.jsonl'])) === 0) {
      expect(await run(place, rest)).toBe(0);
      if (seen(place).header !== 'apikey') found.push('undo and sync did not bring the header back');
    }
  });
  return found;
}

/** What the tables of the server hold that no restore may leave there. */
function wrongIn({ emulator: { store } }: Workplace, wasLost: boolean): readonly string[] {
  const rows = store.subscriptions.map(({ application_id: id, status }) => ({
    name: store.tables.applications.get(id)?.name ?? '',
    status,
  }));
  const statusOf = (name: string) => rows.find((row) => row.name === name)?.status;
  const wrong: readonly (readonly [boolean, string])[] = [
    [new Set(rows.map(({ name }) => name)).size < rows.length, 'an application is subscribed twice'],
    // Its approval may be pending at a kill beside another one of the developer: then no one can say which is whose.
    [wasLost && statusOf('shop') === undefined, 'shop is not back'],
    [statusOf('mobile') === 'subscribed', 'mobile was approved'],
    [statusOf('stranger') === 'subscribed', 'the stranger was approved'],
    [store.product('Payments API').fields.status !== 'published', 'the product is not on the portal'],
  ];
  return wrong.filter(([holds]) => holds).map(([, words]) => words);
}

/** Runs the program as a process; kills it after so many milliseconds. Gives its exit code, -1 for a killed one. */
async function run(place: Workplace, args: readonly string[], killAfter?: number): Promise<number> {
  const { url, token, backendUrl = '', portalToken } = place.emulator;
  const env = {
    PATH: process.env['PATH'],
    CI: '1',
    ADC_SERVER: url,
    ADC_TOKEN: token,
    ADC_PORTAL_SERVER: backendUrl,
    ADC_PORTAL_TOKEN: portalToken,
  };
  const options = args.includes('undo') ? [] : ['--retry-timeout', '5s'];
  const child = spawn(process.execPath, [program.file, ...args, ...options], {
    cwd: place.folder,
    env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  if (killAfter !== undefined)
    void delay(killAfter, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
  const [code] = (await ended) as [number | null];
  return code ?? -1;
}
