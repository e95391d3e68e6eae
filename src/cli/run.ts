import { fstatSync, writeSync } from 'node:fs';
import { HELP } from '../generated/help.ts';
import { VERSION } from '../generated/version.ts';
import { EXIT } from './exit-codes.ts';
import { commandOf, type Io } from './io.ts';

/**
 * The real process around main(): streams, signals and the exit code, nothing else. Whatever takes time to load is loaded
 * when it is needed.
 */
async function run(): Promise<void> {
  const argv = process.argv.slice(2);
  const answer = quickAnswer(argv);
  if (answer !== undefined) return direct(1, outStream())(answer);
  if (argv.length === 0) {
    process.exitCode = EXIT.failed;
    return direct(2, errStream())(HELP.get('') ?? '');
  }
  const { main } = await import('./main.ts');
  process.exitCode = await main(argv, realIo(argv));
}

/**
 * The answer to arguments that ask for a text which is known since the program was built: what main() would say, without
 * loading what reads a command line. Undefined for all other arguments.
 */
function quickAnswer([first, second, ...more]: readonly string[]): string | undefined {
  if (first === undefined || more.length > 0) return undefined;
  const [flag, name] =
    first === 'help' ? ['--help', second ?? ''] : second === undefined ? [first, ''] : [second, first];
  if (['-h', '--help'].includes(flag)) return HELP.get(name);
  return name === '' && ['-V', '-v', '--version'].includes(flag) ? `${VERSION}\n` : undefined;
}

/** Commands that an idle reader of their output must never block, e.g. in the middle of changes to a portal. */
const NEVER_BLOCKED: ReadonlySet<string | undefined> = new Set(['sync', 'dev', 'preview']);

function realIo(argv: readonly string[]): Io {
  const waits = !NEVER_BLOCKED.has(commandOf(argv));
  const [out, err] = [outStream(), errStream()];
  let signal: AbortSignal | undefined;
  return {
    env: process.env,
    cwd: process.cwd(),
    out: waits ? direct(1, out) : out,
    err: waits ? direct(2, err) : err,
    readStdin,
    colour: isColoured(1),
    interactive: isTerminal(0) && isTerminal(2),
    columns: () => (isTerminal(1) ? process.stdout.columns : undefined),
    errColour: isColoured(2),
    errColumns,
    confirm(question) {
      return confirm(question, this.signal);
    },
    get signal() {
      return (signal ??= interruption());
    },
  };
}

const outStream = (): Write => streamed(() => process.stdout);
const errStream = (): Write => streamed(() => process.stderr);

type Write = (text: string | Uint8Array) => void;

/**
 * Writes without making a stream, which takes a sixth of the startup time of Node.js. If that fails, because the reader
 * is gone or the disk is full, the stream writes the rest, with all its error handling.
 */
function direct(descriptor: 1 | 2, stream: Write): Write {
  let isDirect = true;
  return (text) => {
    if (!isDirect) return stream(text);
    let rest = Buffer.from(text);
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
    } catch {
      isDirect = false;
      stream(rest);
    }
  };
}

/** NO_COLOR wins, then FORCE_COLOR, by which CI asks for colours in its log, then what the stream is. */
function isColoured(descriptor: 1 | 2): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = process.env;
  if (NO_COLOR !== '') return false;
  return FORCED.get(FORCE_COLOR) ?? (TERM !== 'dumb' && isTerminal(descriptor));
}

const FORCED: ReadonlyMap<string, boolean> = new Map([
  ...['1', '2', '3', 'true'].map((value) => [value, true] as const),
  ...['0', 'false'].map((value) => [value, false] as const),
]);

/** Files and pipes are none: for those, node:tty needs not be loaded. */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  return !isFileOrPipe(descriptor) && process.getBuiltinModule('node:tty').isatty(descriptor);
}

function isFileOrPipe(descriptor: number): boolean {
  try {
    const kind = fstatSync(descriptor);
    return kind.isFile() || kind.isFIFO() || kind.isSocket();
  } catch {
    return false;
  }
}

/**
 * Writes to a stream that its reader may close: `adc diff | head -1` ends quietly (docs/design/contract.md §3.2). A
 * full disk must not end a run between unpublish and publish, so the error is reported once, and never thrown.
 */
function streamed(open: () => NodeJS.WriteStream): Write {
  let stream: NodeJS.WriteStream | undefined;
  let lost = false;
  return (text) => {
    stream ??= open().on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !lost) tellLost(stream, error);
      lost = true;
    });
    if (!lost) stream.write(text);
  };
}

/**
 * A result that was not written is a failure of the command, except for `sync`: its exit code reports the state of the
 * portal (docs/design/contract.md §4). A failure of standard error itself cannot be reported anywhere.
 */
function tellLost(stream: NodeJS.WriteStream | undefined, { message }: Error): void {
  if (stream === process.stderr) return;
  process.stderr.write(`error: standard output cannot be written: ${message}\n`);
  if (commandOf(process.argv.slice(2)) === 'sync') return;
  process.once('exit', () => {
    if (process.exitCode === EXIT.done) process.exitCode = EXIT.failed;
  });
}

/** Some terminals say that they have none. */
const USUAL_COLUMNS = 80;

function errColumns(): number | undefined {
  return isTerminal(2) ? process.stderr.columns || USUAL_COLUMNS : undefined;
}

async function readStdin(most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array);
    length += (chunk as Uint8Array).length;
    if (length > most) break;
  }
  return Buffer.concat(chunks);
}

/** A question that is interrupted is answered with no. While it stands, Ctrl-C is a key, and not yet a signal. */
async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  // A user who typed the files has closed the input by that, so no person can answer.
  if (process.stdin.readableEnded) {
    process.stderr.write(`${question}\n`);
    return false;
  }
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return (await terminal.question(question, { signal })).trim().toLowerCase() === 'yes';
  } catch {
    // Who closes the input leaves the line of the question; a question that is aborted ends its line itself.
    if (!signal.aborted) process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}

/** Something between may pass on what the terminal says to all: for so long, the same signal again is no second one. */
const SAME_MS = 1_000;

/**
 * From now on the first signal asks the run to stop cleanly. The second one ends the process with the default
 * behaviour, and so does the first one while no code listens for this, e.g. while reading a pipe that has no writer.
 *
 * A hangup is handled like SIGTERM, with and without a terminal: Node.js resets the disposition that `nohup` sets, so
 * an unhandled hangup would end the process between unpublish and publish. It never ends the process by force: the
 * shell of a closed terminal signals its jobs, and so does the system.
 */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const stop = (): void => {
      controller.abort(name);
      setTimeout(() => process.removeListener(name, stop), SAME_MS).unref();
    };
    process.on(name, stop);
  }
  process.on('SIGHUP', () => controller.abort('SIGHUP'));
  return controller.signal;
}

void run();
