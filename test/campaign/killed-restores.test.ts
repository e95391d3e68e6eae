import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { atRepublish, seen } from '../support/republish.ts';
import type { Workplace } from '../support/run-adc.ts';
import { parseFault, type Fault } from '../../src/emulator/faults.ts';
import { Draw } from './support/random.ts';
import {
  lastRequest,
  recordedSubscriptions,
  subscribedByRequest,
  wrongRequests,
  type Phase,
} from './support/restore-checks.ts';

/** `npm run campaign -- --restores` sets these; a test run alone plays one, the same each time. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '1');
/** About how many requests a sync with restore sends, and how many of them come before the first write. */
const [ALL, CHECKS] = [75, 40] as const;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

test(
  'sync with restore, restore and undo, killed at any moment and run again, bring back the same subscriptions and approve no other one',
  { timeout: 120_000 + RUNS * 60_000 },
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
    const { faults } = place.emulator;
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
    const hasStranger = draw.chance(50);
    if (hasStranger) strangerAt(place, draw);
    await run(
      'sync --restore-subscriptions --record record.jsonl',
      draw.chance(70)
        ? {
            request: draw.chance(80) ? CHECKS + draw.below(ALL - CHECKS) : 1 + draw.below(CHECKS),
            ms: draw.below(9),
          }
        : undefined,
    );
    const rest = 'sync --allow-subscription-loss';
    let kills = draw.below(3);
    for (; kills > 0; kills -= 1)
      await run('restore record.jsonl', { request: 1 + draw.below(ALL - CHECKS), ms: draw.below(9) });
    faults.clear();
    const restored = subscribedByRequest(place);
    const rows = place.emulator.store.subscriptions.length;
    expect(await run(rest)).toBe(0);
    // Consent ended what a restore had brought back; it is not to be brought back again.
    const endedAgain = place.emulator.store.subscriptions.length < rows ? restored : [];
    await run('restore record.jsonl');
    found.push(...(await wrongIn(place, hasStranger, endedAgain)));
    for (kills = draw.below(3); kills > 0; kills -= 1)
      await run('undo record.jsonl', { change: 1 + draw.below(4), ms: draw.below(3) });
    if ((await run('undo record.jsonl')) === 0) {
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

/** An application of the developer that the restore acts for subscribes as one of the requests of a restore comes in. */
function strangerAt(place: Workplace, draw: Draw): void {
  const { emulator } = place;
  const onlySubscribing = draw.chance(70);
  let left = 1 + draw.below(onlySubscribing ? 3 : 60);
  const stop = emulator.onRequest(({ backend, method, path }) => {
    if (backend === undefined || (onlySubscribing && `${method} ${path}` !== REQUESTS[0])) return;
    left -= 1;
    if (left > 0 || seen(place).status !== 'published') return;
    emulator.store.subscribe('stranger', 'Payments API');
    stop();
  });
}

const FAULTS: readonly string[] = ['429', '500', '502-after', 'close-before', 'close-after'];
const REQUESTS = ['POST /api/subscriptions', 'POST /api/approvals/*', 'GET /api/subscriptions', 'write'];

/** Goes wrong on the way to the backend or, less often, to the Admin API. */
function drawnFault(draw: Draw): Fault {
  return parseFault(`${draw.oneOf(REQUESTS)} #${1 + draw.below(4)}: ${draw.oneOf(FAULTS)}`);
}

/** A process is killed so many milliseconds after its n-th request came in, or its n-th change of the folder. */
type Kill = { readonly ms: number } & ({ readonly request: number } | { readonly change: number });

/** What the tables of the server hold that no restore may leave there. */
async function wrongIn(
  place: Workplace,
  hasStranger: boolean,
  endedAgain: readonly string[],
): Promise<readonly string[]> {
  const { store } = place.emulator;
  const rows = store.subscriptions.map(({ application_id: id, status }) => ({
    name: store.tables.applications.get(id)?.name ?? '',
    status,
  }));
  const statusOf = (name: string) => rows.find((row) => row.name === name)?.status;
  // Beside another request of the same developer, no one can say which approval is whose.
  const isBack = (name: string, was: string): boolean =>
    was === 'active' && (name === 'erp' || !hasStranger)
      ? statusOf(name) === 'subscribed'
      : statusOf(name) !== undefined;
  const all = [...(await recordedSubscriptions(place))];
  const recorded = all.filter(([name]) => !endedAgain.includes(name));
  const wrong: readonly (readonly [boolean, string])[] = [
    [new Set(rows.map(({ name }) => name)).size < rows.length, 'an application is subscribed twice'],
    ...recorded.map(([name, was]) => [!isBack(name, was), `${name} is not back`] as const),
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
  const countdown = (start = Infinity): (() => void) => {
    let left = start;
    return () => {
      left -= 1;
      if (left === 0) void delay(kill?.ms, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
    };
  };
  const { request, change }: { readonly request?: number; readonly change?: number } = kill ?? {};
  const stop = emulator.onRequest(countdown(request));
  const watcher = watch(folder, countdown(change));
  const [code] = (await once(child, 'exit')) as [number | null];
  stop();
  watcher.close();
  return code ?? -1;
}
