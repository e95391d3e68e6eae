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

/** Commands that somebody who does not read what they write must not hold up, neither on their way through a portal. */
const NEVER_HELD_UP: ReadonlySet<string | undefined> = new Set(['sync', 'dev']);

function realIo(argv: readonly string[]): Io {
  const waits = !NEVER_HELD_UP.has(commandOf(argv));
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
 * Writes without making a stream, which takes a sixth of the time in which Node.js starts. Whatever can't be written so,
 * because nobody reads or the disk is full, is left to the stream, with all that follows.
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
 * Writes to a stream that may be closed by its reader: `adc diff | head -1` ends quietly (docs/design/contract.md §3.2). A disk
 * that is full must not end a run between unpublish and publish, so that it is told, once, and never thrown.
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
 * An answer that did not arrive is a failure of the command, but for `sync`: its exit code says what became of the portal
 * (docs/design/contract.md §4). What standard error can't take is nowhere to be told.
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
  // Who typed the files has closed the input by that: nobody is there to answer.
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
 * From now on the first signal asks the run to end in good order; the second one ends the process as it would without us, and
 * as the first one does where nobody asks for this: while a pipe is read on which nobody writes, say.
 *
 * A hangup is handled like SIGTERM, on a terminal and off it: Node.js resets the disposition that `nohup` sets, so a hangup
 * that nobody handles would end the process between unpublish and publish. It never ends the process by force: the shell of
 * a terminal that is closed signals its jobs, and so does the system.
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
