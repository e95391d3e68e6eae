import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalledRequest } from '../../../src/emulator/journal.ts';
import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import { atWorkplace } from '../../support/run-adc.ts';
import { Random } from './random.ts';
import type { Setting } from './disrupted-run.ts';
import { randomRun } from './random-run.ts';
import { harm, offPortal, shortfalls, strangers } from './portal-checks.ts';
import { fileOf, leavesPortal, seedOf, unavoidableLoss, type Side, type World, KEEPING } from './world.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
type Signal = (typeof SIGNALS)[number];

/** The auth scheme identifies the process: the journal contains the scheme, never the credential. */
type Scheme = 'token' | 'basic';

interface Actor {
  readonly scheme: Scheme;
  readonly world: World;
  /** Sent when the server receives the n-th request of the process. */
  readonly signal?: { readonly name: Signal; readonly request: number };
  /** Milliseconds after the start of the test. */
  readonly starts: number;
}

/** One or two processes on one portal. The same seed returns the same value, but requests may have another order. */
export interface ProcessRun {
  readonly setting: Setting;
  readonly actors: readonly Actor[];
  readonly latencyMs: number;
}

export function randomProcessRun(seed: number): ProcessRun {
  const { setting } = randomRun(seed);
  const random = new Random(seed + 1_000_003);
  const { world } = setting;
  const signal = () => ({
    name: random.oneOf(SIGNALS),
    request: 1 + random.below(8 + 7 * world.changes.length),
  });
  const actor = (scheme: Scheme, of: World, starts: number, percent: number): Actor => ({
    scheme,
    world: of,
    starts,
    ...(random.chance(percent) && { signal: signal() }),
  });
  const kind = random.oneOf(['one', 'one', 'same', 'same', 'versions']);
  const actors = [actor('token', world, 0, kind === 'one' ? 100 : 25)];
  if (kind !== 'one') {
    actors.push(actor('basic', kind === 'same' ? world : otherVersion(world, random), random.below(150), 25));
  }
  return {
    setting: kind === 'one' ? setting : withIds(setting),
    actors,
    latencyMs: random.oneOf([0, 5, 20]),
  };
}

/**
 * If the response to a creation has no id, adc cannot tell two new products with one name apart: it reports that and keeps both.
 */
function withIds(setting: Setting): Setting {
  const { writeAnswer, ...switches } = setting.switches;
  return {
    ...setting,
    switches: { ...switches, writeAnswer: writeAnswer === 'empty' ? 'id-only' : 'value' },
  };
}

/** Another commit of the same file. */
function otherVersion({ changes }: World, random: Random): World {
  const other = (side: Side): Side => ({
    ...side,
    desc: random.oneOf(['one', 'other', 'third']),
    header: random.oneOf(['apikey', 'x-key', 'x-other']),
  });
  return { changes: changes.map((one) => (one.after ? { ...one, after: other(one.after) } : one)) };
}

interface Ended {
  readonly actor: Actor;
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs the processes and sends the signals. Returns the violations as text, empty if there are none. */
export async function violationsOf(processRun: ProcessRun, program: string): Promise<readonly string[]> {
  const { setting, actors, latencyMs } = processRun;
  const { dialect, world } = setting;
  const switches = { ...KEEPING, ...setting.switches };
  const broken: string[] = [];
  const options = { seed: seedOf(world), dialects: [dialect], switches, latencyMs } as const;
  await atWorkplace(options, async ({ emulator, folder }) => {
    const untouched = strangers(emulator);
    const most = worstOf(actors);
    const run = (actor: Actor): Promise<Ended> => sync(actor, setting, { emulator, folder, program });
    const ended = await Promise.all(actors.map(run));
    const outputs = ended.map(
      ({ actor, exitCode, output }) => `${actor.scheme}, exit code ${exitCode}:\n${output}`,
    );
    const judge = (when: string, found: readonly string[], more: readonly string[]): void => {
      if (found.length > 0) broken.push(...found.map((one) => `${when}: ${one}`), ...more);
    };
    judge('first', [...harm(most, emulator, untouched), ...wrongs(ended, emulator)], outputs);
    const last = await run({ scheme: 'token', world, starts: 0 });
    const converged = [
      ...(last.exitCode === 0 ? [] : [`the next sync ended with ${last.exitCode}`]),
      ...shortfalls(world, emulator),
      ...harm(most, emulator, untouched),
    ];
    judge('then', converged, [...outputs, `next, exit code ${last.exitCode}:\n${last.output}`]);
    emulator.journal.clear();
    const idle = await run({ scheme: 'token', world, starts: 0 });
    const writes = emulator.journal.writes().length;
    if (idle.exitCode !== 0 || writes > 0) broken.push(`again: exit code ${idle.exitCode}, ${writes} writes`);
  });
  return broken;
}

/** For each product, the version that must unpublish it, if there is one. */
function worstOf(actors: readonly Actor[]): World {
  const [first, ...others] = actors.map(({ world }) => world.changes);
  const changes = (first ?? []).map((one, place) => {
    const all = [one, ...others.flatMap((casts) => casts[place] ?? [])];
    return all.find(leavesPortal) ?? one;
  });
  return { changes };
}

interface Where {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly program: string;
}

async function sync(
  actor: Actor,
  { dialect, concurrent }: Setting,
  { emulator, folder, program }: Where,
): Promise<Ended> {
  const { scheme, world, signal, starts } = actor;
  await writeFile(join(folder, `${scheme}.yaml`), fileOf(world));
  await delay(starts);
  const token = scheme === 'basic' ? 'admin:admin' : emulator.token;
  const schemeOption = scheme === 'basic' ? ['--auth-scheme', 'basic'] : [];
  const consent = `--max-subscription-loss ${unavoidableLoss(world)} --max-deletes 100% --allow-unauthenticated all --no-rename-check`;
  const line = `sync -f ${scheme}.yaml --dialect ${dialect} ${consent} --request-concurrent ${concurrent} --retry-timeout 30s --timeout 30s`;
  const env = { PATH: process.env['PATH'], ADC_SERVER: emulator.url, ADC_TOKEN: token };
  const child = spawn(process.execPath, [program, ...line.split(' '), ...schemeOption], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  let requests = 0;
  const stop = emulator.onRequest(({ n }) => {
    const request = emulator.journal.requests.find((one) => one.n === n);
    if (signal === undefined || request === undefined || schemeOf(request) !== scheme) return;
    requests += 1;
    if (requests === signal.request) child.kill(signal.name);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  stop();
  return { actor, exitCode, output };
}

const schemeOf = ({ scheme }: JournalledRequest): Scheme => (scheme === 'Basic' ? 'basic' : 'token');

/** Contradictions between the results of the processes and the journal. */
function wrongs(ended: readonly Ended[], emulator: Emulator): readonly string[] {
  const alive = ended.filter(({ exitCode }) => exitCode !== null);
  const areAllAlive = alive.length === ended.length;
  const [first] = ended;
  const isOneFile = ended.every(({ actor }) => actor.world === first?.actor.world);
  const allDone = ended.every(({ exitCode }) => exitCode === 0);
  return [
    ...ended.flatMap((one) => [...wrongStatements(one), ...excess(one.actor, emulator)]),
    ...(areAllAlive && first ? offPortal(first.actor.world, emulator) : []),
    ...(allDone && isOneFile && first ? shortfalls(first.actor.world, emulator) : []),
    ...uncounted(emulator),
  ];
}

const CODES: Readonly<Record<Signal, readonly (number | null)[]>> = {
  SIGINT: [130],
  SIGTERM: [143],
  SIGHUP: [143],
  SIGKILL: [null],
};

/** A signal may arrive too late to have an effect. The changes of a second process may make the first process fail. */
function wrongStatements({ actor: { signal }, exitCode, output }: Ended): readonly string[] {
  const codes = [0, 1, 3, 4, ...(signal ? CODES[signal.name] : [])];
  return [
    ...(codes.includes(exitCode) ? [] : [`exit code ${exitCode} after ${signal?.name ?? 'no signal'}`]),
    ...(/bug in adc|^\s+at .+:\d+:\d+/m.test(output) ? ['it reported a bug'] : []),
  ];
}

/** Each process must not end more subscriptions than its consent allows. */
function excess({ scheme, world }: Actor, { journal }: Emulator): readonly string[] {
  const theirs = new Set(journal.requests.filter((one) => schemeOf(one) === scheme).map(({ n }) => n));
  const ended = journal.effects('subscriptions-ended').filter(({ request }) => theirs.has(request));
  const loss = ended.reduce((sum, { active, pending }) => sum + active + pending, 0);
  const most = unavoidableLoss(world);
  return loss > most ? [`${scheme} ended ${loss} subscriptions, and ${most} were allowed`] : [];
}

/** Unpublishes without a count: the same process must count the subscriptions after the last publish, before each unpublish. */
function uncounted({ journal }: Emulator): readonly string[] {
  const requests = new Map(journal.requests.map((one) => [one.n, one]));
  return journal.effects('subscriptions-ended').flatMap(({ request, product, active, pending }) => {
    const write = requests.get(request);
    if (write === undefined || active + pending === 0) return [];
    const since = journal
      .effects()
      .findLast((one) => one.kind === 'published' && one.product.id === product.id && one.request < request);
    const counted = journal.requests.some(
      (one) =>
        schemeOf(one) === schemeOf(write) &&
        one.path.includes('subscriptions') &&
        one.path.includes(product.id) &&
        one.n < request &&
        one.n > (since?.request ?? 0),
    );
    return counted ? [] : [`${schemeOf(write)} unpublished "${product.name}" without a count`];
  });
}
