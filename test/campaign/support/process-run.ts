import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalledRequest } from '../../../src/emulator/journal.ts';
import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import { atWorkplace } from '../../support/run-adc.ts';
import { Draw } from './random.ts';
import type { Setting } from './disrupted-run.ts';
import { drawn } from './random-run.ts';
import { harm, offPortal, shortfalls, strangers } from './portal-checks.ts';
import { fileOf, leavesPortal, seedOf, unavoidableLoss, type Side, type World, KEEPING } from './world.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
type Signal = (typeof SIGNALS)[number];

/** Two processes are told apart by how they prove who they are: the journal holds the scheme, and never the credential. */
type Who = 'token' | 'basic';

interface Actor {
  readonly who: Who;
  readonly world: World;
  /** Sent as the process's n-th request comes in. */
  readonly signal?: { readonly name: Signal; readonly request: number };
  /** Milliseconds after the story begins. */
  readonly starts: number;
}

/** What happens, drawn from a number: the same number gives the same story, though not the same order of requests. */
export interface Story {
  readonly setting: Setting;
  readonly actors: readonly Actor[];
  readonly latencyMs: number;
}

export function storyOf(seed: number): Story {
  const { setting } = drawn(seed);
  const draw = new Draw(seed + 1_000_003);
  const { world } = setting;
  const signal = () => ({ name: draw.oneOf(SIGNALS), request: 1 + draw.below(8 + 7 * world.cast.length) });
  const actor = (who: Who, of: World, starts: number, percent: number): Actor => ({
    who,
    world: of,
    starts,
    ...(draw.chance(percent) && { signal: signal() }),
  });
  const kind = draw.oneOf(['one', 'one', 'same', 'same', 'versions']);
  const actors = [actor('token', world, 0, kind === 'one' ? 100 : 25)];
  if (kind !== 'one') {
    actors.push(actor('basic', kind === 'same' ? world : otherVersion(world, draw), draw.below(150), 25));
  }
  return {
    setting: kind === 'one' ? setting : withIds(setting),
    actors,
    latencyMs: draw.oneOf([0, 5, 20]),
  };
}

/**
 * Of two new products of one name, no one can tell whose is whose if the response to a creation holds no id: that is reported,
 * and both stay.
 */
function withIds(setting: Setting): Setting {
  const { writeAnswer, ...switches } = setting.switches;
  return {
    ...setting,
    switches: { ...switches, writeAnswer: writeAnswer === 'empty' ? 'id-only' : 'value' },
  };
}

/** Another commit of the same file. */
function otherVersion({ cast }: World, draw: Draw): World {
  const other = (side: Side): Side => ({
    ...side,
    desc: draw.oneOf(['one', 'other', 'third']),
    header: draw.oneOf(['apikey', 'x-key', 'x-other']),
  });
  return { cast: cast.map((one) => (one.after ? { ...one, after: other(one.after) } : one)) };
}

interface Ended {
  readonly actor: Actor;
  readonly exitCode: number | null;
  readonly said: string;
}

/** Plays a story with real processes and real signals. Gives what should not be, in words; none if it held. */
export async function played(story: Story, program: string): Promise<readonly string[]> {
  const { setting, actors, latencyMs } = story;
  const { dialect, world } = setting;
  const switches = { ...KEEPING, ...setting.switches };
  const broken: string[] = [];
  const options = { seed: seedOf(world), dialects: [dialect], switches, latencyMs } as const;
  await atWorkplace(options, async ({ emulator, folder }) => {
    const untouched = strangers(emulator);
    const most = worstOf(actors);
    const run = (actor: Actor): Promise<Ended> => sync(actor, setting, { emulator, folder, program });
    const ended = await Promise.all(actors.map(run));
    const told = ended.map(({ actor, exitCode, said }) => `${actor.who}, exit code ${exitCode}:\n${said}`);
    const judge = (when: string, found: readonly string[], more: readonly string[]): void => {
      if (found.length > 0) broken.push(...found.map((one) => `${when}: ${one}`), ...more);
    };
    judge('first', [...harm(most, emulator, untouched), ...wrongs(ended, emulator)], told);
    const last = await run({ who: 'token', world, starts: 0 });
    const converged = [
      ...(last.exitCode === 0 ? [] : [`the next sync ended with ${last.exitCode}`]),
      ...shortfalls(world, emulator),
      ...harm(most, emulator, untouched),
    ];
    judge('then', converged, [...told, `next, exit code ${last.exitCode}:\n${last.said}`]);
    emulator.journal.clear();
    const idle = await run({ who: 'token', world, starts: 0 });
    const writes = emulator.journal.writes().length;
    if (idle.exitCode !== 0 || writes > 0) broken.push(`again: exit code ${idle.exitCode}, ${writes} writes`);
  });
  return broken;
}

/** Of each product the version that has to take it off the portal, if any has. */
function worstOf(actors: readonly Actor[]): World {
  const [first, ...others] = actors.map(({ world }) => world.cast);
  const cast = (first ?? []).map((one, place) => {
    const all = [one, ...others.flatMap((casts) => casts[place] ?? [])];
    return all.find(leavesPortal) ?? one;
  });
  return { cast };
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
  const { who, world, signal, starts } = actor;
  await writeFile(join(folder, `${who}.yaml`), fileOf(world));
  await delay(starts);
  const token = who === 'basic' ? 'admin:admin' : emulator.token;
  const scheme = who === 'basic' ? ['--auth-scheme', 'basic'] : [];
  const consent = `--max-subscription-loss ${unavoidableLoss(world)} --max-deletes 100% --allow-unauthenticated all --no-rename-check`;
  const line = `sync -f ${who}.yaml --dialect ${dialect} ${consent} --request-concurrent ${concurrent} --retry-timeout 30s --timeout 30s`;
  const env = { PATH: process.env['PATH'], ADC_SERVER: emulator.url, ADC_TOKEN: token };
  const child = spawn(process.execPath, [program, ...line.split(' '), ...scheme], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  let requests = 0;
  const stop = emulator.onRequest(({ n }) => {
    const request = emulator.journal.requests.find((one) => one.n === n);
    if (signal === undefined || request === undefined || by(request) !== who) return;
    requests += 1;
    if (requests === signal.request) child.kill(signal.name);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  stop();
  return { actor, exitCode, said };
}

const by = ({ scheme }: JournalledRequest): Who => (scheme === 'Basic' ? 'basic' : 'token');

/** What the processes said and did, set against the journal. */
function wrongs(ended: readonly Ended[], emulator: Emulator): readonly string[] {
  const alive = ended.filter(({ exitCode }) => exitCode !== null);
  const everybodyLived = alive.length === ended.length;
  const [first] = ended;
  const isOneFile = ended.every(({ actor }) => actor.world === first?.actor.world);
  const allDone = ended.every(({ exitCode }) => exitCode === 0);
  return [
    ...ended.flatMap((one) => [...untruths(one), ...excess(one.actor, emulator)]),
    ...(everybodyLived && first ? offPortal(first.actor.world, emulator) : []),
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

/** A signal may come too late to be noticed; what a second program does may make the first one fail. */
function untruths({ actor: { signal }, exitCode, said }: Ended): readonly string[] {
  const codes = [0, 1, 3, 4, ...(signal ? CODES[signal.name] : [])];
  return [
    ...(codes.includes(exitCode) ? [] : [`exit code ${exitCode} after ${signal?.name ?? 'no signal'}`]),
    ...(/bug in adc|^\s+at .+:\d+:\d+/m.test(said) ? ['it told of a bug'] : []),
  ];
}

/** What each process ended must have been allowed to it. */
function excess({ who, world }: Actor, { journal }: Emulator): readonly string[] {
  const theirs = new Set(journal.requests.filter((one) => by(one) === who).map(({ n }) => n));
  const ended = journal.effects('subscriptions-ended').filter(({ request }) => theirs.has(request));
  const loss = ended.reduce((sum, { active, pending }) => sum + active + pending, 0);
  const most = unavoidableLoss(world);
  return loss > most ? [`${who} ended ${loss} subscriptions, and ${most} were allowed`] : [];
}

/** Every write that took a product off the portal follows a count by the same process, made since it was published. */
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
        by(one) === by(write) &&
        one.path.includes('subscriptions') &&
        one.path.includes(product.id) &&
        one.n < request &&
        one.n > (since?.request ?? 0),
    );
    return counted ? [] : [`${by(write)} unpublished "${product.name}" without a count`];
  });
}
