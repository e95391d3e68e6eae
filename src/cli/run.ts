import { isatty } from 'node:tty';
import type { Io } from './io.ts';
import { main } from './main.ts';

/**
 * The real process around main(): streams, signals and the exit code, nothing else. Streams are touched only when they
 * are needed: making one costs more than all that `--version` does.
 */
async function run(): Promise<void> {
  const io: Io = {
    env: process.env,
    cwd: process.cwd(),
    out: writer(() => process.stdout),
    err: writer(() => process.stderr),
    readStdin,
    colour: isatty(1) && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
    interactive: isatty(0) && isatty(1),
    columns: () => (isatty(1) ? process.stdout.columns : undefined),
    liveColumns,
    confirm,
    signal: interruption(),
    now: () => performance.now(),
  };
  process.exitCode = await main(process.argv.slice(2), io);
}

/** Writes to a stream that may be closed by its reader: `adc diff | head -1` ends quietly (acceptance R5). */
function writer(open: () => NodeJS.WriteStream): (text: string) => void {
  let stream: NodeJS.WriteStream | undefined;
  return (text) => {
    stream ??= open().on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
    stream.write(text);
  };
}

/** Some terminals say that they have none. */
const USUAL_COLUMNS = 80;

/** Undefined where standard error is no terminal, or one on which no cursor may move (acceptance R3). */
function liveColumns(): number | undefined {
  const plain = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb';
  return isatty(2) && !plain ? process.stderr.columns || USUAL_COLUMNS : undefined;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim().toLowerCase() === 'yes';
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}

/** The first signal asks the run to end in good order; the second one ends the process as it would without us. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(name));
  return controller.signal;
}

void run();
