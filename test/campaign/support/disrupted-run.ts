import { setImmediate } from 'node:timers/promises';
import type { FaultAction } from '../../../src/emulator/faults.ts';
import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import type { Switches } from '../../../src/emulator/switches.ts';
import { atWorkplace, type Ran, type Workplace } from '../../support/run-adc.ts';
import { harm, offPortal, shortfalls, strangers } from './portal-checks.ts';
import { fileOf, seedOf, unavoidableLoss, type World, KEEPING } from './world.ts';

/** What goes wrong, and with the how manieth request of the run. */
export type Mishap =
  /** The process is gone before the request is sent, or before its answer comes. */
  | { readonly kind: 'dies'; readonly request: number; readonly sent: boolean }
  | { readonly kind: 'fault'; readonly request: number; readonly do: FaultAction; readonly times?: number }
  | { readonly kind: 'interrupt'; readonly request: number };

export interface Setting {
  readonly world: World;
  readonly dialect: 'path' | 'query';
  readonly switches: Partial<Switches>;
  readonly concurrent: number;
}

export interface Result {
  /** What should not be, in words; none if the run held. */
  readonly broken: readonly string[];
  /** Of each request of the first run, whether it was a write. */
  readonly writes: readonly boolean[];
  readonly first: Ran;
  readonly second: Ran;
}

/**
 * One run in which something goes wrong, and the same command again; then the portal is judged (docs/design/contract.md §7).
 */
export async function oneRun(setting: Setting, mishap?: Mishap): Promise<Result> {
  const { world, dialect } = setting;
  const switches = { ...KEEPING, ...setting.switches };
  const results: Result[] = [];
  const files = { 'api-products.yaml': fileOf(world) };
  await atWorkplace({ files, seed: seedOf(world), dialects: [dialect], switches }, async (place) => {
    results.push(await played(setting, mishap, place));
  });
  const [result] = results;
  if (result === undefined) throw new Error('the run did not take place');
  return result;
}

async function played(setting: Setting, mishap: Mishap | undefined, place: Workplace): Promise<Result> {
  const { emulator } = place;
  const { world } = setting;
  const untouched = strangers(emulator);
  const line = commandOf(setting);
  const first = await withMishap(emulator, mishap, (signal) => place.adc(line, { signal }));
  const writes = emulator.journal.requests.map(({ write }) => write);
  const afterFirst = [...harm(world, emulator, untouched), ...untruths(world, emulator, mishap, first)];
  const second = await place.adc(line);
  const afterSecond = [
    ...(second.exitCode === 0 ? [] : [`the second run ended with ${second.exitCode}`]),
    ...shortfalls(world, emulator),
    ...harm(world, emulator, untouched),
  ];
  const broken = [...afterFirst.map((one) => `first: ${one}`), ...afterSecond.map((one) => `second: ${one}`)];
  return { broken, writes, first, second };
}

function commandOf({ world, concurrent }: Setting): string {
  const consent = `--max-subscription-loss ${unavoidableLoss(world)} --max-deletes 100% --allow-unauthenticated all --no-rename-check`;
  return `sync ${consent} --request-concurrent ${concurrent} --retry-timeout 5s --format json`;
}

/** A dead process sends nothing any more; here it does, and is turned away. What it says then is heard by no one. */
async function withMishap(
  emulator: Emulator,
  mishap: Mishap | undefined,
  run: (signal: AbortSignal) => Promise<Ran>,
): Promise<Ran> {
  const { faults, journal } = emulator;
  const stop = new AbortController();
  const first = journal.requests.length;
  const listen = emulator.onRequest(({ n }) => {
    if (mishap?.kind === 'interrupt' && n - first === mishap.request) stop.abort('SIGINT');
  });
  if (mishap?.kind === 'fault')
    faults.add({ on: { request: mishap.request }, times: mishap.times ?? 1, do: mishap.do });
  if (mishap?.kind === 'dies') {
    const from = mishap.sent ? mishap.request + 1 : mishap.request;
    const gone = { kind: 'status', status: 401 } as const;
    if (mishap.sent) faults.add({ on: { request: mishap.request }, do: { ...gone, after: true } });
    faults.add({ on: { request: from }, times: Infinity, do: gone });
  }
  try {
    return await run(stop.signal);
  } finally {
    listen();
    faults.clear();
    await setImmediate();
  }
}

/** What the first run said, set against what it did. Nothing is asked of a process that died. */
function untruths(
  world: World,
  emulator: Emulator,
  mishap: Mishap | undefined,
  { exitCode, out }: Ran,
): readonly string[] {
  if (mishap?.kind === 'dies') return [];
  // 3 also says that something may have been changed: what became of a write is not always known.
  const wrote = emulator.journal.effects().some(({ request }) => request > 0);
  const codes = mishap?.kind === 'interrupt' ? [0, 130] : wrote ? [0, 3] : [0, 1, 3, 4];
  return [
    ...(codes.includes(exitCode)
      ? []
      : [`it ended with ${exitCode}, and it wrote ${wrote ? 'some' : 'no'}thing`]),
    ...(exitCode === 0 ? shortfalls(world, emulator) : []),
    ...(isOnce(mishap) ? offPortal(world, emulator) : []),
    ...(isJson(out) ? [] : ['its report is no JSON']),
  ];
}

/** If more than one request fails, those that bring a product back may be among them. */
function isOnce(mishap: Mishap | undefined): boolean {
  return mishap?.kind !== 'fault' || (mishap.times ?? 1) === 1;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
