import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseFault } from '../../emulator/parse-fault.ts';
import { parseSeed } from '../../emulator/seed.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/start-emulator.ts';
import { parseSwitch } from '../../emulator/switches.ts';
import { UsageError } from '../../model/errors.ts';
import { applyExample, writeExample } from '../dev-example.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { readText, Settings, type Flags } from '../settings.ts';
import { codeOf } from '../write-failure.ts';

const PORT = 7080;

/** `adc dev`: runs the embedded Admin API until it is interrupted, and prints what to export (contract §3). */
export async function dev(flags: Flags, io: Io): Promise<number> {
  const settings = await Settings.read(flags, io);
  const options = await emulatorOptions(settings, flags, io);
  const faults = list(flags['fault']).map((text) => sensible(() => parseFault(text)));
  const isNew = options.stateFile === undefined || !existsSync(options.stateFile);
  const emulator = await start(options);
  try {
    const example = settings.text('example', undefined);
    if (example !== undefined && isNew) await applyExample(example, emulator, io);
    // Faults count requests, and those of the example are not the user's.
    for (const fault of faults) emulator.faults.add(fault);
    const written = example === undefined ? '' : `${await writeExample(example, io)}\n`;
    io.out(written + welcome(emulator));
    await interrupted(io.signal);
  } finally {
    await emulator.close();
  }
  return EXIT.done;
}

async function emulatorOptions(settings: Settings, flags: Flags, io: Io): Promise<EmulatorOptions> {
  const seed = settings.text('seed', undefined);
  const state = settings.text('state', undefined);
  const host = settings.text('host', undefined);
  return {
    port: settings.count('port', undefined, PORT, [0, 65_535]),
    latencyMs: settings.duration('latency', undefined, '0ms', 0),
    backend: true,
    switches: Object.assign(
      {},
      ...list(flags['set']).map((text) => sensible(() => parseSwitch(text))),
    ) as object,
    ...(host !== undefined && { host }),
    ...(state !== undefined && { stateFile: resolve(io.cwd, state) }),
    ...(seed !== undefined && { seed: await readSeed(resolve(io.cwd, seed)) }),
  };
}

function start(options: EmulatorOptions): Promise<Emulator> {
  return startEmulator(options).catch((error: unknown) => {
    throw cantStart(error, options);
  });
}

function cantStart(error: unknown, { port, stateFile }: EmulatorOptions): UsageError {
  const told = (why: string, hint?: string): UsageError =>
    new UsageError(`the Admin API can't start: ${why}`, {
      cause: error,
      ...(hint !== undefined && { hint }),
    });
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return told(`port ${port} is taken`, 'Name another one with --port; 0 is any free one.');
    case 'EISDIR':
      return told(`${stateFile} is a folder`, 'Name a file with --state.');
    default:
      return told(messageOf(error));
  }
}

async function readSeed(path: string) {
  const text = await readText(path, 'seed');
  return sensible(() => parseSeed(text));
}

function welcome({ url, backendUrl, token, portalToken, store }: Emulator): string {
  const portals = store.tables.portals.all().map(({ name }) => name);
  return `The Admin API runs at ${url} with the portals ${portals.join(', ')}. Ctrl-C ends it.
Developer Portal backend: ${backendUrl ?? ''} (portal token ${portalToken})

In another terminal:
  export ADC_SERVER=${url}
  export ADC_TOKEN=${token}
  export ADC_PORTAL=${portals[0] ?? ''}
`;
}

function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

/** What the emulator says of a text that makes no sense is said of the command line. */
function sensible<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

function list(flag: unknown): readonly string[] {
  return Array.isArray(flag) ? flag.map(String) : [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
