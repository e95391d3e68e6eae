import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { atRepublish, seen } from '../support/republish.ts';
import type { Workplace } from '../support/run-adc.ts';
import { parseFault, type Fault } from '../../src/emulator/faults.ts';
import { Draw } from './support/draw.ts';
import { lastRequest, wrongRequests, type Phase } from './support/restore-judge.ts';

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
  'sync with restore, restore and undo, killed at any moment and run again, bring back the same subscriptions and approve no other one',
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

/** Plays one story. Gives what should not be, judged by the journal and the tables of the server. */
async function played(seed: number): Promise<readonly string[]> {
  const draw = new Draw(seed);
  const found: string[] = [];
  await atRepublish({ backend: true, latencyMs: draw.oneOf([0, 2, 10]) }, async (place) => {
    const { store, faults } = place.emulator;
    populate(place);
    const phases: Phase[] = [];
    const run = async (line: string, kill?: Kill): Promise<number> => {
      const from = lastRequest(place);
      const args = line.split(' ');
      const code = await ran(place, args, kill);
      phases.push({ command: args[0] as Phase['command'], from, to: lastRequest(place) });
      return code;
    };
    for (let count = draw.below(3); count > 0; count -= 1) faults.add(drawnFault(draw));
    const first = run('sync --restore-subscriptions --record record.jsonl', drawnKill(draw));
    const hasStranger = draw.chance(50);
    if (hasStranger) {
      await delay(draw.below(LONGEST));
      if (seen(place).status === 'published') store.subscribe('stranger', 'Payments API');
    }
    await first;
    const rest = 'sync --allow-subscription-loss';
    let kills = draw.below(3);
    for (let kill = 0; kill < kills; kill += 1) await run('restore record.jsonl', drawnKill(draw));
    faults.clear();
    expect(await run(rest)).toBe(0);
    const code = await run('restore record.jsonl');
    const wasLost = code !== 1;
    found.push(...wrongIn(place, wasLost, hasStranger));
    for (kills = draw.below(3); kills > 0; kills -= 1)
      await run('undo record.jsonl', { ms: draw.below(LONGEST / 3) });
    if (wasLost && (await run('undo record.jsonl')) === 0) {
      expect(await run(rest)).toBe(0);
      if (seen(place).header !== 'apikey') found.push('undo and sync did not bring the header back');
      await run('restore record.jsonl');
    }
    found.push(...(await wrongRequests(place, phases)));
  });
  return found;
}

/** Beside shop, which is active, and mobile, which is pending: more of both, of two developers, and a stranger. */
function populate({ emulator: { store } }: Workplace): void {
  const dora = store.application('shop').developer_id;
  store.tables.developers.put({ ...store.tables.developers.get(dora)!, id: 'de-emil', name: 'emil' });
  store.addApplication('stranger', dora);
  store.addApplication('till', dora);
  store.addApplication('erp', 'de-emil');
  for (const name of ['till', 'erp']) store.subscribeActively(name, 'Payments API');
}

const FAULTS: readonly string[] = ['429', '500', '502-after', 'close-before', 'close-after'];
const REQUESTS = ['POST /api/subscriptions', 'POST /api/approvals/*', 'GET /api/subscriptions', 'write'];

/** Goes wrong on the way to the backend or, less often, to the Admin API. */
function drawnFault(draw: Draw): Fault {
  return parseFault(`${draw.oneOf(REQUESTS)} #${1 + draw.below(4)}: ${draw.oneOf(FAULTS)}`);
}

/** When a process is killed: after so many milliseconds, or as its n-th request comes in, which the server still carries out. */
type Kill = { readonly ms: number } | { readonly request: number };

function drawnKill(draw: Draw): Kill {
  return draw.chance(50) ? { ms: draw.below(LONGEST) } : { request: 1 + draw.below(60) };
}

/** What the tables of the server hold that no restore may leave there. */
function wrongIn(
  { emulator: { store } }: Workplace,
  wasLost: boolean,
  hasStranger: boolean,
): readonly string[] {
  const rows = store.subscriptions.map(({ application_id: id, status }) => ({
    name: store.tables.applications.get(id)?.name ?? '',
    status,
  }));
  const statusOf = (name: string) => rows.find((row) => row.name === name)?.status;
  // Beside another request of the same developer, no one can say which approval is whose.
  const isBack = (name: string): boolean =>
    statusOf(name) === 'subscribed' || (hasStranger && name !== 'erp' && statusOf(name) !== undefined);
  const wrong: readonly (readonly [boolean, string])[] = [
    [new Set(rows.map(({ name }) => name)).size < rows.length, 'an application is subscribed twice'],
    ...['shop', 'till', 'erp'].map((name) => [wasLost && !isBack(name), `${name} is not back`] as const),
    [wasLost && statusOf('mobile') === undefined, 'mobile is not back'],
    [statusOf('mobile') === 'subscribed', 'mobile was approved'],
    [statusOf('stranger') === 'subscribed', 'the stranger was approved'],
    [store.product('Payments API').fields.status !== 'published', 'the product is not on the portal'],
  ];
  return wrong.filter(([holds]) => holds).map(([, words]) => words);
}

/** Runs the program as a process, and kills it if so drawn. Gives its exit code, -1 for a killed one. */
async function ran(place: Workplace, args: readonly string[], kill?: Kill): Promise<number> {
  const { emulator, folder } = place;
  const { url, token, backendUrl = '', portalToken } = emulator;
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
    cwd: folder,
    env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const end = (): void => void child.kill('SIGKILL');
  let requests = 0;
  const stop = emulator.onRequest(() => {
    requests += 1;
    if (kill !== undefined && 'request' in kill && requests === kill.request) end();
  });
  if (kill !== undefined && 'ms' in kill) void delay(kill.ms, undefined, { ref: false }).then(end);
  const [code] = (await ended) as [number | null];
  stop();
  return code ?? -1;
}
