import { setImmediate } from 'node:timers/promises';
import type { FaultAction } from '../../../src/emulator/faults.ts';
import type { Emulator } from '../../../src/emulator/start-emulator.ts';
import type { Switches } from '../../../src/emulator/switches.ts';
import { atWorkplace, type Ran, type Workplace } from '../../support/run-adc.ts';
import { harm, offPortal, shortfalls, strangers } from './portal-checks.ts';
import { fileOf, seedOf, unavoidableLoss, type World, KEEPING } from './world.ts';

/** A disruption of a run, at the request with a number. */
export type Disruption =
  /** The process ends before it sends the request or, if `sent`, before it receives the response. */
  | { readonly kind: 'crash'; readonly request: number; readonly sent: boolean }
  | { readonly kind: 'fault'; readonly request: number; readonly do: FaultAction; readonly times?: number }
  | { readonly kind: 'interrupt'; readonly request: number };

export interface Setting {
  readonly world: World;
  readonly dialect: 'path' | 'query';
  readonly switches: Partial<Switches>;
  readonly concurrent: number;
}

export interface Result {
  /** The violations as text. Empty if there are none. */
  readonly broken: readonly string[];
  /** For each request of the first run, whether it was a write. */
  readonly writes: readonly boolean[];
  readonly first: Ran;
  readonly second: Ran;
}

/**
 * Runs a command with a disruption, then runs it again. Checks the portal after each run (docs/design/contract.md §7).
 */
export async function disruptedRun(setting: Setting, disruption?: Disruption): Promise<Result> {
  const { world, dialect } = setting;
  const switches = { ...KEEPING, ...setting.switches };
  const results: Result[] = [];
  const files = { 'api-products.yaml': fileOf(world) };
  await atWorkplace({ files, seed: seedOf(world), dialects: [dialect], switches }, async (place) => {
    results.push(await runTwice(setting, disruption, place));
  });
  const [result] = results;
  if (result === undefined) throw new Error('the run has no result');
  return result;
}

async function runTwice(
  setting: Setting,
  disruption: Disruption | undefined,
  place: Workplace,
): Promise<Result> {
  const { emulator } = place;
  const { world } = setting;
  const untouched = strangers(emulator);
  const line = commandOf(setting);
  const first = await withDisruption(emulator, disruption, (signal) => place.adc(line, { signal }));
  const writes = emulator.journal.requests.map(({ write }) => write);
  const afterFirst = [
    ...harm(world, emulator, untouched),
    ...wrongStatements(world, emulator, disruption, first),
  ];
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

/** Simulates a crash: the run continues in this process, but the server refuses all its later requests. */
async function withDisruption(
  emulator: Emulator,
  disruption: Disruption | undefined,
  run: (signal: AbortSignal) => Promise<Ran>,
): Promise<Ran> {
  const { faults, journal } = emulator;
  const stop = new AbortController();
  const first = journal.requests.length;
  const listen = emulator.onRequest(({ n }) => {
    if (disruption?.kind === 'interrupt' && n - first === disruption.request) stop.abort('SIGINT');
  });
  if (disruption?.kind === 'fault')
    faults.add({ on: { request: disruption.request }, times: disruption.times ?? 1, do: disruption.do });
  if (disruption?.kind === 'crash') {
    const from = disruption.sent ? disruption.request + 1 : disruption.request;
    const gone = { kind: 'status', status: 401 } as const;
    if (disruption.sent) faults.add({ on: { request: disruption.request }, do: { ...gone, after: true } });
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

/** Statements of the first run that contradict the journal. A crashed process makes no statements. */
function wrongStatements(
  world: World,
  emulator: Emulator,
  disruption: Disruption | undefined,
  { exitCode, out }: Ran,
): readonly string[] {
  if (disruption?.kind === 'crash') return [];
  // Exit code 3 also means a possible change: the result of a write is not always known.
  const wrote = emulator.journal.effects().some(({ request }) => request > 0);
  const codes = disruption?.kind === 'interrupt' ? [0, 130] : wrote ? [0, 3] : [0, 1, 3, 4];
  return [
    ...(codes.includes(exitCode)
      ? []
      : [`it ended with ${exitCode}, and it wrote ${wrote ? 'some' : 'no'}thing`]),
    ...(exitCode === 0 ? shortfalls(world, emulator) : []),
    ...(isSingleRequest(disruption) ? offPortal(world, emulator) : []),
    ...(isJson(out) ? [] : ['its report is not JSON']),
  ];
}

/** If several requests fail, one of them may be the request that publishes a product again. */
function isSingleRequest(disruption: Disruption | undefined): boolean {
  return disruption?.kind !== 'fault' || (disruption.times ?? 1) === 1;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
