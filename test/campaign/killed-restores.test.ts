import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { buildProgram, type BuiltProgram } from '../support/built-program.ts';
import { atRepublish, seen } from '../support/republish.ts';
import type { Workplace } from '../support/run-adc.ts';
import { parseFault, type Fault } from '../../src/emulator/faults.ts';
import { Random } from './support/random.ts';
import {
  hasRecordedProduct,
  lastRequest,
  recordedSubscriptions,
  subscribedByRequest,
  wrongRequests,
  type Phase,
} from './support/restore-checks.ts';

/** `npm run campaign -- --restores` sets these variables. Without them, the test runs one fixed seed. */
const FIRST = Number(process.env['ADC_CAMPAIGN_SEED'] ?? '1');
const RUNS = Number(process.env['ADC_CAMPAIGN_RUNS'] ?? '1');
/** The approximate number of requests of a sync with restore, and of its requests before the first write. */
const [ALL, CHECKS] = [75, 40] as const;

let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram();
});

test(
  'sync with restore, restore and undo, killed at any moment and run again, restore the same subscriptions and approve no other',
  { timeout: 120_000 + RUNS * 60_000 },
  async () => {
    const broken: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS && broken.length === 0; seed += 1) {
      const found = await violationsOf(seed).catch((error: unknown) => [String(error)]);
      if (found.length > 0) broken.push(`npm run campaign -- --restores --runs 1 --seed ${seed}`, ...found);
    }
    process.stdout.write(`campaign: seeds ${FIRST} to ${FIRST + RUNS - 1} of killed restores\n`);
    expect(broken.join('\n')).toBe('');
  },
);

/** Runs one seed. Returns the violations, found in the journal and the tables of the server. */
async function violationsOf(seed: number): Promise<readonly string[]> {
  const random = new Random(seed);
  const found: string[] = [];
  await atRepublish({ backend: true, latencyMs: random.oneOf([0, 2, 10]) }, async (place) => {
    const { faults } = place.emulator;
    populate(place);
    const phases: Phase[] = [];
    const run = async (line: string, kill?: Kill): Promise<number> => {
      const from = lastRequest(place);
      const args = line.split(' ');
      const { code } = await runProcess(place, args, kill);
      phases.push({ command: args[0] as Phase['command'], from, to: lastRequest(place) });
      return code;
    };
    const sync = async (): Promise<void> => {
      const from = lastRequest(place);
      const { code, output } = await runProcess(place, ['sync', '--allow-subscription-loss']);
      phases.push({ command: 'sync', from, to: lastRequest(place) });
      if (code !== 0) found.push(`a sync ended with ${code}: ${output}`);
    };
    for (let count = random.below(3); count > 0; count -= 1) faults.add(randomFault(random));
    const hasOther = random.chance(50);
    if (hasOther) subscribeOther(place, random);
    await run(
      'sync --restore-subscriptions --record record.jsonl',
      random.chance(70)
        ? {
            request: random.chance(80) ? CHECKS + random.below(ALL - CHECKS) : 1 + random.below(CHECKS),
            ms: random.below(9),
          }
        : undefined,
    );
    let kills = random.below(3);
    for (; kills > 0; kills -= 1)
      await run('restore record.jsonl', { request: 1 + random.below(ALL - CHECKS), ms: random.below(9) });
    faults.clear();
    const restored = subscribedByRequest(place);
    const rows = place.emulator.store.subscriptions.length;
    await sync();
    // Restored subscriptions that the consent ended must not be restored again.
    const endedAgain = place.emulator.store.subscriptions.length < rows ? restored : [];
    await run('restore record.jsonl');
    found.push(...(await wrongIn(place, hasOther, endedAgain)));
    for (kills = random.below(3); kills > 0; kills -= 1)
      await run('undo record.jsonl', { change: 1 + random.below(4), ms: random.below(3) });
    if ((await run('undo record.jsonl')) === 0) {
      await sync();
      // A record without the state of the product is of a run that sent no write, and undo keeps the file as it is.
      const expected = (await hasRecordedProduct(place)) ? 'apikey' : 'x-key';
      if (seen(place).header !== expected) found.push(`after undo and sync, the header is not ${expected}`);
      await run('restore record.jsonl');
    }
    found.push(...(await wrongRequests(place, phases)));
  });
  return found;
}

/** Adds subscriptions of two developers to those of shop (active) and mobile (pending), and the application `stranger`. */
function populate({ emulator: { store } }: Workplace): void {
  const dora = store.application('shop').developer_id;
  store.tables.developers.put({ ...store.tables.developers.get(dora)!, id: 'de-emil', name: 'emil' });
  store.addApplication('stranger', dora);
  store.addApplication('till', dora);
  store.addApplication('erp', 'de-emil');
  for (const name of ['till', 'erp']) store.subscribeActively(name, 'Payments API');
}

/** During a request of the restore, another application of the same developer subscribes. */
function subscribeOther(place: Workplace, random: Random): void {
  const { emulator } = place;
  const onlySubscribing = random.chance(70);
  let left = 1 + random.below(onlySubscribing ? 3 : 60);
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

/** A fault of the backend or, less often, of the Admin API. */
function randomFault(random: Random): Fault {
  return parseFault(`${random.oneOf(REQUESTS)} #${1 + random.below(4)}: ${random.oneOf(FAULTS)}`);
}

/** Kills a process `ms` milliseconds after the server received its n-th request, or after its n-th change of the folder. */
type Kill = { readonly ms: number } & ({ readonly request: number } | { readonly change: number });

/** The rows in the tables of the server that no restore may leave. */
async function wrongIn(
  place: Workplace,
  hasOther: boolean,
  endedAgain: readonly string[],
): Promise<readonly string[]> {
  const { store } = place.emulator;
  const rows = store.subscriptions.map(({ application_id: id, status }) => ({
    name: store.tables.applications.get(id)?.name ?? '',
    status,
  }));
  const statusOf = (name: string) => rows.find((row) => row.name === name)?.status;
  // If the developer makes another request at the same time, the approvals cannot be told apart.
  const isRestored = (name: string, was: string): boolean =>
    was === 'active' && (name === 'erp' || !hasOther)
      ? statusOf(name) === 'subscribed'
      : statusOf(name) !== undefined;
  const all = [...(await recordedSubscriptions(place))];
  const recorded = all.filter(([name]) => !endedAgain.includes(name));
  const wrong: readonly (readonly [boolean, string])[] = [
    [new Set(rows.map(({ name }) => name)).size < rows.length, 'an application is subscribed twice'],
    ...recorded.map(([name, was]) => [!isRestored(name, was), `${name} is not restored`] as const),
    [statusOf('mobile') === 'subscribed', 'mobile was approved'],
    [statusOf('stranger') === 'subscribed', 'the stranger was approved'],
    [store.product('Payments API').fields.status !== 'published', 'the product is not on the portal'],
  ];
  return wrong.filter(([holds]) => holds).map(([, words]) => words);
}

/** Runs the program as a process, and kills it if `kill` is given. Returns its exit code, or -1 if killed, and its messages. */
async function runProcess(
  place: Workplace,
  args: readonly string[],
  kill?: Kill,
): Promise<{ readonly code: number; readonly output: string }> {
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
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += String(chunk)));
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
  const [code] = (await once(child, 'close')) as [number | null];
  stop();
  watcher.close();
  return { code: code ?? -1, output };
}
