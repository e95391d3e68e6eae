import { fstatSync, writeSync } from 'node:fs';
import { VERSION } from '../generated/version.ts';
import { commandOf, EXIT, isColoured, type Io } from './io.ts';

/** Runs main() in the real process: streams, signals and the exit code. Slow modules are loaded only when needed. */
async function run(): Promise<void> {
  const argv = process.argv.slice(2);
  const output = await generatedOutput(argv);
  if (output !== undefined) return directWriter(1, outStream())(output);
  if (argv.length === 0) {
    process.exitCode = EXIT.failed;
    return directWriter(2, errStream())((await generatedHelp('')) ?? '');
  }
  const { main } = await import('./main.ts');
  process.once('exit', flush);
  process.exitCode = await main(argv, realIo(argv));
}

/**
 * The output for arguments such as `--help`, which the build generated from main(): it needs no command line parser.
 * Undefined for all other arguments.
 */
async function generatedOutput([first, second, ...more]: readonly string[]): Promise<string | undefined> {
  if (first === undefined || more.length > 0) return undefined;
  const [flag, name] =
    first === 'help' ? ['--help', second ?? ''] : second === undefined ? [first, ''] : [second, first];
  if (['-h', '--help'].includes(flag)) return generatedHelp(name);
  return name === '' && ['-V', '-v', '--version'].includes(flag) ? `${VERSION}\n` : undefined;
}

/** The help of a command, or of adc for an empty name. Only help loads the texts: they are as long as the rest of the start. */
async function generatedHelp(name: string): Promise<string | undefined> {
  return (await import('../generated/help.ts')).HELP.get(name);
}

/** Commands that must not wait for a slow reader of their output, such as `sync` between two writes. */
const NON_BLOCKING: ReadonlySet<string | undefined> = new Set(['sync', 'dev', 'preview']);

function realIo(argv: readonly string[]): Io {
  const waits = !NON_BLOCKING.has(commandOf(argv));
  const [out, err] = [outStream(), errStream()];
  let signal: AbortSignal | undefined;
  return {
    env: process.env,
    get cwd() {
      return process.cwd();
    },
    out: waits ? directWriter(1, out) : out,
    err: waits ? directWriter(2, err) : err,
    readStdin,
    colour: isColoured(process.env, () => isTerminal(1)),
    // In pipelines, standard input is often /dev/null, for which isTerminal() loads node:tty and node:net.
    interactive: isTerminal(2) && isTerminal(0),
    columns: () => (isTerminal(1) ? process.stdout.columns : undefined),
    errColour: isColoured(process.env, () => isTerminal(2)),
    errColumns,
    confirm(question) {
      return confirm(question, this.signal);
    },
    get signal() {
      return (signal ??= interruption());
    },
  };
}

const outStream = (): Write => streamWriter(() => process.stdout);
const errStream = (): Write => streamWriter(() => process.stderr);

type Write = (text: string | Uint8Array) => void;

/**
 * Returns a function that writes without a stream, whose creation takes a sixth of the startup time of Node.js. After a
 * failure, such as a closed pipe or a full disk, the stream writes the rest and handles the error.
 */
function directWriter(descriptor: 1 | 2, stream: Write): Write {
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

/** Whether a descriptor is a terminal. For files and pipes, node:tty is not loaded. */
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
 * Returns a function that writes to a stream. If the reader closes it, as in `adc diff | head -1`, the output is lost
 * without an error (docs/design/contract.md §3.2). A full disk must not end a run between unpublish and publish, so the
 * error is reported once, and not thrown.
 */
function streamWriter(open: () => NodeJS.WriteStream): Write {
  let stream: NodeJS.WriteStream | undefined;
  let isLost = false;
  return (text) => {
    stream ??= open().on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && !isLost) reportLostOutput(stream, error);
      isLost = true;
    });
    if (!isLost) writeTogether(stream, text);
  };
}

/** The stream that buffers its texts until the end of this turn of the event loop. */
let corked: NodeJS.WriteStream | undefined;

/** Writes the texts of one turn of the event loop at once: a run has thousands of lines. Keeps the order of both streams. */
function writeTogether(stream: NodeJS.WriteStream, text: string | Uint8Array): void {
  if (corked !== stream) {
    flush();
    corked = stream;
    stream.cork();
    setImmediate(flush);
  }
  stream.write(text);
}

function flush(): void {
  corked?.uncork();
  corked = undefined;
}

/**
 * Reports a result that could not be written. The command fails, except `sync`: its exit code reports the state of
 * the portal (docs/design/contract.md §4). A failure of standard error itself cannot be reported anywhere.
 */
function reportLostOutput(stream: NodeJS.WriteStream | undefined, { message }: Error): void {
  if (stream === process.stderr) return;
  process.stderr.write(`error: standard output cannot be written: ${message}\n`);
  if (commandOf(process.argv.slice(2)) === 'sync') return;
  process.once('exit', () => {
    if (!process.exitCode) process.exitCode = EXIT.failed;
  });
}

/** For terminals that report no columns. */
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

/** Asks a question. An interruption means no: during the question, the terminal reads Ctrl-C as a key. */
async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  flush();
  // If standard input was read to its end, no person can answer.
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
    // Closed input leaves the cursor on the line of the question; an aborted question ends its line itself.
    if (!signal.aborted) process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}

/** Milliseconds in which a repeated signal does not count: a terminal signals all processes, and a parent forwards it. */
const REPEAT_MS = 1_000;

/**
 * The signal that stops the run after its current step, aborted by the first SIGINT or SIGTERM, or by Ctrl-\ or
 * Ctrl-Break (SIGQUIT, SIGBREAK). The second one ends the process. Before a command uses it, e.g. while adc reads a pipe
 * without a writer, the first one ends the process.
 *
 * SIGHUP also aborts it, with and without a terminal: Node.js resets the disposition that `nohup` sets, so an unhandled
 * SIGHUP would end the process between unpublish and publish. A second SIGHUP does not end the process, since both the
 * shell and the system send one when a terminal closes.
 */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGBREAK'] as const) {
    const stop = (): void => {
      controller.abort(name);
      setTimeout(() => process.removeListener(name, stop), REPEAT_MS).unref();
    };
    process.on(name, stop);
  }
  process.on('SIGHUP', () => controller.abort('SIGHUP'));
  return controller.signal;
}

void run();
