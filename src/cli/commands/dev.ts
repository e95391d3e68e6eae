import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument } from 'commander';
import { parseFault } from '../../emulator/faults.ts';
import { MAX_REQUESTS } from '../../emulator/page-views.ts';
import { parseSeed } from '../../emulator/seed.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/start-emulator.ts';
import { completeSwitches, parseSwitch, type Switches } from '../../emulator/switches.ts';
import { isObject } from '../../json/value.ts';
import { printable } from '../../lib/printable.ts';
import { OperationalError, UsageError } from '../../model/errors.ts';
import { defineCommand } from '../define-command.ts';
import { applyExample, mountDevPages, writeExample } from '../dev-portal.ts';
import { codeOf, readText } from '../disk.ts';
import { listenFailure } from '../failure.ts';
import { EXIT, type Io } from '../io.ts';
import {
  asUsageError,
  choice,
  choiceArgument,
  count,
  duration,
  flag,
  list,
  optional,
  parsedList,
  text,
  type Values,
} from '../options.ts';

const ACTIONS = ['subscribe', 'approve'] as const;
const EXAMPLES = ['dcr', 'payments', 'teams'] as const;

const OPTIONS = {
  all: flag('--all', 'approve: accept all pending approvals'),
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
  set: parsedList(
    '--set <name=value...>',
    'variant of server behaviour, e.g. putSemantics=merge',
    parseSwitch,
  ),
  fault: list('--fault <fault...>', "failure to inject, e.g. 'PUT /api/portals/*: 502 x2'"),
} as const;

/**
 * `adc dev`: runs the embedded Admin API until it is interrupted, and prints the variables to export
 * (docs/design/contract.md §3).
 */
export const dev = defineCommand({
  name: 'dev',
  summary: 'run an Admin API on this machine',
  about:
    'Runs an Admin API on this machine, with two portals and some services. Prints the variables to export, and two pages to open: a dashboard that changes products by click, and the portal as a developer sees it. Without --example or --seed, it has no products. It refuses the requests that the real API refuses. It keeps no data after it ends, unless you pass --state. With subscribe or approve, it acts on the adc dev that runs at ADC_SERVER.',
  arguments: [
    choiceArgument('[action]', 'what to do in a running adc dev (default: start one)', ACTIONS),
    new Argument('[name...]', 'application and product to subscribe, by name or id'),
  ],
  options: OPTIONS,
  examples: [
    ['adc dev', 'listen on port 7080 until Ctrl-C'],
    ['adc dev --example payments', 'start with products and their files'],
    ['adc dev --state portal.json', 'keep the data for the next run'],
    ['adc dev subscribe shop "Payments API"', 'subscribe an application'],
    ['adc dev approve --all', 'accept all pending approvals'],
    ["adc dev --fault 'PUT /api/*: 502 x2'", 'let two requests fail'],
  ],
  exits: {
    done: 'ended by Ctrl-C, subscribed or approved',
    failed: 'failed to start, refused, or no adc dev at ADC_SERVER',
  },
  run: async ({ options, args: [action, ...names], io }) => {
    if (options.all && action !== 'approve') throw new UsageError('--all belongs to adc dev approve');
    if (action === 'subscribe') await subscribeInDev(names, io);
    else if (action === 'approve') await approveInDev(names, options.all, io);
    else await serve(options, io);
    return EXIT.done;
  },
});

/** Runs the embedded Admin API until a signal ends it. */
async function serve(options: Values<typeof OPTIONS>, io: Io): Promise<void> {
  const { example, host, state, seed } = options;
  const switches: Partial<Switches> = Object.assign({}, ...options.set);
  const emulatorOptions: EmulatorOptions = {
    port: options.port,
    latencyMs: options.latency,
    backend: true,
    journalled: MAX_REQUESTS,
    // The sync of the example reads lists, which fails on endless pages.
    switches: example === undefined ? switches : { ...switches, paging: completeSwitches().paging },
    ...(host !== undefined && { host }),
    ...(state !== undefined && { stateFile: resolve(io.cwd, state) }),
    ...(seed !== undefined && { seed: await readSeed(resolve(io.cwd, seed)) }),
  };
  const faults = options.fault.map((word) => asUsageError(() => parseFault(word)));
  const isNew = emulatorOptions.stateFile === undefined || !existsSync(emulatorOptions.stateFile);
  const emulator = await startEmulator(emulatorOptions).catch((error: unknown) => {
    throw startFailure(error, options.port, emulatorOptions.stateFile);
  });
  try {
    if (example !== undefined && isNew) await applyExample(example, emulator, io);
    Object.assign(emulator.switches, switches);
    // Faults and the list of the dashboard count only requests of the user, not those of the example.
    emulator.journal.clear();
    for (const fault of faults) emulator.faults.add(fault);
    mountDevPages(emulator);
    const written = example === undefined ? '' : `${await writeExample(example, io)}\n`;
    io.out(written + startText(emulator));
    await interrupted(io.signal);
  } finally {
    await emulator.close();
  }
}

function startFailure(error: unknown, port: number, stateFile: string | undefined): UsageError {
  const message = 'the Admin API cannot start';
  if (codeOf(error) !== 'EISDIR') return listenFailure(message, port, error);
  return new UsageError(`${message}: ${stateFile} is a directory`, {
    cause: error,
    hint: 'Name a file with --state.',
  });
}

async function readSeed(path: string) {
  const text = await readText(path, 'seed');
  return asUsageError(() => parseSeed(text));
}

/** The text at the start: the addresses, and the variables to export. */
function startText({ url, backendUrl = '', token, portalToken, store }: Emulator): string {
  const portals = store.tables.portals.all().map(({ name }) => name);
  return `Dashboard: ${browserUrl(url)} (Admin API, portals ${portals.join(', ')})
Portal:    ${browserUrl(backendUrl)} (Developer Portal backend, portal token ${portalToken})
${ON_LOOPBACK.has(new URL(browserUrl(url)).hostname) ? 'Open both in a browser.' : 'For their pages, listen on 127.0.0.1.'} Ctrl-C ends adc dev.

In another terminal:
  export ADC_SERVER=${url}
  export ADC_TOKEN=${token}
  export ADC_PORTAL=${portals[0] ?? ''}
  export ADC_PORTAL_SERVER=${backendUrl}
  export ADC_PORTAL_TOKEN=${portalToken}
`;
}

const ON_LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]']);

/** An address for a browser: the pages respond only to names of this machine (docs/design/contract.md §14.4). */
function browserUrl(url: string): string {
  const { hostname, port } = new URL(url);
  return hostname === '0.0.0.0' || hostname === '[::]' ? `http://127.0.0.1:${port}` : url;
}

function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

const TIMEOUT_MS = 10_000;
const HINT = 'Run adc dev in another terminal, and export what it prints.';

/**
 * `adc dev subscribe`: subscribes an application in a running `adc dev`.
 * @throws OperationalError if it refuses, or ADC_SERVER is not an `adc dev`.
 */
async function subscribeInDev(words: readonly string[], io: Io): Promise<void> {
  const [application, product, ...others] = words;
  if (application === undefined || product === undefined || others.length > 0)
    throw new UsageError('adc dev subscribe takes an application and a product', {
      hint: 'For example: adc dev subscribe shop "Payments API"',
    });
  const { status } = await postToDev('subscriptions', { application, api_product: product }, io);
  const pair = pairText({ application, api_product: product });
  if (status === 'subscribed') io.out(`subscribed: ${pair}\n`);
  else io.out(`waiting for approval: ${pair}\nNext: adc dev approve\n`);
}

/**
 * `adc dev approve`: accepts the pending approval of a running `adc dev`, or all of them.
 * @throws OperationalError if several are pending and `all` is false.
 */
async function approveInDev(words: readonly string[], all: boolean, io: Io): Promise<void> {
  if (words.length > 0)
    throw new UsageError(`adc dev approve takes no "${printable(words.join(' '))}"`, {
      hint: 'It accepts the only pending approval; --all accepts all of them.',
    });
  const { accepted, pending } = await postToDev('approvals', { all }, io);
  const [done, left] = [pairs(accepted), pairs(pending)];
  if (left.length > 0)
    throw new OperationalError(`several approvals are pending: ${left.join('; ')}`, {
      hint: 'Pass --all to accept all of them.',
    });
  io.out(done.length === 0 ? 'no approval is pending\n' : done.map((pair) => `approved: ${pair}\n`).join(''));
}

function pairs(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(isObject).map(pairText) : [];
}

function pairText({ application, api_product: product }: Readonly<Record<string, unknown>>): string {
  return `${printable(String(application))} for ${printable(String(product))}`;
}

/**
 * Sends a request to the `adc dev` at ADC_SERVER. Sends the token only after a check without the token.
 * @throws OperationalError if it is no `adc dev`, or refuses.
 */
async function postToDev(path: string, body: object, io: Io): Promise<Readonly<Record<string, unknown>>> {
  const { ADC_SERVER: server = '', ADC_TOKEN: token = '' } = io.env;
  if (server === '' || token === '')
    throw new UsageError('ADC_SERVER and ADC_TOKEN are not both set', { hint: HINT });
  const address = `${server.replace(/\/+$/, '')}/adc-dev`;
  const marker = await exchange(address, {}, io).catch(() => undefined);
  if (marker?.value !== 'adc dev')
    throw new OperationalError(
      `ADC_SERVER does not point to a running adc dev: ${printable(hostOf(server))}`,
      {
        hint: HINT,
      },
    );
  const sent = { method: 'POST', headers: { 'x-api-key': token }, body: JSON.stringify(body) };
  const { value, error_msg: refusal } = await exchange(`${address}/${path}`, sent, io);
  if (isObject(value)) return value;
  throw new OperationalError(`adc dev refused: ${printable(String(refusal))}`);
}

/** The host of an address, without user and password. */
function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : 'not a URL';
}

/** @throws Error if the response is not a JSON object, or does not arrive in time. */
async function exchange(address: string, sent: RequestInit, { signal }: Io) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await fetch(address, { ...sent, redirect: 'manual', signal: limit });
  const body: unknown = await response.json();
  if (!isObject(body)) throw new OperationalError('the response is not a JSON object');
  return body;
}
