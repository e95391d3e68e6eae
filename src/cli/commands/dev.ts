import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseFault } from '../../emulator/faults.ts';
import { parseSeed } from '../../emulator/seed.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/start-emulator.ts';
import { parseSwitch } from '../../emulator/switches.ts';
import { UsageError } from '../../model/errors.ts';
import { defineCommand } from '../define-command.ts';
import { applyExample, writeExample } from '../dev-example.ts';
import { readText } from '../disk.ts';
import { EXIT } from '../exit-codes.ts';
import { choice, count, duration, list, optional, text } from '../options.ts';
import { codeOf } from '../disk.ts';

const EXAMPLES = ['dcr', 'payments', 'teams'] as const;

/** `adc dev`: runs the embedded Admin API until it is interrupted, and prints what to export (docs/design/contract.md §3). */
export const dev = defineCommand({
  name: 'dev',
  summary: 'run an Admin API on this machine',
  about:
    'Runs an Admin API on this machine, with two portals and some services, and prints the variables to export. Without --example or --seed, it has no products. It refuses the requests that the real API refuses. It keeps no data after it ends, unless you pass --state.',
  options: {
    port: count(
      '--port <port>',
      'port to listen on, 0 for a free one; the portal backend uses the next port',
      [0, 65_535],
      { fallback: '7080' },
    ),
    host: text('--host <address>', 'address to listen on', { fallback: '127.0.0.1' }),
    example: optional(
      choice('--example <name>', 'start with products, subscriptions and the files of an example', EXAMPLES, {
        fallback: 'payments',
      }),
      'none',
    ),
    seed: text('--seed <path>', 'JSON file with the initial data', {
      fallback: 'a small company without products',
    }),
    state: text('--state <path>', 'file that keeps the data between runs'),
    latency: duration('--latency <time>', 'delay of each response, e.g. 20ms', { fallback: '0ms' }, 0),
    set: list('--set <name=value...>', 'variant of server behaviour, e.g. putSemantics=merge'),
    fault: list('--fault <fault...>', "failure to inject, e.g. 'PUT /api/portals/*: 502 x2'"),
  },
  examples: [
    ['adc dev', 'listen on port 7080 until Ctrl-C'],
    ['adc dev --example payments', 'start with products and their files'],
    ['adc dev --state portal.json', 'keep the data for the next run'],
    ["adc dev --fault 'PUT /api/*: 502 x2'", 'let two requests fail'],
  ],
  exits: { done: 'ended by Ctrl-C', failed: 'failed to start, e.g. because the port is in use' },
  run: async ({ options, io }) => {
    const { host, state, seed } = options;
    const emulatorOptions: EmulatorOptions = {
      port: options.port,
      latencyMs: options.latency,
      backend: true,
      switches: Object.assign({}, ...options.set.map((word) => sensible(() => parseSwitch(word)))) as object,
      ...(host !== undefined && { host }),
      ...(state !== undefined && { stateFile: resolve(io.cwd, state) }),
      ...(seed !== undefined && { seed: await readSeed(resolve(io.cwd, seed)) }),
    };
    const faults = options.fault.map((word) => sensible(() => parseFault(word)));
    const isNew = emulatorOptions.stateFile === undefined || !existsSync(emulatorOptions.stateFile);
    const emulator = await startEmulator(emulatorOptions).catch((error: unknown) => {
      throw cantStart(error, emulatorOptions);
    });
    try {
      const { example } = options;
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
  },
});

function cantStart(error: unknown, { port, stateFile }: EmulatorOptions): UsageError {
  const told = (why: string, hint?: string): UsageError =>
    new UsageError(`the Admin API cannot start: ${why}`, {
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
